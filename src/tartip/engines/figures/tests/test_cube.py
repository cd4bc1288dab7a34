from __future__ import annotations

import numpy as np
import pytest

from tartip.engines.figures import (
    EVERYWHERE,
    BadPeriod,
    Cube,
    FigureReceipt,
    NotAdditive,
    NotCounted,
    NotInCube,
    Period,
    Territory,
    TooLarge,
    _,
    cells,
    compute_figure,
    compute_figures,
    cube as module,
    load_cube,
    save_cube,
    verify_figure,
)
from tartip.engines.figures.tests.made import (
    ALMATY,
    ASTANA,
    AUEZOV,
    BOSTANDYK,
    FEBRUARY,
    JANUARY,
    MONTHS,
    NAMES,
    SEIZURES,
    Indicator,
    row,
    seal,
    table,
)
from tartip.engines.months import Column, Month, MonthSchema, NotSealed, SealedMonths, seal_month
from tartip.simulation.generators.year import YEAR, YearParams, months, territories

SEIZED = [
    Indicator("seized.count", NAMES, "seizures", _.count()),
    Indicator("seized.mass", NAMES, "seizures", _.mass_mg.sum(), _.state == "seized"),
    Indicator("seized.second", NAMES, "seizures", _.count(where=_.kind == 2), _.state.notnull()),
]
CITY = Territory.of(ALMATY, [AUEZOV, BOSTANDYK])
BOTH = Period.of_months(JANUARY, FEBRUARY)


@pytest.fixture
def sealed(tmp_path):
    return seal(tmp_path, MONTHS)


@pytest.fixture(scope="module")
def year(tmp_path_factory):
    """50,000 records of a made year, sealed."""
    folder = tmp_path_factory.mktemp("year")
    for month, records in months(YearParams(records=50_000)):
        seal_month(records, YEAR, month, folder)
    return SealedMonths.read(folder, "year")


COUNTS = [
    Indicator("year.offences", NAMES, "year", _.count(), _.kind == 2),
    Indicator("year.fined", NAMES, "year", _.amount.sum(), (_.kind == 0) & (_.state == 2)),
    Indicator("year.all", NAMES, "year", _.count()),
]


def test_the_cube_says_what_the_figures_say(sealed):
    cube = Cube.build(SEIZED, sealed)
    for indicator in SEIZED:
        for territory in (EVERYWHERE, CITY, Territory.of("x", [ASTANA]), Territory.of("none", [1])):
            for period in (Period.of_months(JANUARY), Period.of_months(FEBRUARY), BOTH):
                figure = compute_figure(indicator, territory, period, sealed)
                assert cube.value(indicator.code, territory, period) == figure.value, (
                    indicator.code,
                    territory,
                    period,
                )


def test_groups_of_equal_rows_say_what_the_rows_say(sealed, monkeypatch):
    """The faster way of many indicators, on conditions over empty values, the territory and sums of two kinds."""
    conditions = [
        None,
        _.mass_mg.isnull(),
        ~(_.mass_mg > 600),
        _.territory == ASTANA,
        _.decided.notnull() | (_.kind == 2),
    ]
    measures = [_.count(), _.mass_mg.sum(), (_.kind * 3).sum(), _.count(where=_.state == "seized")]
    indicators = [
        Indicator(f"n{n}.m{m}", NAMES, "seizures", measure, condition)
        for n, condition in enumerate(conditions)
        for m, measure in enumerate(measures)
    ]
    plain = compute_figures(indicators, [EVERYWHERE, CITY], BOTH, sealed).values
    monkeypatch.setattr(cells, "ROWS_A_GROUP", 0)
    assert compute_figures(indicators, [EVERYWHERE, CITY], BOTH, sealed).values == plain
    for indicator in indicators:
        assert plain[indicator.code, CITY] == compute_figure(indicator, CITY, BOTH, sealed).value


def test_which_way_is_taken_depends_on_the_number_of_groups(sealed, year, monkeypatch):
    asked = []
    monkeypatch.setattr(cells, "grouped_cells_sql", lambda i, s: asked.append(s.register) or cells.cells_sql(i, s))
    compute_figures(SEIZED * 3, [EVERYWHERE], BOTH, sealed)  # 2 rows of February are 2 groups
    compute_figures(COUNTS * 2, [EVERYWHERE], Period.of_months(Month(2025, 1)), year)  # 3,859 rows are 586 groups
    assert asked == ["year"]


def test_districts_add_up_to_regions_and_regions_to_the_republic(year):
    districts = [code for code, _weight in territories()]
    regions = {code // 10**7: [] for code in districts}
    for code in districts:
        regions[code // 10**7].append(code)
    places = [Territory.of(code, [code]) for code in districts]
    places += [Territory.of(region * 10**7, codes) for region, codes in regions.items()]
    period = Period.of_months(Month(2025, 1), Month(2025, 10))
    found = compute_figures(COUNTS, [*places, EVERYWHERE], period, year)
    for indicator in COUNTS:
        by_district = {code: found.value(indicator.code, Territory.of(code, [code])) for code in districts}
        sums = {r: found.value(indicator.code, Territory.of(r * 10**7, codes)) for r, codes in regions.items()}
        assert sums == {r: sum(by_district[code] for code in codes) for r, codes in regions.items()}
        whole = compute_figure(indicator, EVERYWHERE, period, year, recount=True).value
        assert sum(sums.values()) == found.value(indicator.code, EVERYWHERE) == whole > 0


def test_a_figure_of_the_table_has_a_receipt_that_holds(year):
    almaty = Territory.of(ALMATY, [code for code, _w in territories() if code // 10**7 == 75])
    found = compute_figures(COUNTS, [almaty], Period.of_months(Month(2025, 3), Month(2025, 5)), year)
    receipt = FigureReceipt(found.figure("year.fined", almaty))
    assert receipt.figure.value == found.value("year.fined", almaty) > 0
    assert not [s for s in verify_figure(receipt.data, year.folder) if s.outcome == "failed"]


def test_only_the_touched_month_is_counted_again(sealed, monkeypatch):
    cube = Cube.build(SEIZED, sealed)
    assert cube.stale(SEIZED, sealed) == ()
    seal_month(table([row(99, territory=12)]), sealed.manifests[0].schema, JANUARY, sealed.folder, supplement=2)
    now = SealedMonths.read(sealed.folder, "seizures")
    assert cube.stale(SEIZED, now) == (JANUARY,)
    counted, real = [], module.month_cells
    monkeypatch.setattr(module, "month_cells", lambda i, s: counted.extend(s.months) or real(i, s))
    fresh = cube.refresh(SEIZED, now)
    assert counted == [JANUARY]
    assert fresh.value("seized.count", EVERYWHERE, BOTH) == cube.value("seized.count", EVERYWHERE, BOTH) + 1
    built = Cube.build(SEIZED, now)
    assert (built.territories, built.made_of) == (fresh.territories, fresh.made_of)
    assert np.array_equal(built.values, fresh.values)


def test_another_definition_makes_the_whole_cube_stale(sealed):
    cube = Cube.build(SEIZED, sealed)
    changed = [Indicator("seized.count", NAMES, "seizures", _.count(), edition=2), *SEIZED[1:]]
    assert cube.stale(changed, sealed) == (JANUARY, FEBRUARY)
    assert cube.refresh(changed, sealed).stale(changed, sealed) == ()


def test_a_cube_is_kept_in_a_file_and_a_broken_one_is_built_again(sealed, tmp_path):
    cube = Cube.build(SEIZED, sealed)
    path = tmp_path / "cube.npz"
    save_cube(cube, path)
    again = load_cube(path)
    assert again.value("seized.mass", CITY, BOTH) == cube.value("seized.mass", CITY, BOTH)
    assert again.stale(SEIZED, sealed) == ()
    data = path.read_bytes()
    for broken in (b"", b"PK", data[: len(data) // 2], data[:-30]):
        path.write_bytes(broken)
        assert load_cube(path) is None
    assert load_cube(tmp_path / "none.npz") is None


def test_a_cube_refuses_what_it_cannot_know(sealed):
    cube = Cube.build(SEIZED, sealed)
    with pytest.raises(NotInCube, match="2025-03"):
        cube.value("seized.count", EVERYWHERE, Period.of_months(JANUARY, Month(2025, 3)))
    with pytest.raises(NotInCube, match=r"seized\.other"):
        cube.value("seized.other", EVERYWHERE, BOTH)
    with pytest.raises(BadPeriod, match="whole months"):
        cube.value("seized.count", EVERYWHERE, Period(JANUARY.first, JANUARY.first))
    with pytest.raises(BadPeriod, match="whole months"):
        compute_figures(SEIZED, [EVERYWHERE], Period(JANUARY.first, JANUARY.first), sealed)
    with pytest.raises(NotAdditive, match=r"seized\.kinds"):
        Cube.build([Indicator("seized.kinds", NAMES, "seizures", _.kind.nunique())], sealed)
    with pytest.raises(NotSealed):
        Cube.build([], sealed)


def test_a_cell_beyond_64_bits_is_refused(tmp_path):
    sealed = seal(tmp_path, {JANUARY: [[row(1, mass_mg=2**62), row(2, mass_mg=2**62)]]})
    with pytest.raises(TooLarge, match=str(2**63)):
        Cube.build(SEIZED, sealed)


def test_cells_add_up_beyond_64_bits(tmp_path):
    rows = [row(1, mass_mg=2**62), row(2, mass_mg=2**62, territory=ASTANA)]
    sealed = seal(tmp_path, {JANUARY: [rows]})
    assert Cube.build(SEIZED, sealed).value("seized.mass", EVERYWHERE, Period.of_months(JANUARY)) == 2**63


def test_a_month_sealed_without_a_column_is_not_counted_by_who_needs_it_and_by_all_others(sealed, tmp_path):
    """March has one column more. Three records of two kinds; January and February hold 5 that stay."""
    march = Month(2025, 3)
    schema = MonthSchema("seizures", (*SEIZURES.columns, Column("place", "string")))
    rows = [{**row(n, march.first), "place": "street" if n < 92 else "home"} for n in (90, 91, 92)]
    seal_month(table(rows, schema), schema, march, sealed.folder)
    everything = SealedMonths.read(sealed.folder, "seizures")
    street = Indicator("seized.street", NAMES, "seizures", _.count(), _.place == "street")
    cube = Cube.build([*SEIZED, street], everything)
    assert cube.value("seized.street", EVERYWHERE, Period.of_months(march)) == 2
    whole = Period.of_months(JANUARY, march)
    assert (
        cube.value("seized.count", EVERYWHERE, whole) == compute_figure(SEIZED[0], EVERYWHERE, whole, everything).value
    )
    for period in (BOTH, whole):
        with pytest.raises(NotCounted, match="2025-01"):
            cube.value("seized.street", EVERYWHERE, period)
        with pytest.raises(NotCounted, match="place"):
            compute_figure(street, EVERYWHERE, period, everything)
    save_cube(cube, tmp_path / "cube.npz")
    again = load_cube(tmp_path / "cube.npz")
    assert again.not_counted == cube.not_counted == {(JANUARY, "seized.street"), (FEBRUARY, "seized.street")}
    assert again.refresh([*SEIZED, street], everything).not_counted == cube.not_counted
