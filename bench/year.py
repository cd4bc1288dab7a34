"""A year of the republic: 25 million records generated from a seed and sealed month by month."""

from __future__ import annotations

import statistics
import tempfile

from bench.contract import Report
from bench.parts.child import run_alone
from bench.parts.year import BASE


def run(quick: bool) -> Report:
    wanted, runs = (2_500_000, 3) if quick else (25_000_000, 3)
    BASE.mkdir(parents=True, exist_ok=True)
    results = []
    for _ in range(runs):
        with tempfile.TemporaryDirectory(dir=BASE) as folder:
            results.append(run_alone("bench.parts.build_year", str(wanted), folder))
    return Report(
        bench="year",
        figures={
            "records": int(results[0][2]),
            "build_s": statistics.median(result[0] for result in results),
            "peak_mb": max(result[1] for result in results),
        },
        runs=runs,
        input=f"generators.year, seed 2025, {wanted:,} records",
        notes=["A process of its own, from its start to the last sealed month, two months at a time."],
    )
