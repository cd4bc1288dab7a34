from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from tartip.engines.errors import BadInput
from tartip.engines.months import Month, seal_month
from tartip.simulation.generators.year import (
    ADMINISTRATIVE,
    COMPLETED,
    OFFENCE,
    REPORT,
    SUSPENDED,
    YEAR,
    YearParams,
    apportion,
    month_records,
    months,
    territories,
)

FIGURES = Path(__file__).parents[5] / ".." / "shared" / "data" / "figures"
SMALL = YearParams(records=50_000)


@pytest.fixture(scope="module")
def year():
    """400,000 records: enough that shares are within one percent."""
    return pa.concat_tables([table for _month, table in months(YearParams(records=400_000))])


def published(id: str) -> int:
    path = FIGURES / "published_figures.csv"
    if not path.exists():
        pytest.skip("the published figures are not beside the repository")
    with path.open(encoding="utf-8") as file:
        return next(int(row["value"]) for row in csv.DictReader(file) if row["id"] == id)


def test_the_same_seed_gives_the_same_bytes(tmp_path):
    one, two, other = (
        seal_month(month_records(params, Month(2025, 3)), YEAR, Month(2025, 3), tmp_path / str(n))
        for n, params in enumerate((SMALL, YearParams(records=50_000), YearParams(records=50_000, seed=7)))
    )
    assert one.root == two.root
    assert one.file_sha256 == two.file_sha256
    assert other.root != one.root


def test_no_record_is_lost_between_the_months():
    assert sum(table.num_rows for _month, table in months(SMALL)) == 50_000
    assert sum(table.num_rows for _month, table in months(YearParams(year=2024, records=366))) == 366


def test_ids_rise_through_the_year(year):
    assert np.all(np.diff(year["id"].to_numpy()) > 0)


def test_kinds_have_the_published_shares(year):
    administrative, reports = published("S0-07"), published("S3-12")
    counts = {kind: pc.sum(pc.equal(year["kind"], kind)).as_py() for kind in (ADMINISTRATIVE, REPORT, OFFENCE)}
    # 17 million administrative offences, 5 million reports, 123,900 criminal offences: 22,123,900 together.
    total = administrative + reports + 123_900
    assert counts == {
        ADMINISTRATIVE: round(400_000 * administrative / total),
        REPORT: round(400_000 * reports / total),
        OFFENCE: round(400_000 * 123_900 / total),
    }


def test_offences_are_cleared_as_on_form_1m(year):
    path = FIGURES / "1m_2022_summary.csv"
    if not path.exists():
        pytest.skip("form 1-M is not beside the repository")
    with path.open(encoding="utf-8") as file:
        form = next(row for row in csv.DictReader(file) if row["territory_iso"] == "KZ")
    offences = year.filter(pc.equal(year["kind"], OFFENCE))
    completed, suspended = (pc.sum(pc.equal(offences["state"], s)).as_py() for s in (COMPLETED, SUSPENDED))
    wanted = int(form["completed"]) / (int(form["completed"]) + int(form["suspended_person_not_identified"]))
    # 2,240 offences: three standard errors of a share near one half are 3.2 points.
    assert completed / (completed + suspended) == pytest.approx(wanted, abs=0.032)
    thefts = pc.mean(pc.equal(offences["article"], 188)).as_py()
    assert 0.25 < thefts < 0.45


def test_territories_have_records_by_population(year):
    path = FIGURES / "territories.csv"
    if not path.exists():
        pytest.skip("the table of territories is not beside the repository")
    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    people = {int(r["kato"]) // 10**7: int(r["population_2026_01_01"] or r["population_2023_01_01"]) for r in rows}
    regions = year["territory"].to_numpy() // 10**7
    for region, population in people.items():
        assert np.mean(regions == region) == pytest.approx(population / sum(people.values()), abs=0.003)
    assert len(people) == 20
    assert len(territories()) > 220


def test_shares_are_whole_and_add_up():
    # 10 by thirds is 3 1/3 each; the first of the equal remainders gets the one left over.
    assert apportion(10, [1, 1, 1]).tolist() == [4, 3, 3]
    assert apportion(7, [0, 1, 3]).tolist() == [0, 2, 5]
    assert apportion(0, [1, 2]).tolist() == [0, 0]


def test_numbers_that_are_no_counts_are_refused():
    for wrong in ({"records": -1}, {"records": 10**10}, {"seed": -1}):
        with pytest.raises(BadInput):
            YearParams(**wrong)
