"""A decision is in force when the last term to attack it is over: not a day before, and some day for certain.

2 March 2026 is a Monday. The 9th and the 23rd to 25th are free days (8 March, Nauryz).
"""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tartip.appeals import actions as appeals
from tartip.appeals.errors import BadAppeal
from tartip.appeals.tests.background import background
from tartip.appeals.tests.made import decide, passed_on
from tartip.cases import actions as cases
from tartip.cases.access import holder_of
from tartip.cases.instances import TO_COURT, last_moment
from tartip.cases.tests.made import ALMATY, browser, decided, handed_over
from tartip.core.clocks.models import Clock
from tartip.core.clocks.recount import recount
from tartip.core.clocks.tests.test_recount import decree
from tartip.core.journal.audit import audit
from tartip.core.terms.zones import TICK
from tartip.core.time import clock

TEXT = "Музыка играла до 22:30, есть видео."


def march(day, hour=6):
    """That day of March 2026, eleven in the morning in Almaty; days go on after the 31st."""
    month, day = (3, day) if day <= 31 else (4, day - 31)
    return datetime(2026, month, day, hour, tzinfo=UTC)


def on(day):
    return clock(march(day))


def ends(*records):
    """The terms to go to the court that began, by the local day after their last one."""
    return list(Clock.objects.filter(rule=TO_COURT, subject__in=[record.pk for record in records]))


@pytest.fixture
def undelivered(persona):
    """Decided on Monday, 2 March; the copy is not handed over yet."""
    with on(2):
        return decided(persona("operator"), persona("inspector"))


@pytest.fixture
def delivered(persona):
    """Decided and handed over on Monday, 2 March."""
    with on(2):
        return handed_over(persona("operator"), persona("inspector"))


def left_by_higher_body(case, persona, day):
    with on(day):
        appeal = appeals.file_appeal(holder_of(case), case, text=TEXT)
        decide(persona("prosecutor"), appeal, result="left", reasons="Так.")
    case.refresh_from_db()
    return appeal


def test_the_term_to_the_court_waits_for_the_copy(undelivered, persona, inspector):
    """The result on the 3rd, the copy on the 13th: the term runs from the 13th alone, and ends with 1 April."""
    appeal = left_by_higher_body(undelivered, persona, 3)
    with on(3):
        appeals.hand_over(inspector, appeal)
    assert ends(appeal, undelivered) == []
    with on(13):
        cases.hand_over(inspector, undelivered)
    (term,) = ends(appeal, undelivered)
    assert term.started_at == march(13)
    with on(28):
        assert background(undelivered).state == "handed_over"
    with on(45):
        case = background(undelivered)
    assert (case.state, case.in_force_at) == ("in_force", term.due_at + TICK)
    assert audit().findings == []


def test_the_term_to_the_court_waits_for_the_result(undelivered, persona, inspector):
    """The copy after the appeal, the result after the copy: nothing runs before both are there."""
    appeal = left_by_higher_body(undelivered, persona, 3)
    with on(10):
        cases.hand_over(inspector, undelivered)
        assert last_moment(undelivered, "court") is None
    with on(50):
        assert background(undelivered).state == "handed_over"
        appeals.hand_over(inspector, appeal)
    (term,) = ends(appeal, undelivered)
    assert (term.subject, term.started_at) == (appeal.pk, march(50))
    with on(58):
        assert background(undelivered).state == "handed_over"


@pytest.mark.parametrize(("copy", "result"), [(4, 12), (12, 4)])
def test_hand_overs_that_are_recorded_late_count_from_the_later_of_them(undelivered, persona, inspector, copy, result):
    """The copy is recorded on the 16th, the result on the 17th; what counts is when they were handed over."""
    appeal = left_by_higher_body(undelivered, persona, 3)
    with on(16):
        cases.hand_over(inspector, undelivered, at=march(copy))
    with on(17):
        appeals.hand_over(inspector, appeal, at=march(result))
        (term,) = ends(appeal, undelivered)
        assert term.started_at == march(12)
        assert background(undelivered).state == "handed_over"


@pytest.mark.parametrize(("copy", "result"), [(4, 12), (12, 4)])
def test_a_copy_recorded_after_the_result_counts_from_the_later_of_them(undelivered, persona, inspector, copy, result):
    appeal = left_by_higher_body(undelivered, persona, 3)
    with on(16):
        appeals.hand_over(inspector, appeal, at=march(result))
    with on(17):
        cases.hand_over(inspector, undelivered, at=march(copy))
        (term,) = ends(appeal, undelivered)
        assert term.started_at == march(12)
        assert background(undelivered).state == "handed_over"


def test_a_copy_of_before_the_decision_on_the_appeal_begins_no_term_to_the_court(undelivered, persona, inspector):
    """Handed over on the 3rd, recorded on the 27th; the higher body decided on the 26th."""
    appeal = left_by_higher_body(undelivered, persona, 26)
    with on(27):
        cases.hand_over(inspector, undelivered, at=march(3))
        assert background(undelivered).state == "handed_over"
        assert ends(appeal, undelivered) == []
        appeals.hand_over(inspector, appeal)
    (term,) = ends(appeal, undelivered)
    assert term.started_at == march(27)
    with on(30):
        assert background(undelivered).state == "handed_over"
        assert appeals.file_appeal(holder_of(undelivered), undelivered, text=TEXT).late is False


def test_no_term_of_another_record_puts_a_decision_into_force_while_one_runs(delivered, persona, inspector):
    """Two terms to the court, as older records may hold them: the first that ends changes nothing."""
    appeal = left_by_higher_body(delivered, persona, 3)
    with on(3):
        appeals.hand_over(inspector, appeal)
    first = Clock.objects.get(subject=appeal.pk, rule=TO_COURT)
    second = left_by_a_second_hand_over(delivered, first)
    with on(25):
        background(delivered)
        assert (Clock.objects.get(pk=first.pk).state, delivered.state) == ("stopped", "handed_over")
    with on(45):
        case = background(delivered)
    assert (case.state, case.in_force_at) == ("in_force", Clock.objects.get(pk=second).due_at + TICK)


def left_by_a_second_hand_over(case, first):
    """A clock of the same rule on the case, begun on the 13th by an act of an earlier version."""
    from tartip.core.clocks.running import term, zone_of
    from tartip.core.ids import new_id
    from tartip.core.registers.store import guard_setting

    pk, due = new_id(), term(TO_COURT, march(13), zone_of(case))[1]
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('tartip.act', %s, true)", (guard_setting("case.hand_over", case.pk),))
    Clock.objects.create(
        id=pk, rule=TO_COURT, edition=first.edition, register="case", subject=case.pk, territory_id=case.territory_id,
        started_at=march(13), due_at=due, started_by=first.started_by,
    )  # fmt: skip
    return pk


# --- a protest, and a person who does not appeal


def protested(case, persona, filed, decided):
    with on(filed):
        protest = appeals.file_appeal(persona("prosecutor"), case, text=TEXT)
    with on(decided):
        decide(persona("supervisor"), protest, result="left", reasons="Так.")
    case.refresh_from_db()
    return protest


def test_a_protest_leaves_the_persons_term_its_own_end(delivered, persona):
    """The term of the 2nd ends with 17 March, whatever the protest took and whether its result is handed over."""
    protested(delivered, persona, 3, 4)
    term = Clock.objects.get(subject=delivered.pk, rule="koap-826.2-complain", state="running")
    assert term.started_at == march(2)
    with on(17):
        assert background(delivered).state == "handed_over"
    with on(50):
        case = background(delivered)
    assert (case.state, case.in_force_at) == ("in_force", term.due_at + TICK)
    assert audit().findings == []


def test_a_term_that_ended_during_the_protest_ends_with_it(delivered, persona):
    protest = protested(delivered, persona, 3, 50)
    with on(51):
        case = background(delivered)
    assert (case.state, case.in_force_at) == ("in_force", protest.decided_at)


@pytest.mark.parametrize("first", ["background", "hand-over"])
@pytest.mark.parametrize(("left", "handed"), [(27, 27), (4, 27)])
def test_the_force_does_not_depend_on_which_job_came_first(delivered, persona, inspector, left, handed, first):
    """The person's term ended with 17 March: the result of the protest opens no court, in whatever order it is written.

    The protest is left after that end and handed over within the minute, or left before it and handed over after it.
    """
    prosecutor = persona("prosecutor")
    protest = protested(delivered, persona, 3, left)
    person = Clock.objects.filter(subject=delivered.pk, rule="koap-826.2-complain").latest("id")
    with on(handed):
        if first == "background":
            background(delivered)
        appeals.hand_over(inspector, protest)
        case = background(delivered)
        assert ends(protest, delivered) == []
        assert (case.state, case.in_force_at) == ("in_force", max(person.due_at + TICK, protest.decided_at))
        assert last_moment(case, "court", "prosecutor") == case.in_force_at - TICK
    with on(handed + 2):
        late = appeals.file_appeal(prosecutor, case, text=TEXT)
        case = background(case)
        assert (late.instance, late.late, case.state) == ("court", True, "in_force")
    assert audit().findings == []


def test_a_protest_to_the_court_is_late_though_nobody_has_noticed_the_force(delivered, persona):
    """Left on the 4th, never handed over; the person's term ended with the 17th, and no job has run since."""
    protested(delivered, persona, 3, 4)
    with on(27):
        assert appeals.file_appeal(persona("prosecutor"), delivered, text=TEXT).late is True


@pytest.mark.parametrize("noticed", [True, False])
def test_a_restored_term_does_not_move_the_force_that_nobody_had_noticed(delivered, persona, noticed):
    """The term ended with 17 March; a late appeal is taken and its term restored on the 27th, and it is left."""
    end, head = last_moment(delivered, "higher_body"), persona("supervisor")
    with on(27):
        if noticed:
            background(delivered)
        appeal = passed_on(appeals.file_appeal(holder_of(delivered), delivered, text=TEXT))
        appeals.restore_term(head, appeal, reason="Болел.")
        appeals.decide(head, appeal, result="left", reasons="Так.")
        case = background(delivered)
    assert (case.state, case.in_force_at) == ("in_force", end + TICK)
    limitation = Clock.objects.get(subject=case.pk, rule="koap-890-execution")
    assert limitation.started_at == end + TICK
    assert audit().findings == []


def test_a_person_who_appealed_as_well_waits_for_the_own_result(delivered, persona, inspector):
    """The protest is left after the person's own appeal: the term to complain is used up and does not begin again."""
    with on(3):
        protest = appeals.file_appeal(persona("prosecutor"), delivered, text=TEXT)
    own = left_by_another_head(delivered, 4)
    with on(5):
        decide(persona("supervisor"), protest, result="left", reasons="Так.")
    assert not Clock.objects.filter(subject=delivered.pk, rule="koap-826.2-complain", state="running").exists()
    with on(40):
        assert background(delivered).state == "handed_over"
        appeals.hand_over(inspector, own)
    with on(60):
        assert background(delivered).state == "in_force"


def left_by_another_head(case, day):
    from tartip.core.people.personas import Persona, make

    with on(day):
        own = appeals.file_appeal(holder_of(case), case, text=TEXT)
        head = make(Persona("another-head", "Қайрат", "supervisor", ALMATY))
        decide(head, own, result="left", reasons="Так.")
    return own


# --- a decree that is entered after a term has ended


def test_who_files_on_the_true_last_day_is_in_time(delivered, monkeypatch):
    """The term ends with 17 March. That day becomes free by a decree: it ends with the 18th, in force or not."""
    with on(18):
        assert background(delivered).state == "in_force"
        decree(monkeypatch, off="2026-03-17", work="2026-03-28")
        recount()
        assert last_moment(delivered, "higher_body") == march(18, 18).replace(minute=59, second=59, microsecond=999_999)
        assert appeals.file_appeal(holder_of(delivered), delivered, text=TEXT).late is False
    delivered.refresh_from_db()
    assert (delivered.state, delivered.state_before_appeal) == ("under_appeal", "in_force")


def test_who_was_marked_late_before_the_decree_is_not_left_without_review(delivered, persona, monkeypatch):
    reviewer = persona("prosecutor")
    with on(18):
        background(delivered)
        appeal = appeals.file_appeal(holder_of(delivered), delivered, text=TEXT)
        assert appeal.late is True
        passed_on(appeal)
    card = lambda: browser(reviewer, "en").get(f"/appeals/{appeal.pk}/").content.decode()  # noqa: E731
    assert "It came in time" not in card()
    decree(monkeypatch, off="2026-03-17", work="2026-03-28")
    assert "It came in time" in card()
    with pytest.raises(BadAppeal):
        appeals.decide(reviewer, appeal, result="not_reviewed", reasons="Поздно.")
    appeals.restore_term(reviewer, appeal, reason="Перенос дня.")
    appeals.decide(reviewer, appeal, result="left", reasons="Так.")
