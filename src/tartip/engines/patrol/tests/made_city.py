"""Made cities of several districts that share the places near their borders."""

from __future__ import annotations

import numpy as np

from tartip.engines.patrol.districts import District
from tartip.engines.patrol.problem import Place, Problem, Shift

SIDE = 10_000  # metres of a district's square


def city(seed: int, rows: int, columns: int, places: int, shifts: int, border: int = 1000) -> list[District]:
    """A grid of square districts; a place within `border` metres of a neighbour is the neighbour's guest.

    Crews are dealt unevenly (half or three halves of `shifts`), so that borders matter.
    """
    rng = np.random.default_rng(seed)
    count = rows * columns
    corner = np.array([(k // columns, k % columns) for k in range(count)]) * SIDE
    spots = (corner[:, None] + rng.uniform(0, SIDE, (count, places, 2))).reshape(-1, 2)
    home = np.repeat(np.arange(count), places)
    weights = np.clip(rng.lognormal(2.2, 0.7, len(spots)), 1, 60).astype(int)
    dwell = rng.integers(600, 901, len(spots))
    districts = []
    for k in range(count):
        outside = np.maximum(np.maximum(corner[k] - spots, spots - corner[k] - SIDE), 0).max(axis=1)
        mine = np.flatnonzero(outside < border)
        depots = corner[k] + rng.uniform(0.25, 0.75, (2, 2)) * SIDE
        points = np.vstack([depots, spots[mine]])
        travel = np.rint(np.hypot(*(points[:, None] - points[None]).transpose(2, 0, 1)) * 0.162).astype(np.int64)
        crews = max(1, shifts * (1 + 2 * (k % 2)) // 2)
        problem = Problem(
            tuple(Place(2 + j, (int(weights[row]),), int(dwell[row])) for j, row in enumerate(mine)),
            tuple(Shift(0, 10_800, j % 2, j % 2) for j in range(crews)),
            travel,
        )
        districts.append(District(f"{k}", problem, tuple(mine.tolist()), tuple((home[mine] == k).tolist())))
    return districts
