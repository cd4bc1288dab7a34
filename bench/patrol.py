"""patrol: districts against PyVRP and OR-Tools; a city of 15,000 routes, all of them driven; Chao's set 4.

Two worker processes do everything, two pieces of work at a time: a plan, ours or a peer's, has one core to itself.
"""

from __future__ import annotations

import csv
import multiprocessing
import os
import statistics
import subprocess
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

from bench.contract import Report, seconds
from bench.parts.patrol_peers import ortools_prize, pyvrp_prize
from tartip.engines.patrol import SolveParams, check, greedy_plan, plan_districts, solve
from tartip.engines.patrol.tests.made import CHAO, chao, district
from tartip.engines.patrol.tests.made_city import city

OURS = SolveParams(seconds=4.2)
CITY, SWAP = SolveParams(seconds=1.3), SolveParams(seconds=0.5)  # per district: its plan, then its share of a swap
CHAO_SECONDS = 2.0
SEEDS = [1, 2, 3, 4, 5, 6]
WORKERS = 2


@dataclass(frozen=True)
class District:
    """One made district: (seconds, prize) of each planner, all plans of ours checked."""

    seed: int
    ours: tuple[float, int]
    long: tuple[float, int]
    same: tuple[float, int]
    greedy: tuple[float, int]


def run(quick: bool) -> Report:
    long = 8.0 if quick else 30.0
    notes: list[str] = []
    seeds = SEEDS[:1] if quick else SEEDS
    with ProcessPoolExecutor(WORKERS, mp_context=multiprocessing.get_context("spawn")) as pool:
        districts = list(pool.map(plan_district, seeds, [long] * len(seeds)))
        gap = chao_gap(pool, 4 if quick else None, notes)
    for d in districts:
        notes.append(
            f"district {d.seed}: ours {d.ours[1]}, PyVRP {d.long[1]} in {long:.0f} s and {d.same[1]} in "
            f"{OURS.seconds} s, greedy {d.greedy[1]}"
        )
    figures: dict[str, float | int] = {
        "district_s": statistics.median(d.ours[0] for d in districts),
        "district_prize_ratio": statistics.fmean(d.ours[1] / d.long[1] for d in districts),
        "same_time_prize_ratio": statistics.fmean(d.ours[1] / d.same[1] for d in districts),
    }
    peers: dict[str, dict[str, float | int]] = {
        "pyvrp_long": {"s": statistics.median(d.long[0] for d in districts)},
        "pyvrp_same_time": {"prize_ratio": statistics.fmean(d.same[1] / d.long[1] for d in districts)},
        "greedy": {
            "s": statistics.median(d.greedy[0] for d in districts),
            "prize_ratio": statistics.fmean(d.greedy[1] / d.long[1] for d in districts),
        },
    }
    other = ortools(districts[0], 4 if quick else 30, notes)
    if other is not None:
        peers["ortools"] = other
    if gap is not None:
        figures["chao_gap_pct"] = gap
    # Quick drives a fiftieth of the city and says so in the key: nothing is extrapolated.
    figures["routes_300_s" if quick else "routes_15000_s"] = city_seconds(1 if quick else 50, notes)
    notes.append(
        "ratios are to PyVRP's prize of its long run, the mean of the districts; PyVRP as it comes, its own data"
    )
    if quick:
        notes.append(f"quick: the peer had {long:.0f} s instead of 30, so the ratio flatters us")
    return Report(
        "patrol", figures, peers, runs=len(districts), input="75 shifts, 1,100 places, 6 depots, made", notes=notes
    )


def plan_district(seed: int, long: float) -> District:
    solve(district(0, places=30, shifts=2), SolveParams(seconds=0.1))  # the import of PyVRP is not a plan
    problem = district(seed)

    def timed(work) -> tuple[float, int]:  # type: ignore[no-untyped-def]
        start = time.perf_counter()
        prize = work()
        return time.perf_counter() - start, prize

    return District(
        seed,
        ours=timed(lambda: check(problem, solve(problem, OURS)).prize),
        long=timed(lambda: pyvrp_prize(problem, long)),
        same=timed(lambda: pyvrp_prize(problem, OURS.seconds or 0)),
        greedy=timed(lambda: check(problem, greedy_plan(problem)).prize),
    )


def ortools(first: District, limit: int, notes: list[str]) -> dict[str, float | int] | None:
    """Prize on the first district as a share of PyVRP's."""
    start = time.perf_counter()
    try:
        prize = ortools_prize(district(first.seed), limit)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        notes.append(f"OR-Tools gave no answer: {type(error).__name__}")
        return None
    return {"s": time.perf_counter() - start, "prize_ratio": prize / first.long[1]}


def city_seconds(columns: int, notes: list[str]) -> float:
    """Seconds for the plans of 4 × `columns` districts of 76 shifts each, one round of border swaps included."""
    districts = city(5, 4, columns, places=1100, shifts=76, border=500)
    shifts = sum(len(d.problem.shifts) for d in districts)
    plans = []
    took = seconds(lambda: plans.append(plan_districts(districts, CITY, rounds=1, swap=SWAP, workers=WORKERS)))
    plan = plans[0]
    for d, found in zip(districts, plan.plans, strict=True):
        check(d.problem, found)
    notes.append(
        f"city: {plan.routes} routes, {shifts} shifts, {len(districts)} districts, driven by {WORKERS} processes of "
        f"{os.cpu_count()} cores, their start included; border swaps moved {plan.handed} places and raised the "
        f"prize from {plan.before_swaps} to {plan.prize}"
    )
    return took


def chao_gap(pool: ProcessPoolExecutor, count: int | None, notes: list[str]) -> float | None:
    """Mean gap in per cent of our short answer to the published best, over all instances that have one."""
    file = CHAO / "best_known.csv"
    if not file.exists():
        notes.append("chao_gap_pct: the instances are not beside this repository")
        return None
    rows = list(csv.DictReader(file.open()))
    rows = rows if count is None else rows[:: len(rows) // count][:count]
    best = [int(row["best_known"]) for row in rows]
    found = list(pool.map(chao_prize, [row["instance"] for row in rows]))
    above = [row["instance"] for row, b, f in zip(rows, best, found, strict=True) if f > b]
    worst = max(zip(rows, best, found, strict=True), key=lambda r: 1 - r[2] / r[1])
    equal = sum(b == f for b, f in zip(best, found, strict=True))
    sources = ", ".join(sorted({row["status"] for row in rows}))
    notes.append(
        f"Chao's set 4, {len(rows)} instances, {CHAO_SECONDS:.0f} s each: the published best is reached in {equal}, "
        f"worst {worst[0]['instance']} with {worst[2]} of {worst[1]}; source of the published values: {sources}"
    )
    if above:
        notes.append(f"above the published best, so these rows of the file are wrong: {', '.join(above)}")
    return statistics.fmean(100 * (b - f) / b for b, f in zip(best, found, strict=True))


def chao_prize(name: str) -> int:
    problem = chao(name)
    return check(problem, solve(problem, SolveParams(seconds=CHAO_SECONDS))).prize
