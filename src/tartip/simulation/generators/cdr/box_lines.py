"""SIM boxes: their SIMs with short lives."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tartip.simulation.generators.cdr.params import NetworkParams

Ints = NDArray[np.int64]


def box_lines(params: NetworkParams, rng: np.random.Generator) -> tuple[Ints, Ints, Ints, NDArray[np.float64], Ints]:
    """SIM by SIM: its box, first day, last day (exclusive); then mimicry and masts of each box.

    Each channel burns one SIM after the other; a life is geometric with the mean `days_of_a_sim`.
    """
    boxes = params.boxes
    mimicry = rng.uniform(*boxes.mimicry, boxes.count) if boxes.count else np.zeros(0)
    cells = rng.integers(1, params.cells + 1, (boxes.count, 4))
    rows = []
    for box in range(boxes.count):
        for _ in range(boxes.channels):
            day = -int(rng.integers(0, max(1, round(boxes.days_of_a_sim))))
            while day < params.days:
                life = int(rng.geometric(1 / max(1.0, boxes.days_of_a_sim)))
                if day + life > 0:
                    rows.append((box, day, day + life))
                day += life
    table = np.array(rows, np.int64).reshape(-1, 3)
    return table[:, 0], table[:, 1], table[:, 2], mimicry, cells
