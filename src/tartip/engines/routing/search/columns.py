"""Travel times between many places: read what the sweeps reached at the ends of the roads the places lie on."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from tartip.engines.routing.graph.roads import CLOSED, FULL_SHARE, Ints
from tartip.engines.routing.jit import Scalar, kernel
from tartip.engines.routing.search.ends import direct, part


@kernel
def from_origins(
    reach: Ints, lane: int, near_times: Ints, arc_end: Ints, edge: Ints, share: Ints, extra: Ints,
    target_edge: int, target_share: int, out: Ints,
) -> None:  # fmt: skip
    """out int32 [origins]: ms from each origin to the target whose distances are in reach[:, lane].

    extra: int32 [origins, 2], ms added for setting off ahead and back. An edge of -1 is no place: CLOSED.
    """
    for i in range(edge.shape[0]):
        e: Scalar = edge[i]
        best: Scalar = np.int64(CLOSED)
        if e >= 0:
            if e == target_edge:
                best = direct(near_times, e, share[i], target_share, extra[i, 1], extra[i, 0])
            for way in range(2):
                end = arc_end[2 * e + way]
                if end < 0:
                    continue
                whole = near_times[2 * e + way]
                gone = share[i] if way == 0 else FULL_SHARE - share[i]
                best = min(best, np.int64(reach[end, lane]) + whole - part(whole, gone) + extra[i, way])
        out[i] = min(best, CLOSED)


@kernel
def to_targets(
    reach: Ints, lane: int, near_times: Ints, origin_edge: int, origin_share: int,
    edge: Ints, share: Ints, seed_first: Ints, seed: npt.NDArray[np.uint32], seed_ms: Ints, out: Ints,
) -> None:  # fmt: skip
    """out int32 [targets]: ms to each target from the origin whose distances are in reach[:, lane]."""
    for i in range(edge.shape[0]):
        best: Scalar = np.int64(CLOSED)
        if edge[i] == origin_edge:
            best = direct(near_times, origin_edge, origin_share, share[i], 0, 0)
        for j in range(seed_first[i], seed_first[i + 1]):
            best = min(best, np.int64(reach[seed[j], lane]) + seed_ms[j])
        out[i] = min(best, CLOSED)
