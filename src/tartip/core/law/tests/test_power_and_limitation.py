"""Who may impose what, and after which term nobody may: both are rows of tables."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest

from tartip.core import law
from tartip.core.law import jurisdiction
from tartip.core.law.errors import BadTable
from tartip.core.law.limitation import spans
from tartip.core.law.pauses import pauses
from tartip.core.law.penalties import book
from tartip.core.law.tables import parse

DAY = date(2026, 5, 4)
POLICE = ("patrol", "inspector", "supervisor")
KINDS = ("arrest", "deprivation", "confiscation", "expulsion")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("role", POLICE)
@pytest.mark.parametrize("article", ["koap-608-1", "koap-592-2", "koap-436-2", "koap-999-1"])
def test_what_takes_freedom_right_or_property_is_imposed_by_a_judge_alone(article, role, kind):
    assert not law.may_impose(article, kind, role, DAY).allowed
    assert law.may_impose(article, kind, "judge", DAY).allowed


def test_no_row_of_the_table_can_give_the_courts_penalties_to_the_police():
    row = "who-x,2022-01-01,,koap-592,arrest,police court,,a,b,c,unconfirmed,x,"
    (found,) = parse("jurisdiction", [jurisdiction.COLUMNS.replace(" ", ","), row], jurisdiction.COLUMNS)
    with pytest.raises(BadTable, match="court alone"):
        jurisdiction._power(found)


@pytest.mark.parametrize("key", sorted(book().keys))
def test_a_part_that_allows_a_penalty_of_the_court_is_the_courts_whole(key):
    """Fine or arrest: the inspector may not take the fine, the case goes to the judge (КоАП ст. 808)."""
    for group in (group for name, group in book().entries.rows.items() if name.split()[0] == key):
        for entry in group:
            kinds = {sanction.kind for option in entry.options for sanction in option}
            answers = {kind: law.may_impose(key, kind, "inspector", entry.valid_from).allowed for kind in kinds}
            if kinds & law.COURT_ALONE:
                assert not any(answers.values())


def test_the_police_impose_fines_of_their_articles_and_only_by_their_officials():
    assert law.may_impose("koap-592-2", "fine", "inspector", DAY).allowed
    assert law.may_impose("koap-437-1", "fine", "patrol", DAY).allowed
    for stranger in ("operator", "dispatcher", "citizen", "gateway", "administrator", "system"):
        assert not law.may_impose("koap-592-2", "fine", stranger, DAY).allowed
    # An article without a row is not the police's until a lawyer enters one.
    assert not law.may_impose("koap-269-1", "fine", "inspector", DAY).allowed


def test_a_power_that_no_text_confirms_says_so():
    assert law.may_impose("koap-608-1", "arrest", "judge", DAY).status == "confirmed"
    assert law.may_impose("koap-592-2", "fine", "inspector", DAY).status == "unconfirmed"
    for power in (p for group in jurisdiction.powers().rows.values() for p in group):
        assert power.edition.status == "unconfirmed" or "zan.gov.kz" in power.edition.source


@pytest.mark.parametrize(
    ("article", "subject", "nature", "rule", "also"),
    [
        ("", "person", "ordinary", "koap-62-limitation", ""),
        ("koap-592-2", "person", "ordinary", "koap-62-limitation", ""),
        ("koap-434.2-1", "large", "ordinary", "koap-62-limitation", ""),
        ("koap-592-2", "minor", "ordinary", "koap-71-limitation-minor", ""),
        ("koap-678-1", "person", "ordinary", "koap-62-limitation-year", "koap-62-limitation-continuing"),
        ("koap-678-1", "minor", "ordinary", "koap-71-limitation-minor", ""),
        ("koap-678-1", "large", "ordinary", "koap-62-limitation-5-years", "koap-62-limitation-continuing"),
        ("koap-328-1", "medium", "ordinary", "koap-62-limitation-3-years", "koap-62-limitation-continuing"),
        ("koap-79-1", "person", "ordinary", "koap-62-limitation-year", "koap-62-limitation-continuing"),
        ("koap-461-1", "person", "continuing", "koap-62-limitation-continuing", ""),
        ("koap-434-1", "person", "after_criminal", "koap-62-limitation-criminal", ""),
    ],
)
def test_the_rule_of_limitation_fits_the_offence(article, subject, nature, rule, also):
    found = law.limitation(article, DAY, subject, nature=nature)
    assert (found.rule_key, found.also) == (rule, also)
    assert found.basis == law.deadline(rule, DAY).basis
    assert found.also_basis == ("detected_at" if also else "")


def test_a_limitation_is_as_sure_as_its_row_and_its_rule():
    assert law.limitation("koap-592-2", DAY).status == "confirmed"
    assert law.limitation("koap-592-2", DAY, "minor").status == "older edition"
    assert law.limitation("koap-678-1", DAY).status == "unconfirmed"


def test_a_limitation_of_another_code_or_before_the_tables_is_no_guess():
    for key, on in (("uk-99", DAY), ("koap-592-2", date(2021, 12, 31))):
        with pytest.raises(law.MissingEdition):
            law.limitation(key, on)


def test_rules_of_limitation_are_listed_by_the_moment_they_run_from():
    assert law.limitation_rules("detected_at") == ("koap-62-limitation-continuing",)
    assert "koap-71-limitation-minor" in law.limitation_rules("occurred_at")
    assert law.limitation_rules("received_at") == ("koap-62-limitation-criminal",)


def test_compound_penalties_stay_whole_and_keep_amounts_and_durations():
    drunk = law.penalty("koap-608-1", DAY)
    (whole,) = drunk.options
    assert whole.code == "arrest+deprivation"
    assert [(s.kind, s.low, s.high, s.unit) for s in whole] == [
        ("arrest", 15, 15, "days"), ("deprivation", 7, 7, "years"),
    ]  # fmt: skip
    fireworks = law.penalty("koap-436-2", DAY).option("fine+confiscation")
    assert fireworks is not None
    # 20 МРП × 4 325 ₸ of 2026
    assert fireworks.fine_on(DAY).tenge == 86_500
    assert law.penalty("koap-436-2", DAY).option("fine") is None
    with pytest.raises(law.NoFine):
        whole.fine_on(DAY)


@pytest.mark.parametrize("key", sorted(book().keys))
def test_every_option_of_a_part_can_be_named(key):
    for group in (group for name, group in book().entries.rows.items() if name.split()[0] == key):
        for entry in group:
            codes = [option.code for option in entry.options]
            assert len(set(codes)) == len(codes)


@pytest.mark.parametrize(
    ("amount", "left"),
    # Half of 21 625 is 10 812 and a half: rounded down as the row says.
    [(21_625, 10_812), (21_624, 10_812), (1, 0), (0, 0), (43_250, 21_625), (4_325, 2_162)],
)
def test_a_discount_is_counted_in_integers_and_rounded_as_its_row_says(amount, left):
    assert law.discount("koap-811-half", DAY).reduced(amount) == left
    assert law.discount("koap-811-half-auto", DAY).reduced(amount) == left


def test_a_reduction_rounds_up_where_its_row_says_so():
    # 70 percent of 21 625 are 15 137 and a half.
    assert law.discount("koap-819-reduction", DAY).reduced(21_625) == 15_138
    with pytest.raises(ValueError, match="negative"):
        law.discount("koap-811-half", DAY).reduced(-1)


def test_a_year_without_a_base_rate_is_a_sentence_that_names_the_year():
    with pytest.raises(law.MissingBaseRate) as refused:
        law.base_rate(date(2027, 1, 1))
    assert refused.value.http_status == 409
    assert "2027" in str(refused.value)
    with pytest.raises(law.MissingBaseRate):
        law.penalty("koap-592-2", DAY).fine_on(date(2027, 1, 2))


@pytest.mark.parametrize(
    ("rule", "waits"),
    [
        ("koap-62-limitation", True), ("koap-62-limitation-year", True), ("koap-71-limitation-minor", True),
        ("koap-62-limitations", False), ("koap-890-execution", False),
    ],
)  # fmt: skip
def test_a_limitation_waits_while_the_case_is_with_the_court(rule, waits):
    found = law.pause(rule, "court", DAY)
    assert (found is not None) is waits
    assert found is None or found.edition.status == "unconfirmed"
    assert law.pause(rule, "expert", DAY) is None
    assert law.pause(rule, "court", date(2021, 12, 31)) is None


def test_powers_and_limitations_have_one_row_for_a_day():
    assert jurisdiction.powers().overlaps() == []
    by_case: dict[tuple[object, ...], list[law.Edition]] = {}
    for row in pauses():
        by_case.setdefault((row.rule, row.cause), []).append(row.edition)
    for span in spans():
        by_case.setdefault((span.law, span.first, span.last, span.nature, span.subject), []).append(span.edition)
        assert (span.first is None) == (span.last is None)
        assert span.first is None or span.last is None or span.first <= span.last
    for editions in by_case.values():
        assert all(a.valid_to is not None and a.valid_to < b.valid_from for a, b in pairwise(editions))


def test_every_part_that_is_punished_has_somebody_who_may_impose_it():
    """For each kind of each part a role is allowed: no decision is impossible for want of a row."""
    for name, group in book().entries.rows.items():
        for entry in group:
            for option in entry.options:
                for kind in option.kinds:
                    allowed = {
                        role
                        for role in ("judge", *POLICE)
                        if law.may_impose(name.split()[0], kind, role, entry.valid_from).allowed
                    }
                    assert "judge" in allowed, (name, kind)


def test_every_option_can_be_imposed_whole_by_one_role():
    for name, group in book().entries.rows.items():
        for entry in group:
            for option in entry.options:
                answers = [
                    law.may_impose(name.split()[0], k, "inspector", entry.valid_from).allowed for k in option.kinds
                ]
                assert all(answers) or not any(answers), (name, option.code)
