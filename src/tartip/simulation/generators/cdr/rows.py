"""Columns of records while they are being made, and the draws all makers share."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from tartip.simulation.generators.cdr.numbering import ACCESS
from tartip.simulation.generators.cdr.params import Kind, Origin

if TYPE_CHECKING:
    from tartip.simulation.generators.cdr.world import World

Ints = NDArray[np.int64]
# Shares of a day's traffic by local hour, of private people and of offices.
PEOPLE_HOURS: Final = np.array(
    [2, 1, 1, 1, 1, 2, 4, 8, 14, 20, 24, 25, 26, 25, 24, 24, 25, 27, 30, 30, 26, 20, 12, 5.0]
)
OFFICE_HOURS: Final = np.array([0, 0, 0, 0, 0, 0, 0, 0, 4, 20, 26, 26, 20, 22, 26, 26, 24, 20, 8, 2, 0, 0, 0, 0.0])


@dataclass(frozen=True, slots=True)
class Rows:
    """Equal-length columns; `at` in ms of the day, `duration` in seconds (0: not answered)."""

    at: Ints
    caller: Ints
    called: Ints
    trunk: Ints
    duration: Ints
    kind: Ints
    cell: Ints
    imei: Ints
    imsi: Ints
    diverted_by: Ints
    origin: Ints

    def __len__(self) -> int:
        return len(self.at)

    @classmethod
    def join(cls, parts: list[Rows]) -> Rows:
        return cls(*(np.concatenate([getattr(part, one.name) for part in parts]) for one in fields(cls)))

    def take(self, rows: Ints | NDArray[np.bool_]) -> Rows:
        return Rows(*(getattr(self, one.name)[rows] for one in fields(self)))

    @classmethod
    def of_lines(
        cls,
        world: World,
        who: Ints,
        at: Ints,
        *,
        called: Ints,
        duration: Ints,
        kind: Kind,
        cell: Ints,
        origin: Origin = Origin.GENUINE,
    ) -> Rows:
        """Records of own lines: the network knows their device, SIM and mast."""
        lines, zero = world.lines, np.zeros(len(who), np.int64)
        return cls(
            at, lines.number[who], called, ACCESS + lines.operator[who], duration, zero + kind, cell,
            lines.imei[who], lines.imsi[who], zero, zero + origin,
        )  # fmt: skip

    @classmethod
    def from_abroad(
        cls, at: Ints, caller: Ints, called: Ints, trunk: Ints, duration: Ints, by: Ints, origin: Origin
    ) -> Rows:
        """Calls over an international trunk: no device, no SIM, no mast."""
        zero = np.zeros(len(at), np.int64)
        return cls(at, caller, called, trunk, duration, zero + Kind.CALL, zero, zero, zero, by, zero + origin)


def draw_times(count: int, rng: np.random.Generator, hours: NDArray[np.float64]) -> Ints:
    """Milliseconds of the day after a profile of 24 hours."""
    edges = np.concatenate(([0.0], np.cumsum(hours) / hours.sum()))
    place = np.interp(rng.random(count), edges, np.arange(25.0))
    times: Ints = np.minimum((place * 3_600_000).astype(np.int64), 86_399_999)
    return times


def draw_durations(count: int, rng: np.random.Generator, median: float, answered: float) -> Ints:
    """Seconds; log-normal when answered, 0 when not."""
    seconds = np.clip(median * rng.lognormal(0, 1.0, count), 1, 7200).astype(np.int64)
    return np.where(rng.random(count) < answered, seconds, 0)
