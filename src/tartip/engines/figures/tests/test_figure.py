from __future__ import annotations

import random
from datetime import date

import pytest
from hypothesis import given, settings, strategies as st

from tartip.engines.figures import (
    EVERYWHERE,
    KG,
    BadIndicator,
    OtherRegister,
    Period,
    QueryFailed,
    RecountDiffers,
    Territory,
    TooLarge,
    _,
    compute_figure,
    recounting,
)
from tartip.engines.figures.duck import ask
from tartip.engines.figures.question import Question
from tartip.engines.figures.recounting import recount
from tartip.engines.figures.relation import duckdb_scan, records_sql
from tartip.engines.figures.tests import made, reference
from tartip.engines.figures.tests.made import (
    ALMATY,
    ASTANA,
    AUEZOV,
    BOSTANDYK,
    FEBRUARY,
    JANUARY,
    MONTHS,
    SEIZURES,
    indicator,
    row,
    seal,
)
from tartip.engines.figures.verify import definition_sql
from tartip.engines.months import Column, FileChanged, Month, MonthSchema, NotSealed, SealedMonths, seal_month

CITY = Territory.of(ALMATY, [AUEZOV, BOSTANDYK])
BOTH = Period.of_months(JANUARY, FEBRUARY)


@pytest.fixture(scope="module")
def sealed(tmp_path_factory):
    return seal(tmp_path_factory.mktemp("m"), MONTHS)


def test_late_corrected_and_moved_records_count_once_where_they_belong(sealed):
    # January: 1, 2 (version 2), 3, 5; 4 has moved to February, where 10 is.
    count, mass = indicator(_.count()), indicator(_.mass_mg.sum())
    january, february = Period.of_months(JANUARY), Period.of_months(FEBRUARY)
    assert [compute_figure(count, EVERYWHERE, p, sealed, recount=True).value for p in (january, february, BOTH)] == [
        4,
        2,
        6,
    ]
    # 1000 + 500 + nothing + 7; in Almaty the same, since 3 is in Astana and weighs nothing.
    assert compute_figure(mass, EVERYWHERE, january, sealed, recount=True).value == 1507
    assert compute_figure(mass, CITY, january, sealed, recount=True).value == 1507
    assert compute_figure(count, CITY, january, sealed, recount=True).value == 3
    # The confirmed state of 2 was corrected away.
    assert compute_figure(indicator(_.count(), _.state == "confirmed"), EVERYWHERE, BOTH, sealed).value == 0


def test_a_state_that_a_supplement_replaced_does_not_count(tmp_path):
    """Base: version 1 is `seized`; supplement: version 2 is `confirmed`. Neither engine counts the first."""
    sealed = seal(tmp_path, {JANUARY: [[row(1)], [row(1, version=2, state="confirmed")]]})
    for state, count in (("seized", 0), ("confirmed", 1)):
        asked = indicator(_.count(), _.state == state)
        assert compute_figure(asked, EVERYWHERE, Period.of_months(JANUARY), sealed, recount=True).value == count


def test_a_period_of_days_counts_these_days(sealed):
    days = Period(date(2025, 1, 31), date(2025, 2, 1))
    assert compute_figure(indicator(_.count()), EVERYWHERE, days, sealed, recount=True).value == 1


def test_different_values_are_counted_over_the_whole_question(sealed):
    # kind is 1 but for record 10; decided is empty everywhere.
    assert compute_figure(indicator(_.kind.nunique()), EVERYWHERE, BOTH, sealed, recount=True).value == 2
    assert compute_figure(indicator(_.decided.nunique()), EVERYWHERE, BOTH, sealed, recount=True).value == 0


def test_an_empty_month_gives_zero(tmp_path):
    sealed = seal(tmp_path, {JANUARY: [[]]})
    for measure in (_.count(), _.mass_mg.sum(), _.kind.nunique()):
        assert compute_figure(indicator(measure), CITY, Period.of_months(JANUARY), sealed, recount=True).value == 0


def test_every_month_of_the_period_must_be_sealed(sealed):
    with pytest.raises(NotSealed, match="2025-03 is not sealed"):
        compute_figure(indicator(_.count()), EVERYWHERE, Period.of_months(JANUARY, Month(2025, 3)), sealed)
    without = SealedMonths(sealed.folder, tuple(m for m in sealed.manifests if m.supplement or m.month != JANUARY))
    with pytest.raises(NotSealed, match="2025-01 is not sealed"):
        compute_figure(indicator(_.count()), EVERYWHERE, BOTH, without)


def test_a_changed_file_gives_no_figure(tmp_path):
    sealed = seal(tmp_path, MONTHS)
    path = tmp_path / "seizures-2025-02.parquet"
    path.chmod(0o644)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    with pytest.raises(FileChanged, match="seizures-2025-02"):
        compute_figure(indicator(_.count()), EVERYWHERE, BOTH, sealed)


def test_the_register_its_date_and_its_codes_must_be_those_of_the_indicator(sealed):
    other = made.Indicator("a", made.NAMES, "calls", _.count())
    with pytest.raises(OtherRegister, match="counts calls, not seizures"):
        compute_figure(other, EVERYWHERE, BOTH, sealed)
    with pytest.raises(OtherRegister, match="dated by decided"):
        compute_figure(indicator(_.count(), dated_by="decided"), EVERYWHERE, BOTH, sealed)
    with pytest.raises(OtherRegister, match="seals territories as int32"):
        compute_figure(indicator(_.count()), Territory.of("750000000", ["751310000"]), BOTH, sealed)
    with pytest.raises(BadIndicator, match="seals no `gram`"):
        compute_figure(indicator(_.gram.sum()), EVERYWHERE, BOTH, sealed)


def test_text_codes_and_uuid_ids_count_as_well(tmp_path):
    columns = (Column("id", "uuid"), Column("version", "int32"), Column("date", "date"), Column("territory", "string"))
    schema = MonthSchema("seizures", columns)
    rows = [
        {"id": bytes([n]) * 16, "version": 1, "date": date(2025, 1, n + 1), "territory": t} for n, t in enumerate("aab")
    ]
    corrected = [{**rows[1], "version": 2, "territory": "b"}]
    sealed = seal(tmp_path, {JANUARY: [rows, corrected]}, schema)
    place = Territory.of("B", ["b", "c'"])
    assert compute_figure(indicator(_.count()), place, Period.of_months(JANUARY), sealed, recount=True).value == 2


def test_a_register_may_gain_a_column_and_widen_another(tmp_path):
    old = MonthSchema("seizures", tuple(c for c in SEIZURES.columns if c.name not in ("decided", "kind")))
    seal_month(made.table([row(1)], old), old, JANUARY, tmp_path)
    wider = (*old.columns[:-1], Column("mass_mg", "int64"), Column("kind", "int8"))
    newer = MonthSchema("seizures", (*wider[:1], Column("version", "int32", low=1), *wider[2:]))
    seal_month(made.table([row(2, date(2025, 2, 2))], newer), newer, FEBRUARY, tmp_path)
    sealed = SealedMonths.read(tmp_path, "seizures")
    assert compute_figure(indicator(_.mass_mg.sum()), EVERYWHERE, BOTH, sealed, recount=True).value == 2000
    with pytest.raises(BadIndicator, match="seals no `kind`"):
        compute_figure(indicator(_.kind.sum()), EVERYWHERE, BOTH, sealed)
    assert (
        compute_figure(indicator(_.kind.sum()), EVERYWHERE, Period.of_months(FEBRUARY), sealed, recount=True).value == 1
    )


def test_a_figure_that_two_engines_see_differently_is_not_given_out(sealed, monkeypatch):
    monkeypatch.setattr(recounting, "recount", lambda question: 5)
    with pytest.raises(RecountDiffers, match=r"drugs\.seized: 6, recounted 5"):
        compute_figure(indicator(_.count()), EVERYWHERE, BOTH, sealed, recount=True)


def test_sums_beyond_64_bits_are_exact_and_beyond_json_refused(tmp_path):
    big = 2**63 - 1
    rows = [row(1, mass_mg=big), row(2, mass_mg=big), row(3, mass_mg=-big), row(4, mass_mg=-big + 9)]
    sealed = seal(tmp_path, {JANUARY: [rows]})
    january = Period.of_months(JANUARY)
    assert compute_figure(indicator(_.mass_mg.sum()), EVERYWHERE, january, sealed, recount=True).value == 9
    with pytest.raises(TooLarge, match=str(2 * big)):
        compute_figure(indicator(_.mass_mg.sum(), _.mass_mg > 0), EVERYWHERE, january, sealed)
    with pytest.raises(QueryFailed, match=r"[Oo]verflow"):
        compute_figure(indicator((_.mass_mg * 4).sum()), EVERYWHERE, january, sealed)


def test_the_order_of_files_and_rows_changes_nothing(tmp_path):
    mixed = random.Random(5)
    months = {month: [mixed.sample(part, len(part)) for part in parts] for month, parts in reversed(MONTHS.items())}
    one, two = seal(tmp_path / "a", MONTHS), seal(tmp_path / "b", months)
    turned = SealedMonths(two.folder, tuple(sorted(two.manifests, key=lambda m: (m.month, m.supplement))))
    figures = [compute_figure(indicator(_.mass_mg.sum()), EVERYWHERE, BOTH, s) for s in (one, two, turned)]
    assert len({figure.value for figure in figures}) == 1
    assert len({figure.records for figure in figures}) == 1


ROW = st.fixed_dictionaries(
    {
        "territory": st.sampled_from([AUEZOV, BOSTANDYK, ASTANA]),
        "state": st.sampled_from(["a", "b", "it's"]),
        "kind": st.integers(-128, 127),
        "mass_mg": st.none() | st.integers(-(10**9), 10**9),
        "decided": st.none() | st.dates(date(2024, 12, 30), date(2025, 1, 3)),
        "day": st.integers(0, 30),
    }
)
NUMBER = st.sampled_from(["_.kind", "_.mass_mg", "(_.kind * _.mass_mg)", "(_.mass_mg - 7)", "_.version"])
TERM = st.one_of(
    st.builds("({} {} {})".format, NUMBER, st.sampled_from(["==", "!=", "<", "<=", ">", ">="]), NUMBER | st.just("0")),
    st.sampled_from(
        [
            "_.state.isin(['a', \"it's\"])",
            "(_.state != 'b')",
            "_.decided.isnull()",
            "_.mass_mg.notnull()",
            "(_.decided < date(2025, 1, 1))",
            "_.decided.isin([date(2025, 1, 1), date(2024, 12, 31)])",
            "_.mass_mg.between(-1000000, 500000)",
            "_.kind.isin([1, 2, 3, -5, 0])",
        ]
    ),
)
CONDITION = st.recursive(
    TERM,
    lambda c: st.builds("~{}".format, c) | st.builds("({} {} {})".format, c, st.sampled_from("&|"), c),
    max_leaves=4,
)
MEASURE = st.one_of(
    st.just("_.count()"),
    st.builds("_.count(where={})".format, TERM),
    st.builds("{}.sum()".format, NUMBER),
    st.builds("{}.sum(where={})".format, NUMBER, TERM),
    st.builds("_.{}.nunique()".format, st.sampled_from(["kind", "decided", "state", "mass_mg", "id"])),
)


@settings(max_examples=30, deadline=None)
@given(data=st.data(), rows=st.lists(ROW, max_size=25))
def test_three_engines_agree_with_the_slow_reference(tmp_path_factory, data, rows):
    """DuckDB by Ibis, polars, and the verifier's own SQL, on random rows, corrections, withdrawals and questions."""
    first = [row(n, date(2025, 1, r.pop("day") + 1), **r) for n, r in enumerate(rows)]
    parts, version = [first], 1
    for _n in range(data.draw(st.integers(0, 2))):
        version += 1
        known = reference.counting(parts)
        touched = data.draw(st.lists(st.sampled_from(known), unique_by=lambda r: r["id"], max_size=5)) if known else []
        flags = data.draw(st.lists(st.booleans(), min_size=len(touched), max_size=len(touched)))
        parts.append(
            [{**r, "version": version, "kind": 3, "withdrawn": gone} for r, gone in zip(touched, flags, strict=True)]
        )
    sealed = seal(tmp_path_factory.mktemp("m"), {JANUARY: parts})
    asked = indicator(data.draw(MEASURE), data.draw(st.none() | CONDITION))
    territory = data.draw(st.sampled_from([EVERYWHERE, CITY, Territory.of(1, [1])]))
    period = data.draw(st.sampled_from([Period.of_months(JANUARY), Period(date(2025, 1, 5), date(2025, 1, 20))]))
    wanted = reference.figure(asked, territory, period, {JANUARY: parts})
    figure = compute_figure(asked, territory, period, sealed)
    question = Question.ask(asked, territory, period, sealed)
    assert figure.value == wanted
    assert recount(question) == wanted
    assert ask(records_sql(sealed.manifests, duckdb_scan(sealed.folder)), definition_sql(question), "x") == [(wanted,)]


def test_units_show_stored_integers_exactly():
    assert (str(KG.shown(31_700_000_000)), str(KG.shown(1))) == ("31700", "0.000001")
