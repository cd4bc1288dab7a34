"""Reading has a right: what each register declares is what lists, cards, the API, the stream and receipts give."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from tartip.appeals.actions import file_appeal
from tartip.appeals.models import Appeal
from tartip.cases.access import holder_of
from tartip.cases.models import Case
from tartip.cases.tests.made import browser, handed_over, opened
from tartip.core.acts import Actor, Denied, NotFound, system
from tartip.core.acts.access import access, may_read, visible
from tartip.core.journal.models import Entry
from tartip.core.journal.stream import Event
from tartip.core.people.actions import end_shift
from tartip.core.people.models import Shift
from tartip.core.people.personas import Persona, make
from tartip.core.registers import register as registers
from tartip.core.registers.checks import check_may_see
from tartip.core.registers.register import REGISTERS, Register
from tartip.core.registers.sees import ALWAYS, MaySee, Sees
from tartip.core.time import now
from tartip.operations.calls.actions import receive_call
from tartip.operations.calls.models import Call
from tartip.operations.dispatch import actions as dispatch
from tartip.operations.incidents import actions as incidents
from tartip.operations.incidents.models import Incident
from tartip.operations.units import actions as units
from tartip.server.apps import stop_on_contradictions
from tartip.server.stream import Sight
from tests.rights.conftest import ALMATY, City

KOSTANAY = "390000000"


@pytest.fixture
def gateway(db: Any) -> Actor:
    return make(Persona("exchange", "АТС", "gateway", ALMATY))


def api(actor: Actor, path: str) -> int:
    return browser(actor).get("/api/v1" + path).status_code


def test_a_register_that_does_not_say_who_reads_it_stops_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    assert check_may_see() == []
    silent = Register("silent", Incident, "silent", (), None, ())
    wrong = Register("wrong", Incident, "wrong", (), None, (), MaySee.of([Sees("dispacher")]))
    monkeypatch.setitem(REGISTERS, "silent", silent)
    monkeypatch.setitem(REGISTERS, "wrong", wrong)
    assert [error.id for error in check_may_see()] == ["registers.E001", "registers.E002"]
    with pytest.raises(ImproperlyConfigured, match="silent does not say who may read it"):
        stop_on_contradictions("rights")


def test_a_register_that_declares_nothing_is_read_by_nobody(
    dispatcher: Any, monkeypatch: pytest.MonkeyPatch, city: City
) -> None:
    monkeypatch.setitem(registers._by_model, Incident, Register("incident", Incident, "", (), None, ()))
    assert not visible(dispatcher, Incident.objects.all()).exists()


@pytest.mark.parametrize("role", ["analyst", "administrator", "judge", "inspector", "prosecutor"])
def test_whoever_does_not_work_on_the_floor_reads_no_incident_unit_or_call_of_it(
    city: City, persona: Any, role: str
) -> None:
    actor = persona(role)
    for record in (city.call, city.incident, city.unit, city.assignment):
        assert not may_read(actor, record), record
    assert api(actor, f"/incidents/{city.incident.pk}") == 404
    assert api(actor, f"/dispatch/recommend/{city.incident.pk}") == 404
    assert api(actor, "/units") == 403
    client = browser(actor)
    assert client.get("/console/").status_code == 403
    assert client.get("/console/board/").status_code == 403
    assert client.get(f"/console/{city.incident.pk}/card/").status_code == 403


def test_a_citizens_account_reads_nothing_of_the_police(city: City) -> None:
    citizen = make(Persona("citizen", "Азамат", "citizen", ALMATY))
    for name, declared in REGISTERS.items():
        if name not in ("appointment", "shift", "sealedmonth", "definitions"):
            assert not visible(citizen, declared.model._default_manager.all()).exists(), name
    for path in ("/incidents", "/units", "/appeals"):
        assert api(citizen, path) == 403
    assert browser(citizen).get("/api/v1/cases").json() == []


def test_a_crew_reads_what_it_was_sent_to_and_nothing_else(city: City, patrol: Any) -> None:
    assert [row["id"] for row in browser(patrol).get("/api/v1/incidents").json()] == [str(city.incident.pk)]
    assert [row["id"] for row in browser(patrol).get("/api/v1/units").json()] == [str(city.unit.pk)]
    assert may_read(patrol, city.call)
    assert api(patrol, f"/incidents/{city.waiting.pk}") == 404
    other = city.other_crew
    assert browser(other).get("/api/v1/incidents").json() == []
    for record in (city.call, city.incident, city.unit, city.assignment):
        assert not may_read(other, record), record


def test_a_crew_reads_an_ended_assignment_until_its_shift_is_over(city: City, dispatcher: Any, patrol: Any) -> None:
    dispatch.release(dispatcher, city.assignment)
    assert may_read(patrol, city.incident)
    shift = Shift.objects.get(appointment__account=patrol.account)
    end_shift(patrol, shift)
    assert not may_read(patrol, city.incident)
    assert not may_read(patrol, city.assignment)


def test_the_floor_reads_while_it_is_on_shift_and_no_longer(city: City, dispatcher: Any) -> None:
    client = browser(dispatcher)
    assert client.get("/console/").status_code == 200
    assert api(dispatcher, f"/incidents/{city.incident.pk}") == 200
    end_shift(dispatcher, Shift.objects.get(appointment__account=dispatcher.account))
    assert client.get("/console/").status_code == 403
    assert client.get("/api/v1/incidents").json()["code"] == "shift.needed"
    assert api(dispatcher, f"/incidents/{city.incident.pk}") == 404


def test_an_inspector_reads_the_incident_and_the_call_of_his_case(city: City, inspector: Any) -> None:
    from tartip.cases.actions import open_case

    assert not may_read(inspector, city.incident)
    case = open_case(system("cases"), incident=city.incident, article="koap-437-1")
    for record in (case, city.incident, city.call, city.assignment):
        assert may_read(inspector, record)
    assert not may_read(inspector, city.waiting)


def test_a_judge_reads_a_case_from_its_protocol_on(persona: Any, operator: Any, inspector: Any) -> None:
    judge, case = persona("judge"), opened(operator)
    assert not may_read(judge, case)
    from tartip.cases.actions import draw_protocol

    draw_protocol(inspector, case, article="koap-437-1", facts="Музыка после 23:00.")
    assert may_read(judge, case)


def test_a_crew_reads_the_case_it_drew_and_no_other(city: City, operator: Any, patrol: Any) -> None:
    from tartip.cases.actions import draw_protocol

    drawn, other = opened(operator), opened(operator)
    draw_protocol(patrol, drawn, article="koap-437-1", facts="Музыка после 23:00.")
    assert set(visible(patrol, Case.objects.all())) == {drawn}
    assert not may_read(patrol, other)
    assert not visible(city.other_crew, Case.objects.all()).exists()


def test_an_appeal_is_invisible_to_the_one_it_is_about_and_to_every_crew(
    persona: Any, operator: Any, inspector: Any, supervisor: Any, patrol: Any
) -> None:
    case = handed_over(operator, inspector)
    appeal = file_appeal(holder_of(case), case, text="Меня там не было, есть свидетели.")
    assert may_read(supervisor, appeal)
    assert not may_read(inspector, appeal)  # decided the case
    assert not visible(patrol, Appeal.objects.all()).exists()
    assert api(patrol, "/appeals") == 403
    # The code that opens it is not told to those who read the case.
    for official in (inspector, supervisor):
        assert appeal.receipt not in browser(official).get(f"/api/v1/cases/{case.pk}").content.decode()
        assert appeal.receipt not in browser(official).get(f"/cases/{case.pk}/").content.decode()


def test_a_neighbouring_system_reads_what_it_handed_over_and_what_became_of_it(
    city: City, gateway: Any, dispatcher: Any
) -> None:
    call = receive_call(gateway, territory=ALMATY, offered_at=now(), kind_code="noise", lon=76.92, lat=43.24)
    incidents.join_call(dispatcher, call, city.incident)
    assert set(visible(gateway, Call.objects.all())) == {call}
    assert set(visible(gateway, Incident.objects.all())) == {city.incident}
    assert api(gateway, "/units") == 403


def test_a_stranger_reads_nothing_of_another_region_in_any_role(city: City, operator: Any, inspector: Any) -> None:
    """Every role that reads by territory, appointed in Kostanay, against records of Almaty."""
    case = handed_over(operator, inspector)
    appeal = file_appeal(holder_of(case), case, text="Меня там не было, есть свидетели.")
    records = (city.call, city.incident, city.unit, city.assignment, case, appeal)
    for role in ("operator", "dispatcher", "supervisor", "patrol", "inspector", "prosecutor", "judge", "gateway"):
        stranger = make(Persona(f"far-{role}", "Чарли", role, KOSTANAY))
        for record in records:
            assert not may_read(stranger, record), (role, record)
            with pytest.raises(NotFound):
                access(stranger, type(record)._default_manager.all(), record.pk)


def test_a_refusal_says_the_same_whether_the_record_exists_or_not(city: City, persona: Any) -> None:
    client = browser(persona("charlie"))
    there = client.get(f"/api/v1/incidents/{city.incident.pk}").json()
    made_up = uuid.uuid4()
    nowhere = client.get(f"/api/v1/incidents/{made_up}").json()
    assert str(there).replace(str(city.incident.pk), "X") == str(nowhere).replace(str(made_up), "X")


@pytest.mark.parametrize("role", ["operator", "dispatcher", "supervisor"])
def test_the_acts_of_the_floor_are_open_during_a_shift_only(city: City, persona: Any, role: str) -> None:
    actor = persona(role)
    end_shift(actor, Shift.objects.get(appointment__account=actor.account))
    off = replace(actor, on_shift=False)
    with pytest.raises(Denied):
        receive_call(off, territory=ALMATY, offered_at=now(), kind_code="noise")
    with pytest.raises(Denied):
        incidents.open_incident(off, territory=ALMATY, kind_code="noise")
    with pytest.raises(Denied):
        incidents.assess(off, city.waiting, kind_code="noise", priority=1)
    with pytest.raises(Denied):
        dispatch.send_unit(off, city.waiting, city.other_unit)
    with pytest.raises(Denied):
        dispatch.release(off, city.assignment)


def test_a_crew_answers_during_its_shift_only_but_its_panic_button_always_works(city: City, patrol: Any) -> None:
    off = replace(patrol, on_shift=False)
    with pytest.raises(Denied):
        dispatch.acknowledge(off, city.assignment)
    with pytest.raises(Denied):
        incidents.close_incident(off, city.incident, outcome="settled")
    assert units.raise_alarm(off, city.unit).state == "alarm"


def test_a_neighbouring_system_hands_calls_over_at_any_hour(gateway: Any) -> None:
    call = receive_call(replace(gateway, on_shift=False), territory=ALMATY, offered_at=now(), kind_code="noise")
    assert call.state == "offered"


@pytest.mark.parametrize("purpose", ["curiosity", "call_back; and more", "x" * 500, ""])
def test_a_purpose_by_api_is_a_code_of_the_list(city: City, dispatcher: Any, purpose: str) -> None:
    answer = browser(dispatcher).get("/api/v1/incidents", headers={"Purpose": purpose})
    assert (answer.status_code, answer.json()["code"]) == (422, "header.bad")
    assert browser(dispatcher).get("/api/v1/incidents", headers={"Purpose": "call_back"}).status_code == 200


# The stream


def event(record: Any, register: str, territory: str = ALMATY) -> Event:
    return Event(0, territory, register, b"")


def sight_of(actor: Actor) -> Sight:
    return Sight(actor)


def test_the_stream_gives_each_role_the_registers_it_reads_by_territory(persona: Any, city: City) -> None:
    heard = {
        role: {name for name in REGISTERS if sight_of(persona(role)).sees(event(None, name))}
        for role in ("dispatcher", "inspector", "analyst", "administrator", "patrol", "judge", "supervisor")
    }
    floor = {"call", "incident", "joining", "unit", "assignment"}
    assert floor <= heard["dispatcher"]
    assert "case" not in heard["dispatcher"]
    assert heard["inspector"] & floor == set()
    assert "case" in heard["inspector"]
    assert heard["analyst"] & (floor | {"case", "appeal", "appointment", "shift"}) == set()
    assert heard["patrol"] & (floor | {"case", "appeal"}) == set()
    assert "case" in heard["supervisor"]


def test_log_ins_and_readings_of_personal_data_are_no_events_for_anybody(persona: Any) -> None:
    for role in ("administrator", "supervisor", "dispatcher", "prosecutor"):
        for register in ("account", "person"):
            assert not sight_of(persona(role)).sees(event(None, register))
    assert not sight_of(system()).sees(event(None, "account"))


def test_a_stranger_hears_nothing_of_another_region(persona: Any) -> None:
    for name, register in REGISTERS.items():
        granted = register.may_see.granted("dispatcher") if register.may_see else []
        public = any(where == ALWAYS for where in granted)
        assert sight_of(persona("charlie")).sees(event(None, name)) == public, name


# Proofs by the id of an entry


def test_an_entry_about_an_account_or_a_reading_is_proven_to_nobody(dispatcher: Any, city: City) -> None:
    client = browser(dispatcher)
    client.post("/login/", {"login": "dispatcher", "password": "wrong"})
    entry = Entry.objects.filter(register="account").first()
    assert entry is not None
    for somebody in (Client(), client):
        assert somebody.get(f"/api/v1/journal/entries/{entry.pk}/receipt").status_code == 404


def test_an_entry_of_the_floor_is_proven_to_those_who_read_its_record(
    dispatcher: Any, city: City, persona: Any
) -> None:
    entry = Entry.objects.get(act="incident.open", subject=city.incident.pk)
    path = f"/api/v1/journal/entries/{entry.pk}/receipt"
    assert Client().get(path).status_code == 404
    assert browser(persona("charlie")).get(path).status_code == 404
    assert browser(dispatcher).get(path).status_code in (200, 409)  # 409: not sealed yet


def test_an_entry_of_a_case_is_proven_to_whoever_knows_its_id(operator: Any, inspector: Any) -> None:
    case = handed_over(operator, inspector)
    entry = Entry.objects.get(act="case.decide", subject=case.pk)
    assert Client().get(f"/api/v1/journal/entries/{entry.pk}/receipt").status_code in (200, 409)
