"""Almaty on one evening, with records of every kind, so that each reader has something to be refused."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tartip.core.acts import Actor
from tartip.core.people.actions import enter_person
from tartip.core.people.models import Account
from tartip.core.people.personas import Persona, make
from tartip.core.time import now
from tartip.operations.calls.actions import receive_call
from tartip.operations.calls.models import Call
from tartip.operations.dispatch import actions as dispatch
from tartip.operations.dispatch.models import Assignment
from tartip.operations.incidents import actions as incidents
from tartip.operations.incidents.models import Incident
from tartip.operations.units import actions as units
from tartip.operations.units.models import Unit

ALMATY = "750000000"


@dataclass
class City:
    """A call with its caller, its incident, the crew sent to it, and a second crew that was not."""

    call: Call
    incident: Incident
    unit: Unit
    assignment: Assignment
    other_unit: Unit
    other_crew: Actor
    waiting: Incident


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Path) -> None:
    """No sealed month: a demo that ran in the same folder leaves some, and then figures are reached."""
    settings.VAR = tmp_path


@pytest.fixture
def operator(persona: Any) -> Any:
    return persona("operator")


@pytest.fixture
def city(dispatcher: Any, operator: Any, patrol: Any) -> City:
    moment = now()
    call = receive_call(
        operator, territory=ALMATY, offered_at=moment, answered_at=moment, kind_code="noise", lon=76.92, lat=43.24,
        caller=enter_person(operator, territory=ALMATY, name="Айгүл", phone="87015550102"),
    )  # fmt: skip
    incident = incidents.open_incident(operator, territory=ALMATY, kind_code="noise", call=call, lon=76.92, lat=43.24)
    waiting = incidents.open_incident(operator, territory=ALMATY, kind_code="theft", lon=76.80, lat=43.20)
    other_crew = make(Persona("patrol-2", "Барс-15", "patrol", ALMATY))
    unit = crew_of(dispatcher, patrol, "Барс-14")
    other = crew_of(dispatcher, other_crew, "Барс-15")
    assignment = dispatch.send_unit(dispatcher, incident, unit)
    return City(call, incident, unit, assignment, other, other_crew, waiting)


def crew_of(dispatcher: Actor, crew: Actor, callsign: str) -> Unit:
    account = Account.objects.get(pk=crew.account)
    unit = units.enter_unit(dispatcher, territory=ALMATY, callsign=callsign, account=account)
    return units.begin_duty(dispatcher, unit)
