"""A crew acts for itself alone: its steps, its duty, its position; and its button always works."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.db import IntegrityError, connection, transaction

from tartip.base.owner import as_owner
from tartip.core.acts import Denied, system
from tartip.core.clocks.breach import breach_due
from tartip.core.clocks.models import Clock
from tartip.core.journal.audit import audit
from tartip.core.journal.models import Entry
from tartip.core.people.actions import appoint, begin_shift, dismiss, end_shift
from tartip.core.people.actors import appointment_actor
from tartip.core.people.models import Account, Appointment, Shift
from tartip.core.people.personas import Persona, make
from tartip.core.time import clock as time_is
from tartip.core.time import now
from tartip.operations.dispatch import actions as dispatch
from tartip.operations.dispatch import queries
from tartip.operations.dispatch.tests.test_dispatch import ALMATY, incident_of, unit_on_duty
from tartip.operations.incidents import actions as incidents
from tartip.operations.units import actions
from tartip.operations.units.models import Position, Unit
from tartip.operations.units.positions import put_positions


@pytest.fixture
def other_crew(db):
    """Another crew of the same town."""
    account = Account.objects.create_user("barys-15", "x", display_name="Барс-15", demo=True)
    appointment = appoint(system("test"), account=account, role="patrol", territory=ALMATY)
    begin_shift(appointment_actor(appointment), appointment=appointment)
    return appointment_actor(appointment)


@pytest.fixture
def unit(supervisor, patrol):
    return unit_on_duty(supervisor, tablet=patrol)


def at(seconds=0):
    return (datetime.now(UTC) + timedelta(seconds=seconds)).isoformat()


# Whose log-in a unit may have


def entered(session, account, territory=ALMATY, callsign="Q-1"):
    return session("post", "/units", {"territory": territory, "callsign": callsign, "account": str(account)})


def test_a_dispatcher_binds_no_crew_of_another_region_to_his_unit(unit, patrol, persona, api):
    answer = entered(api(persona("charlie")), patrol.account, territory="390000000")
    assert (answer.status_code, answer.json()["code"]) == (422, "unit.not_a_crew")


def test_only_a_patrol_in_force_is_a_crew(dispatcher, other_crew, api):
    assert entered(api(dispatcher), dispatcher.account).json()["code"] == "unit.not_a_crew"
    ended = Appointment.objects.get(account=other_crew.account)
    dismiss(system("test"), ended)
    assert entered(api(dispatcher), other_crew.account).json()["code"] == "unit.not_a_crew"


def test_a_crew_has_one_unit(unit, patrol, dispatcher, api):
    refused = entered(api(dispatcher), patrol.account)
    assert (refused.status_code, refused.json()["code"]) == (409, "unit.crew_of_another")
    second = another(dispatcher)
    with pytest.raises(IntegrityError, match="unit_account"):
        bind(second, patrol)


def bind(unit, crew):
    """As if it had been entered before the rule: past the acts."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('tartip.act', %s, true)", (f"test:{unit.pk}",))
        cursor.execute("UPDATE units_unit SET account_id = %s WHERE id = %s", (crew.account, unit.pk))


def another(dispatcher, territory=ALMATY):
    return actions.enter_unit(dispatcher, territory=territory, callsign="Q-9")


def test_the_tablet_of_a_unit_is_given_and_taken_away_by_the_same_rules(
    unit, patrol, other_crew, dispatcher, persona, api
):
    path, session = f"/units/{unit.pk}/tablet", api(dispatcher)
    codes = {dispatcher: "unit.not_a_crew", patrol: "act.unchanged", other_crew: None}
    for account, code in ((who.account, code) for who, code in codes.items()):
        answer = session("post", path, {"account": str(account)})
        assert answer.json().get("code") == code
    taken = session("post", f"/units/{another(dispatcher).pk}/tablet", {"account": str(other_crew.account)})
    assert taken.json()["code"] == "unit.crew_of_another"
    assert api(patrol)("post", f"/units/{unit.pk}/alarm").status_code == 404  # the car is another crew's now
    assert session("post", path, {"account": None}).status_code == 200
    assert session("post", path, {"account": None}).json()["code"] == "act.unchanged"  # it has none to take away
    assert Unit.objects.get(pk=unit.pk).account is None
    assert api(other_crew)("post", path, {"account": str(other_crew.account)}).status_code == 404
    assert api(persona("charlie"))("post", path, {"account": None}).status_code == 404


def test_a_unit_of_another_region_that_names_a_crew_already_opens_nothing_to_it(patrol, persona, api):
    """Units entered before the rule keep what was written; the crew is appointed elsewhere."""
    charlie = persona("charlie")
    far = actions.begin_duty(charlie, another(charlie, "390000000"))
    bind(far, patrol)
    incident = incidents.open_incident(charlie, territory="390000000", kind_code="noise")
    dispatch.send_unit(charlie, incident, Unit.objects.get(pk=far.pk))
    session = api(patrol)
    assert session("get", f"/incidents/{incident.pk}").status_code == 404
    assert session("post", f"/units/{far.pk}/alarm").status_code == 404
    assert session("get", "/units").json() == []
    body = [{"unit": str(far.pk), "lon": 76.9, "lat": 43.2, "at": at()}]
    assert session("post", "/units/positions", body).json()["kept"] == 0
    with pytest.raises(Denied):
        actions.raise_alarm(patrol, Unit.objects.get(pk=far.pk))


def test_units_that_shared_a_log_in_before_the_rule_outlive_the_migration(committed, supervisor, patrol, capsys):
    unit_on_duty(supervisor, tablet=patrol)
    second, third = another(supervisor), actions.enter_unit(supervisor, territory=ALMATY, callsign="Q-10")
    migration = import_module("tartip.operations.units.migrations.0003_one_unit_an_account")
    with as_owner(), connection.schema_editor() as editor:
        migration.drop_index(None, editor)
    try:
        bind(second, patrol)
        with as_owner():
            migration.make_index(None, SimpleNamespace(connection=connection))
        assert "Q-9" in capsys.readouterr().out
        assert Unit.objects.filter(account=patrol.account).count() == 2
        with pytest.raises(IntegrityError, match="unit_account"):
            bind(third, patrol)
    finally:
        actions.give_tablet(supervisor, second, account=None)
        with as_owner(), connection.schema_editor() as editor:
            migration.drop_index(None, editor)
            migration.make_index(None, editor)


# Whose acts


def test_a_crew_answers_for_its_own_assignments_only(unit, dispatcher, patrol, other_crew, api):
    sent = dispatch.send_unit(dispatcher, incident_of(dispatcher), unit)
    path = f"/dispatch/assignments/{sent.pk}/acknowledge"
    assert api(other_crew)("post", path).status_code == 404  # it does not even see it
    with pytest.raises(Denied):
        dispatch.acknowledge(other_crew, sent)
    assert api(patrol)("post", path).status_code == 200


def test_a_crew_begins_and_ends_its_own_duty_only(unit, patrol, other_crew, api):
    with pytest.raises(Denied):
        actions.end_duty(other_crew, unit)
    assert api(other_crew)("post", f"/units/{unit.pk}/end").status_code == 404
    for step, state in (("end", "off"), ("begin", "on_duty"), ("end", "off")):
        answer = api(patrol)("post", f"/units/{unit.pk}/{step}")
        assert (answer.status_code, answer.json()["state"]) == (200, state)


def test_a_crew_that_is_out_cannot_end_its_duty(unit, dispatcher, patrol, api):
    incident = incident_of(dispatcher)
    dispatch.send_unit(dispatcher, incident, unit)
    refused = api(patrol)("post", f"/units/{unit.pk}/end")
    assert (refused.status_code, refused.json()["code"]) == (409, "unit.busy")
    assert incident.code in refused.json()["detail"]


def test_a_crew_closes_no_incident_it_was_not_sent_to(unit, dispatcher, patrol, other_crew):
    incident = incident_of(dispatcher)
    sent = dispatch.send_unit(dispatcher, incident, unit)
    for step in (dispatch.acknowledge, dispatch.arrive, dispatch.clear):
        step(patrol, sent)
    with pytest.raises(Denied):
        dispatch.close(other_crew, incident, outcome="settled")
    assert dispatch.close(patrol, incident, outcome="settled").state == "closed"


# Positions


def test_a_crew_sends_its_own_position_only(unit, supervisor, patrol, other_crew, api):
    body = [{"unit": str(unit.pk), "lon": 76.9, "lat": 43.2, "at": at()}]
    refused = api(other_crew)("post", "/units/positions", body)
    assert refused.json()["kept"] == 0
    assert [row["code"] for row in refused.json()["reasons"]] == ["position.not_yours"]
    assert api(patrol)("post", "/units/positions", body).json() == {"kept": 1, "older": 0, "refused": 0, "reasons": []}


def position_of(unit, moment=None, lon=76.9):
    return {"unit": str(unit.pk), "lon": lon, "lat": 43.2, "at": moment or at()}


@pytest.mark.parametrize("who", ["inspector", "judge", "analyst", "operator", "prosecutor", "administrator"])
def test_a_role_that_reports_no_positions_is_refused(unit, persona, api, who):
    refused = api(persona(who))("post", "/units/positions", [position_of(unit)])
    assert (refused.status_code, refused.json()["code"]) == (403, "position.denied")
    assert not Position.objects.exists()


def test_the_floor_of_another_region_moves_no_unit(unit, persona, api):
    assert api(persona("charlie"))("post", "/units/positions", [position_of(unit)]).json()["kept"] == 0
    assert not Position.objects.exists()


@pytest.mark.parametrize("who", ["patrol", "dispatcher", "supervisor"])
def test_nobody_sends_positions_off_shift(unit, persona, api, who):
    actor = persona(who)
    end_shift(actor, Shift.objects.get(appointment__account=actor.account))
    refused = api(actor)("post", "/units/positions", [position_of(unit)])
    assert (refused.status_code, refused.json()["code"]) == (403, "shift.needed")
    assert not Position.objects.exists()


def test_a_system_that_tracks_the_cars_has_no_shift(unit, api):
    gateway = make(Persona("tracker", "Tracker", "gateway", ALMATY))
    end_shift(gateway, Shift.objects.get(appointment__account=gateway.account))
    assert api(gateway)("post", "/units/positions", [position_of(unit)]).json()["kept"] == 1


@pytest.mark.parametrize(
    ("moment", "code"),
    [
        ("0001-01-01T00:00:00+14:00", "position.too_old"),
        ("1970-01-01T00:00:00Z", "position.too_old"),
        ("1999-12-31T23:59:59Z", "position.too_old"),
        ("9999-12-31T23:59:59-14:00", "position.from_the_future"),
    ],
)
def test_a_position_that_is_of_no_time_is_refused_alone(unit, patrol, api, moment, code):
    answer = api(patrol)("post", "/units/positions", [position_of(unit, moment), position_of(unit)])
    assert answer.status_code == 200
    assert [row["code"] for row in answer.json()["reasons"]] == [code]
    assert (answer.json()["kept"], Position.objects.count()) == (1, 1)


@pytest.mark.parametrize(("lon", "lat", "code"), [(2.35, 48.85, "outside_country"), (43.2, 76.9, "looks_swapped")])
def test_a_position_outside_the_country_is_refused_alone(unit, patrol, api, lon, lat, code):
    answer = api(patrol)("post", "/units/positions", [position_of(unit) | {"lon": lon, "lat": lat}, position_of(unit)])
    assert answer.status_code == 200
    assert [row["code"] for row in answer.json()["reasons"]] == [f"territory.{code}"]
    assert (answer.json()["kept"], Position.objects.get().lon_e6) == (1, 76_900_000)


@pytest.mark.parametrize(("lon", "lat"), [(51.68, 46.38), (50.05, 44.95), (74.59, 42.87)])
def test_a_crew_at_sea_or_just_over_the_border_is_seen_there(unit, patrol, api, lon, lat):
    answer = api(patrol)("post", "/units/positions", [position_of(unit) | {"lon": lon, "lat": lat}])
    assert (answer.json()["kept"], Position.objects.get().lat_e6) == (1, round(lat * 1e6))


@pytest.mark.parametrize("offset", ["+23:59", "-23:59", "+05:00"])
def test_a_position_of_any_offset_is_kept_in_utc(unit, patrol, api, offset):
    answer = api(patrol)("post", "/units/positions", [position_of(unit, f"2020-01-02T00:00:00{offset}")])
    assert (answer.status_code, answer.json()["kept"]) == (200, 1)
    assert Position.objects.get().at == datetime.fromisoformat(f"2020-01-02T00:00:00{offset}")


def test_the_answer_counts_what_was_really_written(unit, patrol, api):
    send = api(patrol)
    both = send("post", "/units/positions", [position_of(unit, at(-60), 76.0), position_of(unit)]).json()
    assert both == {"kept": 1, "older": 1, "refused": 0, "reasons": []}
    late = send("post", "/units/positions", [position_of(unit, at(-3600), 75.0)]).json()
    assert late == {"kept": 0, "older": 1, "refused": 0, "reasons": []}
    assert Position.objects.get().lon_e6 == 76_900_000


def test_a_position_from_the_future_is_refused_and_named(unit, patrol, api):
    body = [
        {"unit": str(unit.pk), "lon": 76.90, "lat": 43.2, "at": at(seconds=90)},  # two clocks may differ so much
        {"unit": str(unit.pk), "lon": 77.00, "lat": 43.2, "at": "2099-01-01T00:00:00Z"},
    ]
    answer = api(patrol)("post", "/units/positions", body).json()
    assert (answer["kept"], answer["refused"]) == (1, 1)
    assert [(row["unit"], row["code"]) for row in answer["reasons"]] == [(str(unit.pk), "position.from_the_future")]
    assert Position.objects.get(unit=unit).lon_e6 == 76_900_000


def test_a_position_of_2099_that_is_stored_already_does_not_freeze_the_unit(unit):
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO units_position (unit_id, lon_e6, lat_e6, at) VALUES (%s, 1, 1, '2099-01-01')", (unit.pk,)
        )
    put_positions([(unit.pk, 76_900_000, 43_200_000, now())])
    assert Position.objects.get(unit=unit).lon_e6 == 76_900_000
    put_positions([(unit.pk, 77_000_000, 43_200_000, now() - timedelta(minutes=5))])  # late ones are late again
    assert Position.objects.get(unit=unit).lon_e6 == 76_900_000


# The button


def test_the_button_works_off_duty(unit, patrol, api):
    actions.end_duty(patrol, unit)
    answer = api(patrol)("post", f"/units/{unit.pk}/alarm")
    assert (answer.status_code, answer.json()["state"]) == (200, "alarm")


def test_pressed_again_it_is_a_new_alarm_with_a_new_clock(unit, patrol, dispatcher, api):
    actions.raise_alarm(patrol, unit)
    actions.take_alarm(dispatcher, unit)
    assert api(patrol)("post", f"/units/{unit.pk}/alarm").status_code == 200
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
    for path, body in (("take_alarm", None), ("safe", None), ("tablet", {"account": None})):
        assert api(same)("post", f"/units/{unit.pk}/{path}", body).status_code == 403, path
    assert actions.take_alarm(supervisor, unit).alarm_taken_by == supervisor.name


def test_another_account_of_the_crews_person_is_no_tablet(unit, patrol, same_person, api):
    """One person narrows what may be done and opens nothing: the button is the tablet's alone."""
    _patrol, other = same_person(patrol)
    assert api(other)("post", f"/units/{unit.pk}/alarm").status_code == 404


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
    assert api(dispatcher)("post", f"/units/{unit.pk}/take_alarm").status_code == 200
    refused = api(supervisor)("post", f"/units/{unit.pk}/take_alarm")
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
        refused = api(actor)("post", "/dispatch/send", body)
        assert (refused.status_code, refused.json()["code"]) == (409, "unit.in_alarm")
    # back to where the crew pressed it
    again = api(dispatcher)("post", "/dispatch/send", {"incident": str(incident.pk), "unit": str(unit.pk)})
    assert again.status_code == 201
    dispatch.release(dispatcher, dispatch.open_assignment(unit))
    # elsewhere only by a supervisor who says why
    assert api(dispatcher)("post", "/dispatch/send", body | {"reason": "nearest"}).status_code == 409
    assert api(supervisor)("post", "/dispatch/send", body | {"reason": "the crew asked for it"}).status_code == 201
