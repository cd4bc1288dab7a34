"""patrol: one district quickly against PyVRP's 30 seconds and OR-Tools; a city of 15,000 routes; Chao's set 4."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from bench.contract import Report, seconds
from tartip.engines.patrol import Problem, SolveParams, check, greedy_plan, plan_districts, solve
from tartip.engines.patrol.candidates import candidates_of
from tartip.engines.patrol.tests.made import CHAO, chao, district
from tartip.engines.patrol.tests.made_city import city
from tartip.engines.patrol.vrp import problem_data

OURS = SolveParams(seconds=3.4)
CITY, SWAP = SolveParams(seconds=1.3), SolveParams(seconds=0.5)  # per district: its plan, then its share of a swap
PEER_SCALE = 20_000
ROUTES = 15_000


def run(quick: bool) -> Report:
    long = 8.0 if quick else 30.0
    notes: list[str] = []
    ours, peer, greedy, other = _districts([1] if quick else [1, 2], long, notes)
    figures: dict[str, float | int] = {
        "district_s": statistics.median(t for t, _ in ours),
        "district_prize_ratio": statistics.median(a[1] / b[1] for a, b in zip(ours, peer, strict=True)),
    }
    figures["routes_15000_s"] = _city(2 if quick else 4, notes)
    if CHAO.exists():
        figures["chao_gap_pct"] = _chao(
            ["p4.4.l"] if quick else ["p4.2.j", "p4.3.p", "p4.4.l"], 4 if quick else 10, notes
        )
    peers: dict[str, dict[str, float | int]] = {
        "pyvrp_long": {"s": statistics.median(t for t, _ in peer), "prize": peer[0][1]},
        "greedy": {"s": greedy[0][0], "prize_ratio": greedy[0][1] / peer[0][1]},
    }
    if other is not None:
        peers["ortools"] = {"s": other[0], "prize_ratio": other[1] / peer[0][1]}
    if quick:
        notes.append(f"quick: the peer had {long:.0f} s instead of 30, so the ratio flatters us")
    return Report(
        "patrol", figures, peers, runs=len(ours), input="75 shifts, 1,100 places, 6 depots, made", notes=notes
    )


Timed = tuple[float, int]


def _districts(
    seeds: list[int], long: float, notes: list[str]
) -> tuple[list[Timed], list[Timed], list[Timed], Timed | None]:
    """(seconds, prize) per district: ours, PyVRP as it comes, greedy; OR-Tools on the first. Plans are checked."""
    ours: list[Timed] = []
    peer: list[Timed] = []
    greedy: list[Timed] = []
    solve(district(0, places=30, shifts=2), SolveParams(seconds=0.1))  # the import of PyVRP is not a plan
    for seed in seeds:
        problem = district(seed)
        ours.append(_timed(lambda p: check(p, solve(p, OURS)).prize, problem))
        peer.append(_timed(lambda p: _pyvrp(p, long), problem))
        greedy.append(_timed(lambda p: check(p, greedy_plan(p)).prize, problem))
        notes.append(f"district {seed}: ours {ours[-1][1]}, PyVRP {peer[-1][1]}, greedy {greedy[-1][1]}")
    return ours, peer, greedy, _ortools(district(seeds[0]), 3 if long < 30 else 10, notes)


def _timed(work, problem: Problem) -> Timed:  # type: ignore[no-untyped-def]
    start = time.perf_counter()
    prize = work(problem)
    return time.perf_counter() - start, prize


def _pyvrp(problem: Problem, limit: float) -> int:
    import pyvrp
    from pyvrp.stop import MaxRuntime

    data = problem_data(problem, candidates_of(problem), PEER_SCALE, None)
    found = pyvrp.solve(data, stop=MaxRuntime(limit), seed=0, collect_stats=False)
    return int(found.best.prizes()) // PEER_SCALE if found.is_feasible() else 0


def _ortools(problem: Problem, limit: int, notes: list[str]) -> Timed | None:
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
        start = time.perf_counter()
        command = [sys.executable, "-m", "bench.parts.patrol_ortools", str(file), str(limit)]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=limit + 20, check=True)
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
            notes.append(f"OR-Tools gave no answer: {type(error).__name__}")
            return None
        return time.perf_counter() - start, int(done.stdout)


def _city(count: int, notes: list[str]) -> float:
    """Seconds for 15,000 routes, from `count` districts of 75 on two processes with one round of border swaps."""
    districts = city(5, 2, count // 2, places=1100, shifts=75, border=500)
    shifts = sum(len(d.problem.shifts) for d in districts)
    plans = []
    took = seconds(lambda: plans.append(plan_districts(districts, CITY, rounds=1, swap=SWAP, workers=2)))
    plan = plans[0]
    for d, found in zip(districts, plan.plans, strict=True):
        check(d.problem, found)
    notes.append(
        f"routes_15000_s is extrapolated: {shifts} routes of {count} districts took {took:.1f} s on two processes of "
        f"{os.cpu_count()} cores, start of the processes included; border swaps moved {plan.handed} places and raised "
        f"the prize from {plan.before_swaps} to {plan.prize}"
    )
    return took * ROUTES / shifts


def _chao(names: list[str], long: float, notes: list[str]) -> float:
    """Mean gap in per cent of our 2-second answer to our own long answer; all plans checked."""
    gaps = []
    for name in names:
        problem = chao(name)
        short = check(problem, solve(problem, SolveParams(seconds=2))).prize
        best = max(short, check(problem, solve(problem, SolveParams(seconds=long, seed=1))).prize)
        gaps.append(100 * (best - short) / best)
        notes.append(f"{name}: {short} in 2 s, {best} in {long:.0f} s")
    notes.append(
        "chao_gap_pct is against our own long answer: the published best-known values were not at hand to cite"
    )
    return statistics.fmean(gaps)
