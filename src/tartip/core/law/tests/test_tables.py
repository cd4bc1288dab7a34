"""What must hold for every row of every table."""

from __future__ import annotations

import re
from datetime import date, timedelta
from itertools import pairwise

import pytest

from tartip.core import law
from tartip.core.law import workdays
from tartip.core.law.caps import cap
from tartip.core.law.edition import KEY
from tartip.core.law.errors import BadTable
from tartip.core.law.penalties import book
from tartip.core.law.registry import TABLES, _grounds
from tartip.core.law.tables import parse

ALL = law.all_editions()
MIXED = re.compile(r"[A-Za-z][а-яёәғқңөұүһі]|[а-яёәғқңөұүһі][A-Za-z]", re.IGNORECASE)


@pytest.mark.parametrize("edition", ALL, ids=lambda e: f"{e.table}:{e.id}")
def test_a_row_has_a_key_three_names_a_status_and_a_source(edition):
    assert edition.table in TABLES
    assert KEY.fullmatch(edition.key) or edition.table == "holidays"
    assert edition.kk
    assert edition.ru
    assert edition.en
    assert edition.status in ("confirmed", "older edition", "unconfirmed")
    assert len(edition.source) > 5
    assert edition.valid_to is None or edition.valid_from <= edition.valid_to
    assert edition.valid_from >= date(2000, 1, 1)


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_no_latin_letter_hides_in_a_cyrillic_word(language):
    """The official Kazakh text is full of Latin i; searching and sorting would go wrong."""
    assert [edition.id for edition in ALL if MIXED.search(edition.name(language))] == []


def test_english_names_are_english():
    foreign = {
        e.id for e in ALL if re.search(r"[а-яә]", e.en, re.IGNORECASE) and "ЕР" not in e.en and "КУИ" not in e.en
    }
    assert foreign == set()


def test_editions_of_a_key_never_overlap():
    assert _grounds().overlaps() == []
    assert book().entries.overlaps() == []


def test_editions_of_a_key_leave_no_gap():
    assert _grounds().gaps() == []
    assert book().entries.gaps() == []


def test_every_penalty_has_its_part_in_the_articles_for_its_whole_time():
    for name, group in book().entries.rows.items():
        key = name.split()[0]
        for entry in group:
            named = law.resolve(key, entry.valid_from)
            # The part keeps its wording while the penalty runs: the penalty shows the part's name.
            assert (named.kk, named.ru, named.en) == (entry.edition.kk, entry.edition.ru, entry.edition.en)
            if entry.valid_to:
                assert law.resolve(key, entry.valid_to) == named
            else:
                assert named.valid_to is None


def test_every_part_that_takes_over_belongs_to_a_known_part():
    for (base, _), parts in book().variants.items():
        assert base in book().keys
        for part in parts:
            # 592-4 punishes repeats of 592-2, never of another article.
            assert part.split("-")[1] == base.split("-")[1]


def test_every_part_of_an_offence_has_a_penalty_or_a_reason_for_none():
    parts = {e.key for e in ALL if e.table == "articles" and e.law == "koap" and e.part[:1].isdigit()}
    assert parts - book().keys == set()


def test_no_penalty_is_over_the_limits_of_the_code():
    for name, group in book().entries.rows.items():
        subject = name.split()[1]
        for entry in group:
            for option in entry.options:
                for sanction in option:
                    limit = cap(
                        "person" if subject in ("any", "parent") else subject,
                        sanction.kind,
                        sanction.unit,
                        entry.valid_from,
                    )
                    assert limit is None or (sanction.high or 0) <= limit, name


def test_every_ground_of_a_deadline_resolves_while_the_deadline_runs():
    for group in law.deadlines().rows.values():
        for rule in group:
            assert law.resolve(rule.ground, rule.valid_from).key == rule.ground
            assert law.resolve(rule.ground, rule.valid_to or date(2026, 11, 22))


def test_discounts_and_retention_name_known_grounds_and_deadlines():
    from tartip.core.law.discounts import discounts
    from tartip.core.law.retention import retentions

    for group in [*discounts().rows.values(), *retentions().rows.values()]:
        for row in group:
            assert law.resolve(row.ground, row.valid_from)
    for group in discounts().rows.values():
        for row in group:
            for key in filter(None, (row.deadline, row.other_count)):
                assert law.deadline(key, row.valid_from)


def test_base_rates_follow_one_another_day_by_day():
    rates = [e for e in ALL if e.table == "base_rates"]
    for before, after in pairwise(rates):
        assert before.valid_to is not None
        assert after.valid_from == before.valid_to + timedelta(days=1)


def test_swaps_come_in_pairs():
    for day, swap in law.swaps().items():
        other = law.swaps()[swap.pair]
        assert other.pair == day
        assert {swap.kind, other.kind} == {"off", "work"}


HEAD = "key valid_from valid_to kk ru en tenge status source note"
GOOD = "mci,2026-01-01,,АЕК,МРП,MCI,4325,confirmed,zakon.kz,"


@pytest.mark.parametrize(
    ("line", "column"),
    [
        (GOOD.replace("2026-01-01", "01.01.2026"), "valid_from"),
        (GOOD.replace("4325", "4325.5"), "tenge"),
        (GOOD.replace("4325", "-1"), "tenge"),
        (GOOD.replace("4325", ""), "tenge"),
        (GOOD.replace("confirmed", "sure"), "status"),
        (GOOD.replace("zakon.kz", ""), "source"),
        (GOOD.replace("АЕК", " "), "kk"),
        (GOOD.replace("mci", "MCI 2026"), "key"),
        (GOOD.replace("2026-01-01,", "2026-01-01,2025-12-31"), "valid_to"),
        (GOOD + ",more", "all"),
    ],
)
def test_a_bad_cell_is_named_with_table_line_and_column(line, column):
    from tartip.core.law.rates import _rate

    lines = [HEAD.replace(" ", ","), GOOD, line]
    with pytest.raises(BadTable) as wrong:
        list(map(_rate, parse("base_rates", lines, HEAD)))
    assert wrong.value.fields["table"] == "base_rates"
    assert (wrong.value.fields["line"], wrong.value.fields["column"]) == (3, column)


def test_a_wrong_head_is_refused():
    with pytest.raises(BadTable):
        list(parse("base_rates", ["key,tenge", "mci,4325"], HEAD))


def test_a_day_moved_by_decree_twice_is_refused_and_names_both_lines(monkeypatch):
    """The second row would win silently: the same day free by one decree and working by another."""
    head = workdays.COLUMNS
    row = "2026-05-08,{},2026-05-16,confirmed,decree,"
    lines = [head.replace(" ", ","), row.format("off"), row.format("work")]
    monkeypatch.setattr(workdays, "read", lambda *named: parse("holidays", lines, head))
    with pytest.raises(BadTable) as wrong:
        workdays.swaps.__wrapped__()
    assert (wrong.value.fields["line"], wrong.value.fields["column"]) == (3, "date")
    assert "line 2" in wrong.value.fields["rule"]
