"""The calendar changes while terms run: they move by an entry that says why."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from django.db import connection, transaction

from tartip.core import law
from tartip.core.clocks.breach import breach_due
from tartip.core.clocks.models import Clock
from tartip.core.clocks.recount import recount
from tartip.core.journal.audit import audit
from tartip.core.journal.models import Entry
from tartip.core.journal.queries import history
from tartip.core.law import workdays
from tartip.core.terms.tests.examples import local
from tartip.core.time import clock as time_is

# Thursday 10 September 2026; the next working days are 11, 14 and 15 September.
FILED = local("2026-09-10T10:00")


def decree(monkeypatch, off: str, work: str) -> None:
    """The table gets a pair of days, as if a new version were started."""
    table = {
        day: workdays.Swap(day, kind, pair, "confirmed", "Decree № 1", "")
        for day, kind, pair in (
            (date.fromisoformat(off), "off", date.fromisoformat(work)),
            (date.fromisoformat(work), "work", date.fromisoformat(off)),
        )
    }
    shipped = law.swaps()
    monkeypatch.setattr(workdays, "swaps", lambda: {**shipped, **table})
    monkeypatch.setattr(law, "swaps", workdays.swaps)
    monkeypatch.setattr(law, "national", workdays.national.__wrapped__)
    monkeypatch.setattr(workdays, "national", workdays.national.__wrapped__)


@pytest.fixture
def running(db, dispatcher, persona):
    """The clock of passing an appeal on: three working days, КоАП ст. 826-2."""
    from tartip.appeals import actions as appeals
    from tartip.cases import actions as cases
    from tartip.operations.incidents.actions import open_incident

    with time_is(FILED - timedelta(days=1)):
        incident = open_incident(dispatcher, territory="750000000", kind_code="noise")
        inspector = persona("inspector")
        case = cases.open_case(inspector, incident=incident)
        cases.draw_protocol(inspector, case, article="koap-437-1", facts="…")
        cases.decide(inspector, case, kind="fine")
        cases.hand_over(inspector, case)
    with time_is(FILED):
        appeal = appeals.file_appeal(persona("prosecutor"), case, text="Музыки не было, есть свидетели.")
    clock = Clock.objects.get(subject=appeal.pk, rule="koap-826.2-forward")
    assert clock.due_at == local("2026-09-15T23:59:59.999999")
    return clock


def test_a_day_off_decreed_while_a_term_runs_moves_it_by_an_entry_that_says_why(running, monkeypatch):
    """Field case 34: Monday 14 September becomes free for Saturday the 19th; the third day is the 16th."""
    decree(monkeypatch, off="2026-09-14", work="2026-09-19")
    assert recount(FILED + timedelta(hours=1)) >= 1
    running.refresh_from_db()
    assert running.due_at == local("2026-09-16T23:59:59.999999")
    entry = Entry.objects.get(act="clock.move", subject=running.subject)
    assert (entry.actor, entry.ground, entry.cause, entry.version) == (
        "system:clocks", "koap-826.2-forward", running.started_by, 0,
    )  # fmt: skip
    told = json.loads(entry.content.body)
    assert told["clock"]["was"] == "2026-09-15T18:59:59.999999Z"
    assert told["clock"]["due_at"] == "2026-09-16T18:59:59.999999Z"
    assert told["clock"]["why"] == "calendar"
    assert told["clock"]["days"] == [{"day": "2026-09-14", "kind": "off", "source": "Decree № 1"}]
    assert "clock.move" in [row["act"] for row in history(running.subject)]


def test_a_second_recount_moves_nothing(running, monkeypatch):
    decree(monkeypatch, off="2026-09-14", work="2026-09-19")
    recount(FILED)
    assert recount(FILED) == 0


def test_without_a_change_of_the_calendar_nothing_moves(running):
    assert recount(FILED) == 0
    assert not Entry.objects.filter(act="clock.move").exists()


def test_a_saturday_made_working_shortens_a_bodys_term_but_no_persons(running, monkeypatch):
    """Saturday 12 September is worked: the body has until the 14th. The person was told another day and keeps it."""
    case = Clock.objects.get(pk=running.pk).subject
    persons = list(Clock.objects.filter(rule__startswith="koap-811").exclude(subject=case))
    decree(monkeypatch, off="2026-09-21", work="2026-09-12")
    recount(FILED)
    running.refresh_from_db()
    assert running.due_at == local("2026-09-14T23:59:59.999999")
    for clock in persons:
        before = clock.due_at
        clock.refresh_from_db()
        assert clock.due_at >= before


def test_a_pause_that_met_a_rolled_end_is_not_moved_by_a_recount():
    """One day from a Friday ends on Monday; appealed from Saturday to Tuesday, it goes on as it was told."""
    from tartip.core.terms.arithmetic import due_at, pause
    from tartip.core.terms.rules import Unit
    from tartip.core.terms.tests.examples import rule

    zone = local("2026-10-16T12:00").tzinfo
    one_day, start = rule(Unit.CALENDAR_DAYS, 1, roll=True), local("2026-10-16T12:00")
    span = local("2026-10-17T10:00"), local("2026-10-20T10:00")
    told = pause(one_day, due_at(one_day, start, zone), *span, zone)
    assert told == local("2026-10-22T23:59:59.999999") == due_at(one_day, start, zone, pauses=[span])


def test_what_is_over_stays_as_it_was(running, monkeypatch):
    breach_due(FILED + timedelta(days=30))
    decree(monkeypatch, off="2026-09-14", work="2026-09-19")
    recount(FILED + timedelta(days=30))
    assert not Entry.objects.filter(act="clock.move", subject=running.subject).exists()


@pytest.mark.parametrize(
    ("entered", "end"),
    [
        ("2026-09-14T10:00", "2026-09-14T23:59:59.999999"),
        ("2026-09-15T10:00", "2026-09-15T23:59:59.999999"),
        ("2026-09-15T23:59", "2026-09-15T23:59:59.999999"),
    ],
)
def test_a_decree_that_is_entered_late_ends_a_bodys_term_on_that_day_and_not_before(running, monkeypatch, entered, end):
    """Saturday, 12 September was worked: three working days ended with the 14th; the body was told the 15th."""
    decree(monkeypatch, off="2026-09-21", work="2026-09-12")
    recount(local(entered))
    running.refresh_from_db()
    assert running.due_at == local(end)
    assert recount(local(entered)) == 0
    assert [finding for finding in audit().findings if "clock" in finding] == []


def test_entered_on_a_day_off_it_leaves_the_next_working_day():
    """The 26th of September is a Saturday: a term that ended with the 25th then ends with Monday, the 28th."""
    from tartip.core.clocks.moves import first_end, moved_end
    from tartip.core.terms.rules import Unit
    from tartip.core.terms.tests.examples import rule

    zone, days = local("2026-09-26T12:00").tzinfo, rule(Unit.WORKING_DAYS, 3)
    assert first_end(local("2026-09-26T12:00"), zone) == local("2026-09-28T23:59:59.999999")
    was, due = local("2026-09-29T23:59:59.999999"), local("2026-09-25T23:59:59.999999")
    assert moved_end(days, due, was, local("2026-09-26T12:00"), zone) == local("2026-09-28T23:59:59.999999")
    assert moved_end(days, due, was, local("2026-09-24T12:00"), zone) == due


@pytest.mark.parametrize("noticed", [True, False], ids=["noticed", "not noticed yet"])
def test_a_term_that_is_over_is_not_moved_whether_that_was_noticed_or_not(running, monkeypatch, noticed):
    """Over with the 15th; on the 16th a decree would make that its last day."""
    over = running.due_at + timedelta(hours=6)
    if noticed:
        breach_due(over)
    decree(monkeypatch, off="2026-09-14", work="2026-09-19")
    recount(over)
    breach_due(over)
    running.refresh_from_db()
    assert (running.due_at, running.breached_by is None) == (local("2026-09-15T23:59:59.999999"), False)
    assert not Entry.objects.filter(act="clock.move", subject=running.subject).exists()


def test_a_pause_is_kept_for_a_later_recount(db, dispatcher, persona):
    from tartip.core.acts import Clocks
    from tartip.core.clocks import running as hands
    from tartip.core.ids import new_id
    from tartip.core.registers.store import guard_setting
    from tartip.operations.incidents.actions import open_incident

    incident = open_incident(dispatcher, territory="750000000", kind_code="noise")
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('tartip.act', %s, true)", [guard_setting("x", incident.pk)])
    clock = Clock.objects.get(subject=incident.pk)
    paused, resumed = clock.started_at + timedelta(seconds=5), clock.started_at + timedelta(seconds=65)
    hands.apply(Clocks(pauses=["ops"]), incident, act="x", entry=new_id(), at=paused)
    hands.apply(Clocks(resumes=["ops"]), incident, act="x", entry=new_id(), at=resumed)
    before = clock.due_at
    clock.refresh_from_db()
    assert clock.due_at == before + timedelta(seconds=60)
    assert len(clock.pauses) == 1


def test_the_audit_is_clean_after_terms_moved_and_a_clock_was_put_aside(committed, dispatcher, persona, monkeypatch):
    """What moves a clock is told by an entry, and so is that we could not judge it."""
    from tartip.cases import actions as cases
    from tartip.core.clocks.breach import put_aside
    from tartip.operations.incidents.actions import open_incident

    inspector = persona("inspector")
    with time_is(FILED - timedelta(days=1)):
        incident = open_incident(dispatcher, territory="750000000", kind_code="noise")
        case = cases.open_case(inspector, incident=incident)
        cases.draw_protocol(inspector, case, article="koap-437-1", facts="…")
    decree(monkeypatch, off="2026-09-14", work="2026-12-19")
    assert recount(FILED) == 1
    bad = Clock.objects.get(subject=incident.pk)
    for _ in range(2):  # two processes met it: one entry
        put_aside(bad, KeyError("no such rule"))
    entry = Entry.objects.get(act="clock.set_aside", subject=incident.pk)
    assert (entry.ground, entry.version, entry.actor) == (bad.rule, 0, "system:clocks")
    told = json.loads(entry.content.body)["clock"]
    assert told == {"id": str(bad.pk), "rule": bad.rule, "reason": "KeyError: 'no such rule'", "after": 1}
    assert [finding for finding in audit().findings if "clock" in finding] == []
    assert recount(FILED) == 0
    assert Entry.objects.get(act="clock.take_back").subject == incident.pk
    assert [finding for finding in audit().findings if "clock" in finding] == []


@pytest.mark.parametrize("entered", [True, False])
def test_a_clock_that_is_silenced_past_its_entry_is_found(committed, dispatcher, entered):
    """Set aside by hand, its deadline would never be missed; taken back by hand, the entry would accuse nobody."""
    from tartip.core.clocks.breach import put_aside
    from tartip.core.registers.store import guard_setting
    from tartip.operations.incidents.actions import open_incident

    incident = open_incident(dispatcher, territory="750000000", kind_code="noise")
    clock = Clock.objects.get(subject=incident.pk)
    if entered:
        put_aside(clock, KeyError("no such rule"))
    assert [finding for finding in audit().findings if "clock" in finding] == []
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('tartip.act', %s, true)", [guard_setting("x", incident.pk)])
        Clock.objects.filter(pk=clock.pk).update(set_aside="" if entered else "odd")
    (finding,) = [finding for finding in audit().findings if "clock" in finding]
    assert "set_aside is not what the journal tells" in finding
