"""Penalties against the collected facts: each row of the table of offences in force in 2026, with its tenge."""

from __future__ import annotations

from datetime import date

import pytest

from tartip.core import law
from tartip.core.law import Kind
from tartip.core.law.penalties import book

ON = date(2026, 8, 1)


def told(penalty: law.Penalty) -> str:
    """fine 20 | arrest 5-15d"""
    unit = {"days": "d", "years": "y", "months": "m", "hours": "h"}

    def one(s: law.Sanction) -> str:
        if s.high is None:
            return s.kind.value
        if s.kind is Kind.FINE:
            return f"fine {s.high // 10}"
        low = "≤" if s.low is None else "" if s.low == s.high else f"{s.low}-"
        return f"{s.kind.value} {low}{s.high}{unit[s.unit]}"

    return " | ".join(" + ".join(one(s) for s in option) for option in penalty.options)


@pytest.mark.parametrize(
    ("key", "subject", "repeat", "expected"),
    [
        # 434 petty hooliganism: 20 МРП; repeated arrest 15–20 days, or 50 МРП where arrest is not allowed.
        ("koap-434-1", "person", False, "fine 20 | arrest 5-15d"),
        ("koap-434-1", "person", True, "arrest 15-20d"),
        ("koap-434-3", "person", False, "fine 50"),
        # 434-2 litter: 10 МРП or 40 h; repeated 20.
        ("koap-434.2-1", "person", False, "fine 10 | community_work 40h"),
        ("koap-434.2-1", "person", True, "fine 20"),
        # 437 noise: 5 person; 20/30/100 business.
        ("koap-437-1", "person", False, "fine 5"),
        ("koap-437-1", "small", False, "fine 20"),
        ("koap-437-1", "medium", False, "fine 30"),
        ("koap-437-1", "large", False, "fine 100"),
        # 440 drinking in public: 5; repeated 10 or arrest to 5 days.
        ("koap-440-1", "person", False, "fine 5"),
        ("koap-440-1", "person", True, "fine 10 | arrest ≤5d"),
        # 441 smoking: 15 (another list says 5).
        ("koap-441-1", "person", False, "fine 15"),
        # 442 minors at night: 3 parents, warning outside home, repeated 7.
        ("koap-442-1", "parent", False, "fine 3"),
        ("koap-442-2", "parent", False, "warning"),
        ("koap-442-1", "parent", True, "fine 7"),
        # 73 domestic acts: warning or 5 days; repeated 10 days; 5 МРП where arrest is not allowed.
        ("koap-73-1", "person", False, "warning | arrest 5d"),
        ("koap-73-1", "person", True, "arrest 10d"),
        ("koap-73-3", "person", False, "fine 5"),
        # 592 speed: 5 / 10 / 20 / 40; repeat 30 for parts 2–3, 60 for 3-1.
        ("koap-592-1", "person", False, "fine 5"),
        ("koap-592-2", "person", False, "fine 10"),
        ("koap-592-3", "person", False, "fine 20"),
        ("koap-592-3.1", "person", False, "fine 40"),
        ("koap-592-2", "person", True, "fine 30"),
        ("koap-592-3", "person", True, "fine 30"),
        ("koap-592-3.1", "person", True, "fine 60"),
        # 591 phone: 5, repeated 10. 593 belts: 5, repeated 10. 594 right of way at crossings: 15.
        ("koap-591-1", "person", False, "fine 5"),
        ("koap-591-1", "person", True, "fine 10"),
        ("koap-593-2", "person", False, "fine 5"),
        ("koap-593-2", "person", True, "fine 10"),
        ("koap-594-2", "person", False, "fine 15"),
        # 598 emergency cars, repeat: 40 МРП or 20 h since 2025-09-01.
        ("koap-598-1", "person", True, "fine 40 | community_work 20h"),
        # 599 red light: 10.
        ("koap-599-1", "person", False, "fine 10"),
        # 590 plates, technical state: 5 / 10 / 15–400 / 20 or 1 year.
        ("koap-590-1", "person", False, "fine 5"),
        ("koap-590-2", "person", False, "fine 10"),
        ("koap-590-3", "person", False, "fine 15"),
        ("koap-590-3", "large", False, "fine 400"),
        ("koap-590-2", "person", True, "fine 20 | deprivation 1y"),
        # 608 drunk driving: 15 days and 7 years.
        ("koap-608-1", "person", False, "arrest 15d + deprivation 7y"),
        # 613: the edition of 2026-07-12 has 40 МРП or 3 days (older lists say 30); refusing the test 15 days, 8 years.
        ("koap-613-1", "person", False, "fine 40 | arrest ≤3d"),
        ("koap-613-4", "person", False, "arrest 15d + deprivation 8y"),
        # 615 pedestrians: 2.
        ("koap-615-1", "person", False, "fine 2"),
        # 611 leaving a crash: the edition of 2026-07-12 has 50 МРП or 1 year (older lists: 1 year).
        ("koap-611-2", "person", False, "fine 50 | deprivation 1y"),
        # 461 breach of a protective order: 10 days, repeated 20.
        ("koap-461-1", "person", False, "arrest 10d"),
        ("koap-461-1", "person", True, "arrest 20d"),
    ],
)
def test_the_penalty_in_force_is_the_one_the_sources_name(key, subject, repeat, expected):
    assert told(law.penalty(key, ON, subject, repeat=repeat)) == expected


@pytest.mark.parametrize(("year", "rate"), [(2022, 3063), (2023, 3450), (2024, 3692), (2025, 3932), (2026, 4325)])
def test_base_rates_of_five_years(year, rate):
    assert law.base_rate(date(year, 1, 1)).tenge == rate
    assert law.base_rate(date(year, 12, 31)).tenge == rate


def test_there_is_no_base_rate_before_it_is_known():
    for day in (date(2021, 12, 31), date(2027, 1, 1)):
        with pytest.raises(law.MissingEdition):
            law.base_rate(day)


@pytest.mark.parametrize(
    ("key", "tenge"),
    # At 4 325 tenge: 5 МРП 21 625; 10 43 250; 15 64 875; 20 86 500; 40 173 000.
    [
        ("koap-592-1", 21625),
        ("koap-592-2", 43250),
        ("koap-594-2", 64875),
        ("koap-592-3", 86500),
        ("koap-592-3.1", 173000),
    ],
)
def test_tenge_of_2026(key, tenge):
    fine = law.penalty(key, ON).fine_on(ON)
    assert fine.tenge == tenge == law.penalty(key, ON).amount_tenge(ON)
    assert fine.rate_used.tenge == 4325
    assert fine.rate_used.valid_from == date(2026, 1, 1)


def test_the_rate_is_that_of_the_day_the_case_was_opened():
    """КоАП ст. 44 ч. 1. Offence on 30 December 2025, case opened on 5 January 2026: 10 × 4 325."""
    penalty = law.penalty("koap-592-2", date(2025, 12, 30))
    assert penalty.fine_on(date(2026, 1, 5)).tenge == 43250
    assert penalty.fine_on(date(2025, 12, 30)).tenge == 39320


def test_half_of_an_odd_fine_is_told_in_whole_tenge_and_exactly_in_tiyn():
    """5 МРП of 2026 are 21 625; half is 10 812.5 tenge: down to 10 812 (rounding unconfirmed), 1 081 250 tiyn."""
    fine, half = law.penalty("koap-592-1", ON).fine_on(ON), law.discount("koap-811-half", ON)
    assert fine.discounted(half) == 10812
    assert fine.discounted_tiyn(half) == 1081250
    assert (half.deadline, half.other_count) == ("koap-811-discount", "koap-811-discount-calendar")


def test_both_counts_of_the_seven_days_are_there_and_the_disputed_one_is_marked():
    assert law.deadline("koap-811-discount", ON).unit == "working_days"
    disputed = law.deadline("koap-811-discount-calendar", ON)
    assert (disputed.unit, disputed.status) == ("calendar_days", "unconfirmed")


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (date(2023, 3, 6), "fine 5 | arrest ≤10d"),
        (date(2023, 3, 7), "fine 20 | arrest 5-15d"),
    ],
)
def test_hooliganism_became_dearer_on_7_march_2023(on, expected):
    assert told(law.penalty("koap-434-1", on)) == expected


def test_a_penalty_is_as_sure_as_its_weakest_sanction():
    """434-1: the fine is confirmed for 2026, the arrest was read in the edition of 2023."""
    penalty = law.penalty("koap-434-1", ON)
    assert penalty.status == "older edition"
    assert [s.status for option in penalty.options for s in option] == ["confirmed", "older edition"]


def test_minors_pay_at_most_ten_and_are_not_arrested():
    """КоАП ст. 66: 20 МРП become 10; ст. 50 ч. 2: the arrest falls away."""
    assert told(law.penalty("koap-434-1", ON, "minor")) == "fine 10"
    # Repeated: the part for those who may not be arrested, 50 МРП, again at most 10.
    repeated = law.penalty("koap-434-1", ON, "minor", repeat=True)
    assert (repeated.key, told(repeated)) == ("koap-434-3", "fine 10")


def test_those_who_may_not_be_arrested_get_the_part_made_for_them():
    spared = law.penalty("koap-461-1", ON, arrest_allowed=False)
    assert (spared.key, told(spared)) == ("koap-461-2", "fine 30")
    # 440-3 has a fine beside the arrest: the fine is left.
    assert told(law.penalty("koap-440-1", ON, repeat=True, arrest_allowed=False)) == "fine 10"
    # 608-1 has nothing else: no penalty is invented.
    with pytest.raises(law.NoPenaltyFor):
        law.penalty("koap-608-1", ON, arrest_allowed=False)


def test_questions_the_code_does_not_answer_are_errors():
    with pytest.raises(law.NoRepeatRule):
        law.penalty("koap-592-1", ON, repeat=True)
    with pytest.raises(law.NoPenaltyFor, match="parent"):
        law.penalty("koap-442-1", ON)
    with pytest.raises(law.NoPenaltyFor):
        law.penalty("koap-592-1", ON, "robot")
    with pytest.raises(law.NoFine):
        law.penalty("koap-608-1", ON).amount_tenge(ON)
    with pytest.raises(law.MissingEdition):
        law.penalty("koap-999-1", ON)


def test_the_false_call_has_no_penalty_after_it_was_raised_to_an_unknown_amount():
    """438: 30 МРП until August 2025; the new amount was not found, so none is shown."""
    assert told(law.penalty("koap-438-1", date(2025, 8, 31))) == "fine 30"
    with pytest.raises(law.MissingEdition):
        law.penalty("koap-438-1", date(2025, 9, 1))


def test_a_part_knows_whom_it_punishes():
    assert law.subjects_of("koap-437-1", ON) == ["person", "minor", "small", "medium", "large"]
    assert law.subjects_of("koap-442-1", ON) == ["parent"]


@pytest.mark.parametrize(
    ("key", "subject", "repeat", "expected"),
    [
        # 434-1 for anybody: a fine of 20 or arrest; a company is fined. An official is a person.
        ("koap-434-1", "large", False, "fine 20"),
        ("koap-434-1", "official", False, "fine 20 | arrest 5-15d"),
        # 440-3: a fine of 10 or arrest.
        ("koap-440-1", "small", True, "fine 10"),
        # 434-2-1: a fine of 10 or 40 hours of work; 590-2-1: a fine of 20 or a year without the licence.
        ("koap-434.2-1", "medium", False, "fine 10"),
        ("koap-590-2", "large", True, "fine 20"),
    ],
)
def test_a_company_gets_nothing_that_only_a_person_can_serve(key, subject, repeat, expected):
    assert told(law.penalty(key, ON, subject, repeat=repeat)) == expected


@pytest.mark.parametrize("subject", ["small", "medium", "large"])
def test_no_part_arrests_deprives_or_sends_a_company_to_work(subject):
    served = {Kind.ARREST, Kind.DEPRIVATION, Kind.COMMUNITY_WORK, Kind.EXPULSION}
    for key in book().keys:
        if subject in law.subjects_of(key, ON):
            assert not {kind for option in law.penalty(key, ON, subject).options for kind in option.kinds} & served


@pytest.mark.parametrize("key", ["koap-461-1", "koap-608-1", "koap-606-2", "koap-434-2", "koap-434-3", "koap-590-4.1"])
def test_a_part_with_nothing_left_for_companies_does_not_punish_them(key):
    """Arrest or the licence alone, or the part made for persons whom the law spares the arrest."""
    assert not set(law.subjects_of(key, ON)) & {"small", "medium", "large"}
    with pytest.raises(law.NoPenaltyFor):
        law.penalty(key, ON, "large")


def test_a_part_punishes_a_minor_only_where_something_beside_the_arrest_is_left():
    assert "minor" in law.subjects_of("koap-461-1", ON)  # by 461-2
    assert "minor" not in law.subjects_of("koap-608-1", ON)


@pytest.mark.parametrize("subject", law.SUBJECTS)
def test_whom_a_part_is_said_to_punish_it_has_a_penalty_for(subject):
    for key in book().keys:
        try:
            found = bool(law.penalty(key, ON, subject).options)
        except law.LawError:
            found = False
        assert (subject in law.subjects_of(key, ON)) is found, key


@pytest.mark.parametrize(
    ("key", "subjects"),
    [
        ("koap-442-1", ["parent"]),
        # Ended on 31 August 2025 without a successor: a gap, but never a penalty of others than its rows name.
        ("koap-438-3", ["parent"]),
        # An article without its part, and one that punishes nothing.
        ("koap-434", []),
        ("koap-61", []),
    ],
)
def test_a_protocol_names_only_whom_the_part_punishes_or_once_punished(key, subjects):
    assert law.chargeable(key, ON) == subjects


def test_average_speed_is_an_article_of_its_own_day():
    assert law.resolve("koap-592-average", date(2024, 12, 4)).status == "confirmed"
    assert not law.is_known("koap-592-average", date(2024, 12, 3))


@pytest.mark.parametrize(
    ("key", "is_one"),
    [
        ("koap-437-1", False),
        ("koap-437-2", True),
        ("koap-592-4", True),
        # For those who may not be arrested: 434-3 takes over from repetitions alone, 461-2 from first offences as well.
        ("koap-434-3", True),
        ("koap-461-2", False),
        ("koap-590-4.1", False),
        # «Повторно либо с лёгким вредом здоровью».
        ("koap-610-2", False),
        ("koap-999-1", False),
    ],
)
def test_a_part_that_punishes_only_a_repetition_is_known_as_one(key, is_one):
    assert law.is_repetition(key, ON) is is_one


@pytest.mark.parametrize(
    ("key", "subject", "parts"),
    [
        ("koap-437-1", "person", set()),
        ("koap-437-2", "person", {"koap-437-1", "koap-437-2"}),
        ("koap-592-4", "person", {"koap-592-2", "koap-592-3", "koap-592-4"}),
        ("koap-434-2", "person", {"koap-434-1", "koap-434-2", "koap-434-3"}),
        ("koap-610-2", "person", {"koap-610-1", "koap-610-2"}),
        # The same part for two subjects: a parent answers again for 440-2, not for what was drunk himself.
        ("koap-440-3", "person", {"koap-440-1", "koap-440-3"}),
        ("koap-440-3", "parent", {"koap-440-2", "koap-440-3"}),
    ],
)
def test_a_repetition_stands_on_decisions_about_the_parts_it_repeats(key, subject, parts):
    assert law.repeated_by(key, ON, subject) == parts


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("koap-437-1", "koap-437-1", True),
        ("koap-437-1", "koap-437-2", True),
        ("koap-434-2", "koap-434-3", True),
        ("koap-592-2", "koap-592-4", True),
        ("koap-592-2", "koap-592-3", False),
        ("koap-593-1", "koap-594-1", False),
    ],
)
def test_two_parts_punish_one_offence_where_one_takes_over_from_the_other(one, other, same):
    assert law.is_one_offence(one, other) is law.is_one_offence(other, one) is same
