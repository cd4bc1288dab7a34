"""The button of a crew in danger always works; who accepts an alarm, and to whom it climbs."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection

from tartip.core.acts import Denied, system
from tartip.core.clocks.breach import breach_due
from tartip.core.clocks.models import Clock
from tartip.core.journal.audit import audit
from tartip.core.journal.models import Entry
from tartip.core.people.actions import appoint, begin_shift
from tartip.core.people.actors import appointment_actor
from tartip.core.people.models import Account
from tartip.core.time import clock as time_is, now
from tartip.operations.dispatch import actions as dispatch, queries
from tartip.operations.dispatch.tests.test_dispatch import ALMATY, incident_of, unit_on_duty
from tartip.operations.incidents import actions as incidents
from tartip.operations.units import actions
from tartip.operations.units.models import Unit


def test_the_button_works_off_duty(unit, patrol, api):
    actions.end_duty(patrol, unit)
    answer = api(patrol)("post", f"/unit/{unit.pk}/acts/alarm")
    assert (answer.status_code, answer.json()["state"]) == (200, "alarm")


def test_pressed_again_it_is_a_new_alarm_with_a_new_clock(unit, patrol, dispatcher, api):
    actions.raise_alarm(patrol, unit)
    actions.take_alarm(dispatcher, unit)
    assert api(patrol)("post", f"/unit/{unit.pk}/acts/alarm").status_code == 200
    unit.refresh_from_db()
    assert unit.alarm_taken_by == ""  # accepted once is not accepted twice
    assert Entry.objects.filter(subject=unit.pk, act="unit.alarm").count() == 2
    clocks = Clock.objects.filter(subject=unit.pk, rule="ops-alarm-accept").order_by("started_at")
    assert [clock.state for clock in clocks] == ["stopped", "running"]
    assert clocks[1].started_at == unit.alarm_at


def test_an_alarm_that_nobody_accepts_climbs_to_the_supervisor_and_the_region(unit, patrol, supervisor):
    """15 s a level: an act of the system each time, and the last level keeps it."""
    actions.raise_alarm(patrol.saying(at=now() - timedelta(minutes=5)), unit)
    levels = []
    for _ in range(4):
        breach_due()
        actions.climb_alarms()
        levels.append(Unit.objects.get(pk=unit.pk).alarm_level)
        _run_out(unit)
    assert levels == [2, 3, 3, 3]
    climbs = Entry.objects.filter(subject=unit.pk, act="unit.climb")
    assert {entry.role for entry in climbs} == {"system"}
    assert climbs.count() == 2
    row = next(row for row in queries.unit_states(supervisor) if row["id"] == unit.pk)
    assert (row["status"], row["alarm_level"]) == ("alarm", 3)


@pytest.mark.parametrize(("before", "sendable"), [("off", False), ("on_duty", True)])
def test_a_crew_that_is_safe_is_again_what_it_was_when_it_pressed(
    unit, patrol, dispatcher, supervisor, before, sendable
):
    """A crew at home is not on duty because it called for help: nobody sends it, during the alarm or after."""
    if before == "off":
        actions.end_duty(patrol, unit)
    actions.raise_alarm(patrol, unit)
    actions.raise_alarm(patrol, unit)
    incident = incidents.open_incident(dispatcher, territory=ALMATY, kind_code="attack", priority=1)
    if not sendable:
        with pytest.raises(dispatch.UnitOff):
            dispatch.send_unit(supervisor, incident, unit, reason="nearest")
    actions.end_alarm(dispatcher, unit)
    assert Unit.objects.get(pk=unit.pk).state == before
    assert (unit.pk in [row["id"] for row in queries.unit_states(dispatcher)]) == sendable
    if sendable:
        assert dispatch.send_unit(dispatcher, incident, unit).state == "sent"
    else:
        with pytest.raises(dispatch.UnitOff):
            dispatch.send_unit(dispatcher, incident, unit)
        assert actions.begin_duty(patrol, unit).state == "on_duty"


@pytest.mark.parametrize("role", ["dispatcher", "supervisor"])
def test_nobody_answers_the_alarm_of_the_own_crew_in_another_role(unit, patrol, supervisor, other_crew, api, role):
    """Nor takes the tablet away first. On the list of acts it is not offered either."""
    appointment = appoint(system("test"), account=Account.objects.get(pk=patrol.account), role=role, territory=ALMATY)
    begin_shift(appointment_actor(appointment), appointment=appointment)
    same = appointment_actor(appointment)
    actions.raise_alarm(patrol, unit)
    for answer in (
        actions.take_alarm,
        actions.end_alarm,
        lambda actor, unit: actions.give_tablet(actor, unit, account=None),
        lambda actor, unit: actions.give_tablet(actor, unit, account=Account.objects.get(pk=other_crew.account)),
    ):
        with pytest.raises(Denied):
            answer(same, Unit.objects.get(pk=unit.pk))
    assert actions.take_alarm(supervisor, unit).alarm_taken_by == supervisor.name
    assert actions.end_alarm(supervisor, unit).state == "on_duty"


def test_nobody_answers_the_alarm_of_the_own_crew_under_another_account(unit, patrol, supervisor, same_person, api):
    patrol, same = same_person(patrol, role="dispatcher")
    actions.raise_alarm(patrol, unit)
    for path, body in (("take_alarm", None), ("safe", None), ("give_tablet", {"account": None})):
        assert api(same)("post", f"/unit/{unit.pk}/acts/{path}", body).status_code == 403, path
    assert actions.take_alarm(supervisor, unit).alarm_taken_by == supervisor.name


def test_another_account_of_the_crews_person_is_no_tablet(unit, patrol, same_person, api):
    """One person narrows what may be done and opens nothing: the button is the tablet's alone."""
    _patrol, other = same_person(patrol)
    assert api(other)("post", f"/unit/{unit.pk}/acts/alarm").status_code == 404


def levels_while_pressed(unit, patrol, every, until, keeper=True):
    """The level after each look, where the crew presses the button every so many seconds and nobody accepts."""
    began, levels = now(), []
    for seconds in range(0, until + 1, every):
        with time_is(began + timedelta(seconds=seconds)):
            if keeper:
                breach_due()
                actions.climb_alarms()
            actions.raise_alarm(patrol, unit)
            levels.append(Unit.objects.get(pk=unit.pk).alarm_level)
    return levels


@pytest.mark.parametrize("keeper", [True, False])
def test_a_crew_that_keeps_pressing_is_passed_up_all_the_same(unit, patrol, keeper):
    """15 s a level. A look every 10 s finds the first over at 20 s, the second, which began then, at 40 s."""
    levels = levels_while_pressed(unit, patrol, every=10, until=60, keeper=keeper)
    assert levels == [1, 1, 2, 2, 3, 3, 3]
    breaches = Entry.objects.filter(subject=unit.pk, act="clock.breach")
    assert breaches.count() == 2  # one a level that let its time pass, however often the button was pressed
    assert not Clock.objects.filter(subject=unit.pk, state="running").exists()  # the last level keeps it
    assert audit().findings == []


def test_pressing_again_leaves_the_term_of_the_desk_where_it_was(unit, patrol):
    levels_while_pressed(unit, patrol, every=7, until=14)
    running = Clock.objects.get(subject=unit.pk, state="running")
    assert running.due_at == Unit.objects.get(pk=unit.pk).alarm_level_at + timedelta(seconds=15)
    assert running.started_at == Unit.objects.get(pk=unit.pk).alarm_at - timedelta(seconds=14)


def test_an_alarm_climbs_while_the_duty_that_writes_breaches_stands_still(unit, patrol):
    """The two duties of the keeper run apart: no alarm waits for the other one."""
    actions.raise_alarm(patrol.saying(at=now() - timedelta(seconds=20)), unit)
    assert actions.climb_alarms() == 1
    assert Unit.objects.get(pk=unit.pk).alarm_level == 2
    assert Entry.objects.filter(subject=unit.pk, act="clock.breach").count() == 1


def test_an_alarm_of_the_last_level_that_was_accepted_and_is_pressed_again_has_a_clock(unit, patrol, dispatcher):
    levels_while_pressed(unit, patrol, every=20, until=40)
    actions.take_alarm(dispatcher, unit)
    actions.raise_alarm(patrol, unit)
    assert (unit.alarm_level, unit.alarm_taken_by) == (3, "")
    assert Clock.objects.get(subject=unit.pk, state="running").started_at == unit.alarm_at


@pytest.mark.parametrize("fault", [KeyError("odd"), Denied(act="unit.climb", rule="system")])
def test_an_alarm_that_cannot_be_raised_holds_up_no_other_and_is_reported(supervisor, patrol, monkeypatch, fault):
    odd, other = (unit_on_duty(supervisor, callsign) for callsign in ("A-1", "A-2"))
    for one in (odd, other):
        actions.raise_alarm(supervisor.saying(at=now() - timedelta(minutes=5)), one)
    climb = actions.climb

    def faulty(actor, unit):
        if unit.pk == odd.pk:
            raise fault
        return climb(actor, unit)

    monkeypatch.setattr(actions, "climb", faulty)
    with pytest.raises(actions.AlarmsFailed):  # the duty fails, and so the board shows it
        actions.climb_alarms()
    assert [Unit.objects.get(pk=one.pk).alarm_level for one in (odd, other)] == [1, 2]


def test_an_alarm_accepted_while_it_is_raised_is_no_failure(unit, patrol, dispatcher, monkeypatch):
    actions.raise_alarm(patrol.saying(at=now() - timedelta(minutes=5)), unit)
    climb = actions.climb

    def overtaken(actor, late):
        actions.take_alarm(dispatcher, Unit.objects.get(pk=unit.pk))
        return climb(actor, late)

    monkeypatch.setattr(actions, "climb", overtaken)
    assert actions.climb_alarms() == 0


def _run_out(unit):
    """Make the running clock of the alarm late, as if its seconds had passed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('tartip.act', %s, true)", (f"test:{unit.pk}",))
        cursor.execute(
            "UPDATE clocks_clock SET due_at = now() - interval '1 second' WHERE subject = %s AND state = 'running'",
            (unit.pk,),
        )


def test_an_accepted_alarm_does_not_climb(unit, patrol, dispatcher):
    actions.raise_alarm(patrol.saying(at=now() - timedelta(minutes=5)), unit)
    breach_due()
    actions.take_alarm(dispatcher, unit)
    assert actions.climb_alarms() == 0
    assert Unit.objects.get(pk=unit.pk).alarm_level == 1
    assert not Clock.objects.filter(subject=unit.pk, state="running").exists()


def test_the_second_who_accepts_an_alarm_is_told_that_it_is_accepted(unit, patrol, dispatcher, supervisor, api):
    actions.raise_alarm(patrol, unit)
    assert api(dispatcher)("post", f"/unit/{unit.pk}/acts/take_alarm").status_code == 200
    refused = api(supervisor)("post", f"/unit/{unit.pk}/acts/take_alarm")
    assert (refused.status_code, refused.json()["code"]) == (409, "unit.alarm_taken")


def test_an_administrator_answers_for_no_crew_in_danger(unit, patrol, persona, dispatcher):
    """An alarm is accepted and ended by the desk on shift: an account that gives out rights is nobody who helps."""
    actions.raise_alarm(patrol, unit)
    administrator = persona("administrator")
    for answer in (actions.take_alarm, actions.end_alarm):
        with pytest.raises(Denied):
            answer(administrator, unit)
    assert actions.take_alarm(dispatcher, unit).alarm_taken_by == dispatcher.name


def test_a_unit_in_alarm_is_sent_nowhere_by_accident(unit, patrol, dispatcher, supervisor, api):
    incident, elsewhere = incident_of(dispatcher), incident_of(dispatcher)
    sent = dispatch.send_unit(dispatcher, incident, unit)
    for step in (dispatch.acknowledge, dispatch.arrive):
        step(patrol, sent)
    actions.raise_alarm(patrol, unit)
    dispatch.clear(patrol, sent)
    body = {"incident": str(elsewhere.pk), "unit": str(unit.pk)}
    for actor in (dispatcher, supervisor):
        refused = api(actor)("post", "/assignment/acts/send", body)
        assert (refused.status_code, refused.json()["code"]) == (409, "unit.in_alarm")
    # back to where the crew pressed it
    again = api(dispatcher)("post", "/assignment/acts/send", {"incident": str(incident.pk), "unit": str(unit.pk)})
    assert again.status_code == 201
    dispatch.release(dispatcher, dispatch.open_assignment(unit))
    # elsewhere only by a supervisor who says why
    assert api(dispatcher)("post", "/assignment/acts/send", body | {"reason": "nearest"}).status_code == 409
    assert (
        api(supervisor)("post", "/assignment/acts/send", body | {"reason": "the crew asked for it"}).status_code == 201
    )
