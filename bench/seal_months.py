"""Sealing a year of 25 million records, and auditing one figure from the files alone in a cold process."""

from __future__ import annotations

import shutil
import statistics
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from bench.contract import Report, alternate, medians
from bench.parts.child import forget, run_alone
from bench.parts.year import BASE, sealed_years
from tartip.engines.figures import EVERYWHERE, FigureReceipt, Indicator, Period, _, compute_figure
from tartip.engines.months import Month, SealedMonths, audit, seal_months
from tartip.simulation.generators.year import YEAR, YearParams, months

CASES = Indicator(
    "cases.completed",
    {"kk": "Аяқталған істер", "ru": "Завершено дел", "en": "Cases completed"},
    "year",
    _.count(),
    (_.kind == 0) & (_.state == 2),
)


def run(quick: bool) -> Report:
    records, runs = (2_500_000, 3) if quick else (25_000_000, 3)
    sealed = sealed_years(records, 2025)
    tables = list(months(YearParams(records=records)))
    with tempfile.TemporaryDirectory(dir=BASE) as folder:
        times, processor = _sealing(tables, Path(folder), runs)
        audits = _auditing(sealed, Path(folder), 5)
    del tables
    start = time.perf_counter()
    steps = audit(sealed.folder, YEAR.register)
    deep = time.perf_counter() - start
    assert not any(step.outcome == "failed" for step in steps)
    return Report(
        bench="seal-months",
        figures={
            "year_s": times["tartip"],
            "audit_s": statistics.median(seconds for seconds, _mb in audits),
            "audit_mb": max(mb for _seconds, mb in audits),
        },
        peers={"parquet alone": {"year_s": times["parquet"]}},
        runs=runs,
        input=f"generators.year, seed 2025, {records:,} records in 12 Arrow tables in the order of their ids",
        notes=[
            f"year_s: check, hash by blocks, write, hash the file, sync, manifest; two months at a time; "
            f"{processor:.2f} s of processor time.",
            "parquet alone: the same tables written by pyarrow with its defaults (snappy), two at a time, not synced.",
            "audit: a new process, files dropped from the page cache: 12 hashes, the receipt's query, the definition.",
            f"Recomputing the roots of all rows from the files takes {deep:.2f} s.",
        ],
    )


def _sealing(tables: list[tuple[Month, Any]], base: Path, runs: int) -> tuple[dict[str, float], float]:
    processor: list[float] = []

    def ours() -> None:
        shutil.rmtree(base / "ours", ignore_errors=True)
        start = time.process_time()
        seal_months(tables, YEAR, base / "ours", workers=2)
        processor.append(time.process_time() - start)

    def parquet() -> None:
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda part: pq.write_table(part[1], base / f"{part[0]}.parquet"), tables))

    times = medians(alternate({"tartip": ours, "parquet": parquet}, runs))
    return times, statistics.median(processor)


def _auditing(sealed: SealedMonths, base: Path, runs: int) -> list[tuple[float, float]]:
    figure = compute_figure(CASES, EVERYWHERE, Period.of_year(2025), sealed, recount=True)
    path = base / "figure.json"
    path.write_bytes(FigureReceipt(figure).data)
    audits = []
    for _n in range(runs):
        forget(*(sealed.path(manifest) for manifest in figure.manifests))
        audits.append(run_alone("bench.parts.audit", str(path), str(sealed.folder))[:2])
    return audits
