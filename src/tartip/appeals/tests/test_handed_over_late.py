"""What was handed over counts by its day, not by the day somebody entered it, nor by what a job had noticed before.

2 March 2026 is a Monday. The 9th and the 23rd to 25th are free days. A term of ten working days from the 2nd ends with
the 17th, from the 10th with the 27th, from the 19th with 7 April (the 38th day of March here).
"""

from __future__ import annotations

import pytest
from django.db import transaction

from tartip.appeals import actions as appeals
from tartip.appeals.instances import is_in_time_after_all
from tartip.appeals.models import Appeal
from tartip.appeals.queries import receipt_of
from tartip.appeals.tests.background import background
from tartip.appeals.tests.made import decide
from tartip.appeals.tests.test_force import TEXT, march, on
from tartip.cases import actions as cases
from tartip.cases.access import holder_of
from tartip.cases.instances import last_moment
from tartip.cases.models import Case
from tartip.cases.money import local_day
from tartip.cases.tests.made import decided
from tartip.core.journal.audit import audit
from tartip.core.terms.zones import TICK

# By the day of the hand-over: the last day to go to the court, and the one after which the decision is in force.
PROSECUTOR = {10: (27, 17), 19: (17, 17)}
PERSON = {10: (27, 27), 19: (38, 38)}


def last_of(day):
    return march(day, 18).replace(minute=59, second=59, microsecond=999_999)


@pytest.fixture
def life(persona):
    """Decided on the 2nd, attacked on the 3rd, left on the 4th; the copy was handed over at once, the result `handed`.

    What was handed over is entered on days of its own (`entered`: None for never); `jobs` says whether the background
    looks on every day.
    """

    def live(who, handed, entered, copy_entered, *, jobs):
        inspector, head = persona("inspector"), persona("supervisor")
        with on(2):
            case = decided(persona("operator"), inspector)
        actor = persona("prosecutor") if who == "prosecutor" else holder_of(case)

        def enter_copy():
            cases.hand_over(inspector, Case.objects.get(pk=case.pk), at=march(2))

        def enter_result():
            appeals.hand_over(inspector, Appeal.objects.get(case=case), at=march(handed))

        if copy_entered == 2:
            with on(2):
                enter_copy()
        with on(3):
            appeal = appeals.file_appeal(actor, Case.objects.get(pk=case.pk), text=TEXT)
        with on(4):
            decide(head, appeal, result="left", reasons="Так.")
        for day in (5, 10, 13, 16, 19, 21):
            with on(day):
                if jobs:
                    background(case)
                if day == copy_entered:
                    enter_copy()
                if entered and day == max(entered, handed):
                    enter_result()
        case.refresh_from_db()
        return case, actor

    return live


@pytest.mark.parametrize("jobs", [True, False], ids=["jobs", "no jobs"])
@pytest.mark.parametrize("copy_entered", [2, 13])
@pytest.mark.parametrize("entered", [10, 16, 21])
@pytest.mark.parametrize("handed", [10, 19])
@pytest.mark.parametrize("who", ["prosecutor", "citizen"])
def test_the_way_to_the_court_does_not_depend_on_when_a_hand_over_was_entered(
    life, who, handed, entered, copy_entered, jobs
):
    last, force = (PROSECUTOR if who == "prosecutor" else PERSON)[handed]
    case, actor = life(who, handed, entered, copy_entered, jobs=jobs)
    with on(22):  # everything is entered; the person's term, where it is the last one, is over
        assert last_moment(case, "court", who) == last_of(last)
        told = receipt_of(Appeal.objects.get(case=case))
        assert (told["court_next"], told["court_until"]) == (True, local_day(case, last_of(last)))
    for day in {max(last - 1, 22), max(last + 1, 22)}:
        with on(day), transaction.atomic():
            if jobs:
                background(case)
            filed = appeals.file_appeal(actor, Case.objects.get(pk=case.pk), text=TEXT)
            case.refresh_from_db()
            assert (filed.instance, filed.late) == ("court", day > last)
            assert (case.state == "under_appeal") is not filed.late
            assert case.in_force_at in (None, last_of(force) + TICK)
            transaction.set_rollback(True)
    with on(max(last, force, 22) + 1):
        case = background(Case.objects.get(pk=case.pk))
    assert (case.state, case.in_force_at) == ("in_force", last_of(force) + TICK)
    assert audit().findings == []


def test_a_protest_marked_as_late_before_its_result_was_entered_is_in_time_after_all(life, persona):
    """Handed over on the 10th, entered on the 21st; the protest to the court came on the 20th."""
    case, prosecutor = life("prosecutor", 10, None, 2, jobs=True)
    with on(20):
        protest = appeals.file_appeal(prosecutor, case, text=TEXT)
        assert protest.late is True
    with on(21):
        first = Appeal.objects.get(case=case, instance="higher_body")
        appeals.hand_over(persona("inspector"), first, at=march(10))
        assert is_in_time_after_all(Appeal.objects.get(pk=protest.pk))
