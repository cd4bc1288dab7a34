"""Made districts and the benchmark of Chao, Golden and Wasil (1996), set 4."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np

from tartip.engines.patrol.problem import Place, Problem, Shift

CHAO = Path(__file__).resolve().parents[5].parent / "shared" / "data" / "patrol"
CHAO_SCALE = 1000


def district(seed: int, places: int = 1100, shifts: int = 75, depots: int = 6, hours: int = 3) -> Problem:
    """A city of 20 × 20 km at 30 km/h, detour 1.35; clustered places, skewed weights, dwell 600-900 s."""
    rng = np.random.default_rng(seed)
    centres = rng.uniform(2000, 18000, (12, 2))
    spots = np.clip(centres[rng.integers(12, size=places)] + rng.normal(0, 2000, (places, 2)), 0, 20000)
    points = np.vstack([rng.uniform(3000, 17000, (depots, 2)), spots])
    gone = np.hypot(*(points[:, None] - points[None]).transpose(2, 0, 1))
    travel = np.rint(gone * 1.35 / (30 / 3.6)).astype(np.int64)
    weights = np.clip(rng.lognormal(2.2, 0.7, places), 1, 60).astype(int)
    dwell = rng.integers(600, 901, places)
    return Problem(
        tuple(Place(depots + k, (int(weights[k]),), int(dwell[k])) for k in range(places)),
        tuple(Shift(0, hours * 3600, k % depots, k % depots) for k in range(shifts)),
        travel,
    )


def chao(name: str) -> Problem:
    """Distances × 1000 rounded up, tmax × 1000 rounded down: what is valid here is valid without rounding."""
    lines = (CHAO / f"{name}.txt").read_text().split("\n")
    vehicles, limit = int(lines[1].split()[1]), float(lines[2].split()[1])
    rows = np.array([[float(v) for v in line.split()] for line in lines[3:] if line.strip()])
    exact = np.hypot(*(rows[:, None, :2] - rows[None, :, :2]).transpose(2, 0, 1))
    travel = np.ceil(exact * CHAO_SCALE - 1e-9).astype(np.int64)
    last = len(rows) - 1
    places = tuple(Place(k, (int(rows[k, 2]),), dwell=0) for k in range(1, last))
    shift = Shift(0, int(limit * CHAO_SCALE + 1e-9), 0, last)
    return Problem(places, (shift,) * vehicles, travel)


def chao_length(name: str, order: list[int]) -> float:
    """Unrounded length of a way from the first point over rows of places to the last, straight from the file."""
    lines = (CHAO / f"{name}.txt").read_text().split("\n")[3:]
    points = [tuple(map(float, line.split()[:2])) for line in lines if line.strip()]
    way = [points[0], *(points[place + 1] for place in order), points[-1]]
    return sum(((a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2) ** 0.5 for a, b in pairwise(way))
