"""What turning at a junction costs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tartip.engines.routing.places.coordinates import whole

STRAIGHT_DEGREES = 45


@dataclass(frozen=True, slots=True)
class TurnCosts:
    """Milliseconds added for a turn. All zero: the network is searched by node, else by road (about 3x larger).

    Left and right count from 45 degrees on, at nodes where three or more roads meet. A U-turn means leaving by the
    road one came by; it is free at a dead end. Crossing the oncoming lane is what costs, so where one drives on the
    left swap `left_ms` and `right_ms`.
    """

    left_ms: int = 0
    right_ms: int = 0
    u_turn_ms: int = 0

    def __post_init__(self) -> None:
        for what in ("left_ms", "right_ms", "u_turn_ms"):
            whole(getattr(self, what), what, "TurnCosts", 0, 3_600_000)

    @property
    def free(self) -> bool:
        return not (self.left_ms or self.right_ms or self.u_turn_ms)

    def at(
        self, bearing_in: npt.NDArray[np.int32], bearing_out: npt.NDArray[np.int32], back: npt.NDArray[np.bool_]
    ) -> npt.NDArray[np.int32]:
        """Costs int32 [n] for bearings in whole degrees (0 north, clockwise) and `back` = same road returned."""
        angle = (bearing_out - bearing_in + 540) % 360 - 180
        cost = np.where(angle <= -STRAIGHT_DEGREES, self.left_ms, 0) + np.where(
            angle >= STRAIGHT_DEGREES, self.right_ms, 0
        )
        return np.where(back, self.u_turn_ms, cost).astype(np.int32)


FREE_TURNS = TurnCosts()
