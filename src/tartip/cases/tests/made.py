"""Cases for tests, made by the same acts as real ones; and signed-in browsers of the personas."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

from django.test import Client

from tartip.cases import actions as cases
from tartip.cases.models import Case
from tartip.core.acts import Actor, system
from tartip.core.journal.models import Entry, Seal
from tartip.core.journal.sealing import seal
from tartip.core.people.models import Account, Person
from tartip.core.time import now
from tartip.operations.incidents import actions as incidents
from tartip.operations.incidents.models import Incident

ALMATY = "750000000"


def opened(operator: Actor) -> Case:
    """A case of noise in Almaty, as the listener opens it."""
    incident = incidents.open_incident(operator, territory=ALMATY, kind_code="noise", lon=76.92, lat=43.24)
    return cases.open_case(
        system("cases"), incident=incident, article="koap-437-1", offence_at=now() - timedelta(hours=2)
    )


def decided(operator: Actor, inspector: Actor) -> Case:
    """Decided, the copy not handed over yet: 5 МРП of 2026, 4 325 tenge each, 21 625 tenge."""
    case = opened(operator)
    cases.draw_protocol(inspector, case, article="koap-437-1", facts="Музыка после 23:00.")
    return cases.decide(inspector, case, kind="fine")


def handed_over(operator: Actor, inspector: Actor) -> Case:
    """The same, handed over."""
    return cases.hand_over(inspector, decided(operator, inspector))


def noise(dispatcher: Actor) -> Incident:
    """An incident in Almaty without a case."""
    return incidents.open_incident(dispatcher, territory=ALMATY, kind_code="noise", lon=76.92, lat=43.24)


def drawn(
    inspector: Actor, incident: Incident, article: str = "koap-437-1", person: Person | None = None, **facts: Any
) -> Case:
    """A case of the incident with its protocol."""
    case = cases.open_case(inspector, incident=incident, article=article)
    return cases.draw_protocol(inspector, case, article=article, facts="Музыка.", person=person, **facts)


def punished(inspector: Actor, incident: Incident, article: str = "koap-437-1", person: Person | None = None) -> Case:
    """The same, with a fine."""
    return cases.decide(inspector, drawn(inspector, incident, article, person), kind="fine")


def seal_all() -> None:
    """Until every entry has its place: a transaction of another test on the same server may hold the horizon back."""
    deadline = time.monotonic() + 10
    while Seal.objects.count() < Entry.objects.count() and time.monotonic() < deadline:
        if not seal().count:
            time.sleep(0.02)


def browser(actor: Actor, language: str = "ru") -> Client:
    client = stranger(language)
    client.force_login(Account.objects.get(pk=actor.account))
    return client


def stranger(language: str = "ru") -> Client:
    client = Client()
    client.cookies["django_language"] = language
    return client
