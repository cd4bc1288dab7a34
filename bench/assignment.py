"""assignment: 500 incidents and 14,000 units matched optimally; dense scipy linear_sum_assignment beside."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from bench.contract import Report, alternate, medians
from tartip.engines.assignment import Dense, Incidents, Lists, assign


def run(quick: bool) -> Report:
    """Full and quick are the same size; quick takes fewer runs."""
    from scipy.optimize import linear_sum_assignment

    incidents, units, runs = 500, 14_000, 5 if quick else 25
    rng = np.random.default_rng(20_261_122)
    costs = made_costs(rng, incidents, units)
    rows = np.arange(incidents)
    near = np.argpartition(costs, 15, axis=1)[:, :16]
    near = np.take_along_axis(near, np.argsort(costs[rows[:, None], near], axis=1, kind="stable"), axis=1)
    near_costs = costs[rows[:, None], near]
    three = Incidents(incidents, priority=rng.integers(1, 4, incidents))
    crowd = made_costs(rng, incidents, units, spread=0.02)

    ours, lists = assign(costs), assign(Lists(units, near, near_costs))
    crowded = assign(crowd)
    best = int(costs[linear_sum_assignment(costs)].sum())
    best_crowded = int(crowd[linear_sum_assignment(crowd)].sum())
    agree = ours.total[1] == lists.total[1] == best and crowded.total[1] == best_crowded
    spent = medians(
        alternate(
            {
                "matrix": lambda: assign(Dense(costs)),
                "scipy": lambda: linear_sum_assignment(costs),
                "lists": lambda: assign(Lists(units, near, near_costs)),
                "three": lambda: assign(Dense(costs), three),
            },
            runs,
        )
    )
    spent |= medians(
        alternate({"crowd": lambda: assign(crowd), "scipy_crowd": lambda: linear_sum_assignment(crowd)}, 3)
    )
    return Report(
        "assignment",
        {
            "batch_500x14000_ms": spent["matrix"] * 1e3,
            "from_lists_of_16_ms": spent["lists"] * 1e3,
            "three_priorities_ms": spent["three"] * 1e3,
            "crowded_ms": spent["crowd"] * 1e3,
        },
        {"scipy_dense": {"batch_500x14000_ms": spent["scipy"] * 1e3, "crowded_ms": spent["scipy_crowd"] * 1e3}},
        runs=runs,
        input=f"{incidents} incidents and {units} units at random places, whole seconds, int32, one seed",
        notes=[
            f"totals equal to the dense optimum in every case: {agree}",
            f"proven with at most {ours.longest_list} units an incident; crowded: {crowded.longest_list}",
            "ours: checking the matrix, pruning it, matching, and the proof that the rest of the matrix cannot help",
            "scipy turns the int32 matrix into float64 itself, as it would for any caller",
            "crowded: all incidents within a fiftieth of the map, 3 runs",
            "travel times are given; getting them is the bench `routing`",
        ],
    )


def made_costs(rng: np.random.Generator, incidents: int, units: int, spread: float = 1.0) -> npt.NDArray[np.int32]:
    """Whole seconds between random places on a square an hour wide; incidents in its corner if spread < 1."""
    places, posts = rng.random((incidents, 2)) * spread, rng.random((units, 2))
    gap = places[:, None, :] - posts[None, :, :]
    return (np.hypot(gap[..., 0], gap[..., 1]) * 3600).astype(np.int32)
