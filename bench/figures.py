"""Figures over sealed months: year over year, 500 at once, from the cube, and a month counted again."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

from bench.contract import Report, alternate, medians
from bench.parts import figures as asked
from bench.parts.child import run_alone
from bench.parts.year import sealed_years
from tartip.engines.figures import Cube
from tartip.engines.months import Month, SealedMonths


def run(quick: bool) -> Report:
    records, runs = (2_500_000, 3) if quick else (25_000_000, 5)
    sealed = sealed_years(records, 2024, 2025)
    sealed.check()
    rivals = {"tartip": asked.yoy, "duckdb": asked.yoy_duckdb, "polars": asked.yoy_polars}
    yoy_cpu, yoy_wall = _timed({n: partial(work, sealed, asked.CRIMES) for n, work in rivals.items()}, runs)
    broad_cpu, _wall = _timed({n: partial(work, sealed, asked.COMPLETED) for n, work in rivals.items()}, runs)
    crowds = {"tartip": asked.collegium, "duckdb": asked.collegium_duckdb, "polars": asked.collegium_polars}
    cpu, wall = _timed({name: partial(work, sealed) for name, work in crowds.items()}, 3)
    cube = Cube.build(asked.COLLEGIUM, sealed)
    _took, peak, _printed = run_alone("bench.parts.figures", str(sealed.folder))
    return Report(
        bench="figures",
        figures={
            "yoy_cpu_s": yoy_cpu["tartip"],
            "cube_ms": _cube_ms(cube),
            "figures_500_s": wall["tartip"],
            "month_rebuild_s": _rebuild_s(cube, sealed),
            "peak_mb": peak,
        },
        peers={
            name: {
                "yoy_cpu_s": yoy_cpu[name],
                "yoy_wall_s": yoy_wall[name],
                "yoy_broad_cpu_s": broad_cpu[name],
                "figures_500_s": wall[name],
                "figures_500_cpu_s": cpu[name],
            }
            for name in ("duckdb", "polars")
        },
        runs=runs,
        input=f"generators.year, {records:,} records in 2024 and as many in 2025, sealed; figures_500 over 2025",
        notes=[
            f"tartip besides: yoy_wall_s {yoy_wall['tartip']:.3f}, figures_500_cpu_s {cpu['tartip']:.3f}; "
            "the hashes of the files were checked before and are remembered.",
            "yoy: crimes (severity >= 2), few of the rows; yoy_broad: completed administrative cases, 3 of 4 rows, "
            f"takes tartip {broad_cpu['tartip']:.3f} s of processor time.",
            "The answers of all three are compared before any is timed. Peers: one hand-written query for the whole.",
            "peak_mb: ours alone in a process: year over year, 500 figures, a cube of 24 months × 25 indicators.",
        ],
    )


def _timed(rivals: Mapping[str, Callable[[], object]], runs: int) -> tuple[dict[str, float], dict[str, float]]:
    """Medians of processor and of wall seconds; every rival must give the same answer first."""
    answers = {name: work() for name, work in rivals.items()}
    assert len({str(answer) for answer in answers.values()}) == 1, "the rivals do not agree"
    processor: dict[str, list[float]] = {name: [] for name in rivals}

    def metered(name: str, work: Callable[[], object]) -> Callable[[], None]:
        def measure() -> None:
            start = time.process_time()
            work()
            processor[name].append(time.process_time() - start)

        return measure

    wall = alternate({name: metered(name, work) for name, work in rivals.items()}, runs)
    return medians(processor), medians(wall)


def _cube_ms(cube: Cube) -> float:
    times = []
    for region in asked.REGIONS:
        for indicator in asked.COLLEGIUM:
            start = time.perf_counter()
            cube.value(indicator.code, region, asked.THIS)
            times.append(time.perf_counter() - start)
    return 1000 * statistics.median(times)


def _rebuild_s(cube: Cube, sealed: SealedMonths) -> float:
    """One month counts as sealed anew: its hashes in the cube are made to differ."""
    times = []
    for number in (3, 7, 12):
        place = cube.months.index(Month(2025, number))
        made_of = tuple(("",) if n == place else hashes for n, hashes in enumerate(cube.made_of))
        old = replace(cube, made_of=made_of)
        start = time.perf_counter()
        fresh = old.refresh(asked.COLLEGIUM, sealed)
        times.append(time.perf_counter() - start)
        assert (fresh.values == cube.values).all()
    return statistics.median(times)
