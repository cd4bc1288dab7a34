"""Reading personal data: always for a purpose, always an entry in the journal, one for a card and one for a list."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction

from tartip.core.acts.actor import Actor
from tartip.core.ids import new_id
from tartip.core.journal import entries
from tartip.core.people.models import Person
from tartip.core.people.sealed import lookup, unseal
from tartip.core.time import now
from tartip.errors import TartipError

PURPOSES = ("call_back", "case", "appeal", "notification", "supervision", "own_data")
CARD, LIST = "person.read", "person.read_list"
READ_NAMES = {
    CARD: {"kk": "Дербес деректерді оқу", "ru": "Чтение персональных данных", "en": "Personal data read"},
    LIST: {"kk": "Тізімді оқу", "ru": "Чтение списка", "en": "List of persons read"},
}


class PurposeNeeded(TartipError):
    code = "purpose.needed"
    text = "Say the purpose first: one of %(purposes)s."
    http_status = 422


@dataclass(frozen=True, slots=True)
class Card:
    """A person in clear. Lives as long as the answer that shows it."""

    id: uuid.UUID
    name: str
    iin: str
    phone: str


def read_card(actor: Actor, person: Person) -> Card:
    """One person in clear. The entry is written first: no reading without its trace."""
    with transaction.atomic():
        _trace(actor, CARD, person.territory_id, person.pk, {"persons": 1})
        return _card(person)


def read_list(actor: Actor, people: Iterable[Person], territory: str) -> list[Card]:
    """Several persons in clear under one entry: ids hashed together, the count in clear."""
    found = list(people)
    joined = hashlib.sha256("".join(sorted(str(person.pk) for person in found)).encode()).hexdigest()
    with transaction.atomic():
        _trace(actor, LIST, territory, None, {"persons": len(found), "ids": joined})
        return [_card(person) for person in found]


def find(actor: Actor, *, iin: str = "", phone: str = "") -> Person | None:
    """The person with this identifier, by its keyed hash; finding alone shows nothing and is not a reading."""
    if iin:
        return Person.objects.filter(iin_lookup=lookup("iin", iin)).first()
    return Person.objects.filter(phone_lookup=lookup("phone", phone)).first() if phone else None


def _card(person: Person) -> Card:
    return Card(person.pk, unseal(person.name_sealed), unseal(person.iin_sealed), unseal(person.phone_sealed))


def _trace(actor: Actor, code: str, territory: str, subject: uuid.UUID | None, payload: dict[str, object]) -> None:
    if actor.purpose not in PURPOSES:
        raise PurposeNeeded(purposes=", ".join(PURPOSES))
    moment = now()
    entries.write(
        entries.Header(
            id=new_id(), origin=settings.NODE, recorded_at=moment, occurred_at=actor.at or moment, act=code,
            actor=actor.name, role=actor.role, on_behalf=actor.on_behalf, territory=territory, register="person",
            subject=subject, version=0, cause=actor.cause, ground="order-706", edition="", purpose=actor.purpose,
        ),
        payload,
    )  # fmt: skip
