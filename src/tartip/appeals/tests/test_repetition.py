"""A repetition stands on an earlier decision while that counts, and what an appeal cancelled is judged no more."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tartip.appeals import actions as appeals
from tartip.appeals.tests.background import background
from tartip.appeals.tests.made import decide
from tartip.cases import actions as cases
from tartip.cases.access import holder_of
from tartip.cases.errors import BadReason, JudgedBefore
from tartip.cases.tests.made import drawn, noise, punished
from tartip.core.time import clock, now

FINE, REPEATED = 21_625, 43_250
EARLIER = "№ 17-2026 от 01.03.2026, ДП Алматы"
TEXT = "Музыка играла до 22:30, есть видео."


def at_day(year, month, day):
    return clock(datetime(year, month, day, 6, tzinfo=UTC))


def test_a_named_repetition_stands_on_our_own_earlier_decision(inspector, dispatcher, person):
    first = cases.hand_over(inspector, punished(inspector, noise(dispatcher), person=person))
    with clock(first.handed_over_at + timedelta(days=30)):
        background(first)
        second = punished(inspector, noise(dispatcher), "koap-437-2", person)
    assert second.earlier_decision.startswith(f"{first.pk}, koap-437-1, ")


@pytest.mark.parametrize("noticed", [True, False], ids=["noticed", "not noticed"])
@pytest.mark.parametrize("paid", [True, False])
@pytest.mark.parametrize(("day", "counts"), [(17, False), (18, True)])
def test_an_earlier_decision_counts_from_its_force_whether_a_job_has_noticed_that_or_not(
    inspector, dispatcher, person, day, counts, paid, noticed
):
    """Handed over on Monday, 2 March 2026: ten working days end with the 17th (the 9th is free)."""
    with at_day(2026, 3, 2):
        first = cases.hand_over(inspector, punished(inspector, noise(dispatcher), person=person))
        if paid:
            cases.pay(inspector, first, amount_tenge=FINE, reference="1")
    with at_day(2026, 3, day):
        offence = now()
    with at_day(2026, 3, 20):
        if noticed:
            background(first)
        second = drawn(inspector, noise(dispatcher), person=person, offence_at=offence)
        if counts:
            cases.decide(inspector, second, kind="fine", repeat=True)
            assert second.earlier_decision.startswith(str(first.pk))
        else:
            with pytest.raises(BadReason):
                cases.decide(inspector, second, kind="fine", repeat=True)


def test_a_decision_cancelled_on_appeal_is_an_answer_for_the_same_person(inspector, dispatcher, person, persona):
    incident = noise(dispatcher)
    first = cases.hand_over(inspector, punished(inspector, incident, person=person))
    appeal = appeals.file_appeal(holder_of(first), first, text=TEXT)
    decide(persona("prosecutor"), appeal, result="cancelled", reasons="Не было.")
    second = drawn(inspector, incident, person=person)
    with pytest.raises(JudgedBefore):
        cases.decide(inspector, second, kind="fine")


def test_what_was_never_carried_out_counts_for_a_year_from_the_end_of_its_limitation(inspector, dispatcher, person):
    """In force in March 2023, the limitation of execution ends in March 2024, and a year later nothing counts."""
    with at_day(2023, 3, 1):
        first = cases.hand_over(inspector, punished(inspector, noise(dispatcher), person=person))
    with at_day(2023, 4, 1):
        background(first)
    with at_day(2024, 5, 1):
        assert background(first).state == "expired"
    with at_day(2025, 2, 1):
        within = drawn(inspector, noise(dispatcher), person=person)
        cases.decide(inspector, within, kind="fine", repeat=True)
        assert within.earlier_decision.startswith(str(first.pk))
    with at_day(2025, 5, 1):
        case = drawn(inspector, noise(dispatcher), person=person)
        with pytest.raises(BadReason):
            cases.decide(inspector, case, kind="fine", repeat=True)


def test_what_waits_for_an_appeal_is_no_ground_of_a_repetition(inspector, dispatcher, person, persona):
    first = cases.hand_over(inspector, punished(inspector, noise(dispatcher), person=person))
    with clock(first.handed_over_at + timedelta(days=30)):
        first = background(first)
        late = appeals.pass_on(inspector, appeals.file_appeal(holder_of(first), first, text=TEXT))
        appeals.restore_term(persona("prosecutor"), late, reason="Болел.")
        with pytest.raises(BadReason):
            cases.decide(inspector, drawn(inspector, noise(dispatcher), person=person), kind="fine", repeat=True)


def test_the_day_of_our_earlier_decision_is_the_day_of_the_place(inspector, dispatcher, person):
    """20:00 UTC on 2 March is 01:00 on 3 March in Almaty."""
    with clock(datetime(2026, 3, 2, 20, tzinfo=UTC)):
        first = cases.hand_over(inspector, punished(inspector, noise(dispatcher), person=person))
    with clock(datetime(2026, 4, 2, 20, tzinfo=UTC)):
        background(first)
        second = drawn(inspector, noise(dispatcher), person=person)
        cases.decide(inspector, second, kind="fine", repeat=True)
    assert second.earlier_decision == f"{first.pk}, koap-437-1, 2026-03-03"
