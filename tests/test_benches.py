"""The pages about benches say what the kept results say, and every bench has its aims."""

import importlib
import re
import subprocess
from pathlib import Path

import pytest

from bench.__main__ import names, table
from bench.aims import BadAim, benches, judge, number, rows
from bench.contract import Report, commit
from tools import bench_docs


def test_the_pages_are_what_the_results_say():
    """After a saved bench: `./run python tools/bench_docs.py`."""
    assert bench_docs.ENGINES.read_text() == bench_docs.engines_page()
    assert bench_docs.README.read_text() == bench_docs.readme()


def test_every_bench_has_aims_and_every_aim_a_bench():
    assert sorted(bench.name for bench in benches()) == names()
    assert all(bench.aims and bench.about for bench in benches())


@pytest.mark.parametrize("name", names())
def test_every_bench_can_be_run(name):
    """A module without `run` is listed by nobody: what benches share stands in `bench/parts`."""
    assert callable(importlib.import_module("bench." + name.replace("-", "_")).run)


@pytest.mark.parametrize("bench", benches(), ids=lambda bench: bench.name)
def test_every_figure_with_an_aim_is_written_in_its_bench(bench):
    """A figure renamed on one side only would be "not measured" for ever, and no aim could be missed."""
    code = Path(str(importlib.import_module("bench." + bench.name.replace("-", "_")).__file__)).read_text()
    assert [figure for figure in bench.aims if f'"{figure}"' not in code] == []


def test_a_reason_stands_only_for_a_missed_figure():
    for bench in benches():
        missed = {row.figure for row in rows(bench, bench.result()) if row.held is False}
        assert set(bench.reasons) <= missed, bench.name


def test_an_aim_is_a_number_or_a_figure_of_a_peer():
    assert judge("<= 0.5", 0.5, {}) == ("≤ 0.5", True)
    assert judge("< 1", 1, {}) == ("< 1", False)
    assert judge("= 0", 0.0, {}) == ("= 0", True)
    assert judge(">= 15000000", 14_999_999, {}) == ("≥ 15,000,000", False)
    assert judge("<= polars", 0.2, {"polars": 0.1}) == ("≤ polars", False)
    assert judge("<= 1.2 parquet alone", 1.2, {"parquet alone": 1.0}) == ("≤ 1.2 × parquet alone", True)
    assert judge("<= polars", None, {}) == ("≤ polars", None)  # nothing was measured


@pytest.mark.parametrize("aim", ["fast", "<= ", "~ 3", ""])
def test_an_aim_that_is_no_comparison_is_refused(aim):
    with pytest.raises(BadAim):
        judge(aim, 1, {})


def test_a_peer_that_was_not_measured_is_refused():
    """Else an aim could be held by leaving the peer out."""
    with pytest.raises(BadAim, match="polars"):
        judge("<= polars", 1.0, {"duckdb": 2.0})


def test_numbers_have_four_digits_and_counts_all():
    assert [number(n) for n in (0.57761, 12.0, 1234.6, 25_000_000, None)] == [
        "0.5776",
        "12",
        "1,235",
        "25,000,000",
        "–",
    ]


def test_who_runs_a_bench_reads_each_aim_beside_its_figure():
    """A missed aim is said where it is measured; a quick run is judged by no aim, for it does a part of the work."""
    report = Report("assignment", {"batch_500x14000_ms": 85.3, "three_priorities_ms": 90.1}, input="made")
    told = "\n".join(table(report.as_json(0.5), quick=False))
    assert re.search(r"batch_500x14000_ms +85.3 +aim ≤ 30 MISSED\n", told)
    assert re.search(r"crowded_ms +not measured +aim ≤ 500\n", told)
    assert re.search(r"three_priorities_ms +90.1\n", told)
    assert "input: made" in told
    assert re.search(r"commit .*, \d+ cores of .*, Python 3.*, load 0.5 before", told)
    quick = "\n".join(table(report.as_json(0.5), quick=True))
    assert "MISSED" not in quick
    assert "aim ≤ 30 in a full run" in quick


def test_a_result_names_commit_processor_and_load():
    told = Report("acts", {"acts_per_s": 1.0}).as_json(load_before=0.25)
    assert told["machine"]["load_before"] == 0.25
    assert {"cores", "cpu", "python", "load"} <= set(told["machine"])
    try:
        head = subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("no checkout: a result of it names no commit")
    assert head.startswith(commit().rstrip("+"))
