"""The city at work on a database: calls become incidents, the duty officer waits for people, crews come and go."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tartip.core.time import now
from tartip.operations.dispatch import actions as dispatch
from tartip.operations.dispatch.models import Assignment
from tartip.operations.incidents import actions as incidents
from tartip.operations.incidents.models import Incident
from tartip.operations.units import actions as units
from tartip.operations.units.positions import put_positions
from tartip.simulation.city.crews import Crews, crew_of
from tartip.simulation.city.officer import Officer
from tartip.simulation.city.people import role
from tartip.simulation.city.plan import city

ALMATY = "750000000"
HANDS_OFF = timedelta(seconds=45)


@pytest.fixture
def unit(db):
    made = units.begin_duty(
        role("head_of_shift"), units.enter_unit(role("head_of_shift"), territory=ALMATY, callsign="A")
    )
    put_positions([(made.pk, 76_920_000, 43_240_000, now() - timedelta(hours=1))])
    return made


def incident(at, kind="fight"):
    return incidents.open_incident(
        role("operator").saying(at=at), territory=ALMATY, kind_code=kind, lon=76.93, lat=43.24, address=""
    )


def test_an_incident_is_left_to_people_for_the_first_seconds_and_then_gets_the_nearest_unit(unit):
    began = now() - timedelta(hours=1)
    waiting, officer = incident(began), Officer(1, HANDS_OFF)
    officer.tick(began + timedelta(seconds=44))
    assert not Assignment.objects.exists()
    officer.tick(began + timedelta(seconds=45))
    sent = Assignment.objects.get()
    assert (sent.incident, sent.unit) == (waiting, unit)
    assert sent.sent_at == began + timedelta(seconds=45)


def test_what_a_person_sent_is_driven_by_the_crew_and_closed_by_the_officer(unit, dispatcher):
    began = now() - timedelta(hours=3)
    fight, officer, crews = incident(began), Officer(1, HANDS_OFF), Crews(1, 1.0, HANDS_OFF)
    assignment = dispatch.send_unit(dispatcher.saying(at=began), fight, unit)
    seen = set()
    for step in range(0, 10_000, 5):
        moment = began + timedelta(seconds=step)
        crews.tick(moment)
        officer.tick(moment)
        assignment.refresh_from_db()
        seen.add(assignment.state)
        fight.refresh_from_db()
        if fight.state == "closed":
            break
    assert seen == {"sent", "acknowledged", "en_route", "on_scene", "cleared"}
    assert fight.outcome in city().outcomes
    # 0.01 degree of longitude is 810 m: with detour and speed 129 s, and the draw stays within a factor of three
    assert 40 < (assignment.on_scene_at - assignment.en_route_at).total_seconds() < 400
    assert fight.closed_at - assignment.ended_at >= HANDS_OFF


def test_a_crew_alarm_is_taken_and_ended_when_nobody_else_does(unit):
    began = now() - timedelta(hours=1)
    units.raise_alarm(crew_of(unit), unit)
    officer = Officer(1, HANDS_OFF)
    states = []
    for step in (0, 44, 45, 200):
        officer.tick(began + timedelta(seconds=step))
        unit.refresh_from_db()
        states.append((unit.state, unit.alarm_taken_by))
    assert states == [("alarm", ""), ("alarm", ""), ("alarm", "city:duty_officer"), ("on_duty", "")]


def test_the_callers_of_the_plan_ring_are_answered_and_half_of_them_open_incidents(db):
    from tartip.operations.calls.models import Call
    from tartip.simulation.city.callers import Callers, end_lost_talks

    began = now().replace(hour=8, minute=0) - timedelta(days=1)
    callers = Callers(1, 20.0, began)
    for step in range(0, 120, 2):
        callers.tick(began + timedelta(seconds=step))
    # 40 minutes of the city's day: about 1 312 × 40 / 1 440 × 1.2 at home and the thin rest
    assert 20 < Call.objects.count() < 120
    assert Call.objects.filter(state="released").count() > 10
    assert 0 < Incident.objects.count() < Call.objects.count()
    assert all(call.kind for call in Call.objects.filter(state="released"))
    end_lost_talks(began + timedelta(hours=1))
    assert set(Call.objects.values_list("state", flat=True)) <= {"released", "abandoned"}


def test_the_same_seed_and_beginning_give_the_same_calls(db):
    from tartip.operations.calls.models import Call
    from tartip.simulation.city.callers import Callers

    began = now().replace(hour=8, minute=0) - timedelta(days=1)
    numbers = []
    for _ in range(2):
        before = set(Call.objects.values_list("pk", flat=True))
        callers = Callers(3, 20.0, began)
        for step in range(0, 30, 2):
            callers.tick(began + timedelta(seconds=step))
        numbers.append(list(Call.objects.exclude(pk__in=before).order_by("id").values_list("source_number", flat=True)))
    assert numbers[0] == numbers[1]
    assert numbers[0]
