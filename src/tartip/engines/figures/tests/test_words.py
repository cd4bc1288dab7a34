from __future__ import annotations

from datetime import date

import ibis
import pytest

from tartip.engines.figures import BadIndicator, Indicator, _
from tartip.engines.figures.reading import read_condition, read_measure
from tartip.engines.figures.tests.made import NAMES, SEIZURES, indicator
from tartip.engines.figures.words import Between, Both, Column, Compare, Constant, IsIn, IsNull, Measure, Not

theirs = ibis._
DAY = date(2025, 1, 31)


@pytest.mark.parametrize(
    "written",
    [
        lambda w: w.state.isin(["confirmed", "destroyed"]),
        lambda w: (w.kind >= 2) & ~(w.state == "it's") | w.decided.isnull(),
        lambda w: w.mass_mg.between(-5, 10) & w.decided.notnull(),
        lambda w: (w.mass_mg * 2 - w.kind) != 0,
        lambda w: w.decided >= DAY,
        lambda w: w.date.between(date(2025, 1, 1), DAY),
        lambda w: w.decided.isin([DAY]),
    ],
)
def test_ibis_our_underscore_and_text_are_the_same_words(written):
    words = read_condition(written(_), "x")
    assert words == read_condition(written(theirs), "x") == read_condition(str(words), "x")
    assert indicator("_.count()", words).sha256 == indicator("_.count()", written(theirs)).sha256


def test_words_are_read_as_they_stand():
    # Worked out by hand: & binds tighter than |, as in Python.
    text = "(_.a == 1) & ~_.b.isin(['x']) | _['c'].between(1, -2)"
    a, b = Compare("==", Column("a"), Constant(1)), Not(IsIn(Column("b"), ("x",)))
    assert read_condition(text, "x") == Both("|", Both("&", a, b), Between(Column("c"), Constant(1), Constant(-2)))
    assert read_measure("_.a.sum(where=_.b.notnull())", "x") == Measure("sum", Column("a"), IsNull(Column("b"), True))


def test_a_set_is_spelled_the_same_in_every_run():
    assert str(read_condition("_.s.isin({'b', 'a', 'c'})", "x")) == "_.s.isin(['a', 'b', 'c'])"


@pytest.mark.parametrize(
    "measure",
    [
        "_.mass_mg.mean()",
        "_.mass_mg.approx_nunique()",
        "_.mass_mg.median()",
        "_.mass_mg.sum() / _.count()",
        "_.count().cast('float64')",
        "(_.mass_mg / 2).sum()",
        "(_.mass_mg * 0.5).sum()",
        "_.mass_mg.sum(1)",
        "_.mass_mg.sum(other=_.kind == 1)",
        "_.count(where=_.kind)",
        "(_.kind == 1).sum()",
        "(_.kind + 1).nunique()",
        "__import__('os').system('true')",
        "_.count",
        "5",
        "",
        "_.kind.sum(",
        "_." + "a." * 4999 + "sum()",
        "_.count(where=" + "~" * 5000 + "(_.a == 1))",
    ],
)
def test_what_is_no_exact_count_or_sum_is_refused(measure):
    with pytest.raises(BadIndicator):
        indicator(measure)


@pytest.mark.parametrize(
    "where",
    [
        "_.state",
        "_.kind + 1",
        "_.kind in [1]",
        "1 < _.kind < 3",
        "_.kind == 1 and _.kind == 2",
        "_.kind == 1.5",
        "_.kind == True",
        "_.kind == None",
        "_.state.isin([])",
        "_.state.isin(_.kind)",
        "_.state.lower() == 'x'",
        "_.kind == 2**63",
        "_.kind == 9223372036854775808",
        "_.date == date(2025, 13, 1)",
        "open('/etc/passwd')",
        "[x for x in _.kind]",
        "lambda: 1",
    ],
)
def test_what_is_no_condition_of_these_words_is_refused(where):
    with pytest.raises(BadIndicator):
        indicator("_.count()", where)


@pytest.mark.parametrize(
    "where, rule",
    [
        ("_.colour == 1", "seals no `colour`"),
        ("_.state == 1", "1 is number, not text"),
        ("_.state < 'x'", "text has no order"),
        ("_.date == 5", "5 is number, not date"),
        ("_.kind.isin(['a'])", "the values are not all number"),
        ("_.state.between('a', 'b')", "text has no order"),
        ("(_.state + 1) == 2", "_.state is text, not number"),
        ("_.withdrawn == 1", "seals no `withdrawn`"),
    ],
)
def test_words_must_fit_the_sealed_columns(where, rule):
    with pytest.raises(BadIndicator, match=rule):
        indicator("_.count()", where).check(SEIZURES)


def test_only_numbers_are_summed():
    with pytest.raises(BadIndicator, match="only numbers can be summed"):
        indicator("_.decided.sum()").check(SEIZURES)
    indicator("_.decided.nunique()").check(SEIZURES)


def test_a_python_and_is_refused_where_it_is_written():
    with pytest.raises(TypeError, match="combine conditions with &"):
        bool((_.kind == 1) and (_.kind == 2))


@pytest.mark.parametrize(
    "change",
    [
        {"code": "Drugs"},
        {"code": ""},
        {"names": {"ru": "x", "en": "y"}},
        {"names": {**NAMES, "kk": ""}},
        {"edition": 0},
        {"edition": True},
    ],
)
def test_a_declaration_is_complete(change):
    with pytest.raises(BadIndicator):
        Indicator(**{"code": "a.b", "names": NAMES, "register": "seizures", "measure": _.count(), **change})


def test_the_hash_follows_the_definition_and_nothing_else():
    one = indicator(_.count(), _.kind == 1)
    assert one.sha256 == indicator("_.count( )", "(_.kind  == 1)").sha256
    others = [indicator(_.count(), _.kind == 2), indicator(_.count(), _.kind == 1, edition=2), indicator(_.kind.sum())]
    assert len({one.sha256, *(other.sha256 for other in others)}) == 4
    assert Indicator.from_json(one.as_json()) == one


@pytest.mark.parametrize("condition", ["1 == 1", "5 .isin([5])", "~('a' == 'b')", "date(2025,1,1).notnull()"])
def test_a_condition_that_names_no_column_is_refused(condition):
    """It says nothing of a record: DuckDB counted all of them for it, and polars one."""
    with pytest.raises(BadIndicator, match="names no column"):
        read_condition(condition, "x")
    with pytest.raises(BadIndicator, match="names no column"):
        read_measure(f"_.count(where={condition})", "x")


def test_a_sum_that_names_no_column_is_refused():
    for measure in ("5 .sum()", "(1+1).sum()"):
        with pytest.raises(BadIndicator, match="names no column"):
            read_measure(measure, "x")
