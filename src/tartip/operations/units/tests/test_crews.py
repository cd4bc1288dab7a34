"""A crew acts for itself alone: whose log-in a unit may have, and whose steps and duty it may do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.db import IntegrityError, connection, transaction

from tartip.core.acts import Denied, system
from tartip.core.people.actions import dismiss
from tartip.core.people.models import Appointment
from tartip.operations.dispatch import actions as dispatch
from tartip.operations.dispatch.tests.test_dispatch import ALMATY, incident_of, unit_on_duty
from tartip.operations.incidents import actions as incidents
from tartip.operations.units import actions
from tartip.operations.units.models import Unit
from tartip.server.database_roles import as_owner


def at(seconds=0):
    return (datetime.now(UTC) + timedelta(seconds=seconds)).isoformat()


# Whose log-in a unit may have


def entered(session, account, territory=ALMATY, callsign="Q-1"):
    return session("post", "/unit/acts/enter", {"territory": territory, "callsign": callsign, "account": str(account)})


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
    path, session = f"/unit/{unit.pk}/acts/give_tablet", api(dispatcher)
    codes = {dispatcher: "unit.not_a_crew", patrol: "act.unchanged", other_crew: None}
    for account, code in ((who.account, code) for who, code in codes.items()):
        answer = session("post", path, {"account": str(account)})
        assert answer.json().get("code") == code
    taken = session("post", f"/unit/{another(dispatcher).pk}/acts/give_tablet", {"account": str(other_crew.account)})
    assert taken.json()["code"] == "unit.crew_of_another"
    assert api(patrol)("post", f"/unit/{unit.pk}/acts/alarm").status_code == 404  # the car is another crew's now
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
    assert session("post", f"/unit/{far.pk}/acts/alarm").status_code == 404
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
    path = f"/assignment/{sent.pk}/acts/acknowledge"
    assert api(other_crew)("post", path).status_code == 404  # it does not even see it
    with pytest.raises(Denied):
        dispatch.acknowledge(other_crew, sent)
    assert api(patrol)("post", path).status_code == 200


def test_a_crew_begins_and_ends_its_own_duty_only(unit, patrol, other_crew, api):
    with pytest.raises(Denied):
        actions.end_duty(other_crew, unit)
    assert api(other_crew)("post", f"/unit/{unit.pk}/acts/end").status_code == 404
    for step, state in (("end", "off"), ("begin", "on_duty"), ("end", "off")):
        answer = api(patrol)("post", f"/unit/{unit.pk}/acts/{step}")
        assert (answer.status_code, answer.json()["state"]) == (200, state)


def test_a_crew_that_is_out_cannot_end_its_duty(unit, dispatcher, patrol, api):
    incident = incident_of(dispatcher)
    dispatch.send_unit(dispatcher, incident, unit)
    refused = api(patrol)("post", f"/unit/{unit.pk}/acts/end")
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
