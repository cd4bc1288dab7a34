"""The peers of the patrol bench: PyVRP with its own data and settings, OR-Tools in its own process."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np

from tartip.engines.patrol import Problem

# What one unit of prize weighs against one second of driving. Tried on districts that the bench does not use: 40, 150,
# 600 and 20,000 came to 10,600, 10,930, 10,936 and 10,978 in 15 s, so the peer gets the last.
PYVRP_SCALE = 20_000


def pyvrp_data(problem: Problem) -> Any:
    """A district of one visit per place and one weight for all hours, as PyVRP's documentation models prizes."""
    import pyvrp

    assert all(place.visits == 1 and len(place.weights) == 1 and not place.mandatory for place in problem.places)
    travel: Any = problem.travel.astype(np.int64)
    depots = sorted({end for shift in problem.shifts for end in (shift.begins_at, shift.ends_at)})
    return pyvrp.ProblemData(
        locations=[pyvrp.Location(0, 0) for _ in range(len(travel))],
        clients=[
            pyvrp.Client(
                location=place.location,
                service_duration=place.dwell,
                prize=place.weights[0] * PYVRP_SCALE,
                required=False,
            )
            for place in problem.places
        ],
        depots=[pyvrp.Depot(location) for location in depots],
        vehicle_types=[
            pyvrp.VehicleType(
                num_available=count,
                start_depot=depots.index(shift.begins_at),
                end_depot=depots.index(shift.ends_at),
                tw_early=shift.start,
                tw_late=shift.end,
            )
            for shift, count in Counter(problem.shifts).items()
        ],
        distance_matrices=[travel],
        duration_matrices=[travel],
    )


def pyvrp_prize(problem: Problem, limit: float) -> int:
    """The prize that `pyvrp.solve` as it comes collects in `limit` seconds."""
    import pyvrp
    from pyvrp.stop import MaxRuntime

    found = pyvrp.solve(pyvrp_data(problem), stop=MaxRuntime(limit), seed=0, collect_stats=False)
    return int(found.best.prizes()) // PYVRP_SCALE if found.is_feasible() else 0


def ortools_prize(problem: Problem, limit: int) -> int:
    """The prize of OR-Tools' routing in `limit` seconds. Raises what `subprocess.run` raises."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "district.npz"
        np.savez(
            file,
            travel=problem.travel,
            location=[p.location for p in problem.places],
            prize=[p.weights[0] for p in problem.places],
            dwell=[p.dwell for p in problem.places],
            begins=[s.begins_at for s in problem.shifts],
            ends=[s.ends_at for s in problem.shifts],
            length=problem.shifts[0].length,
        )
        command = [sys.executable, "-m", "bench.parts.patrol_ortools", str(file), str(limit)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=limit + 30, check=True)
        return int(done.stdout)
