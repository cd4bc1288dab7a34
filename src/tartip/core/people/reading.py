"""Reading personal data: through a record the reader may see, for a purpose of his role, and always an entry.

Nobody reads a person by itself. One reads the caller *of a call*, the person *of a case*: the record decides whether
the reader has any business with the person (`may_see`), the purpose says which.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tartip.core.acts.access import may_read
from tartip.core.acts.actor import Actor
from tartip.core.acts.errors import NotFound
from tartip.core.ids import new_id
from tartip.core.journal import entries
from tartip.core.people.identifiers import checked_iin, checked_phone, decrypt, lookup
from tartip.core.people.models import Person
from tartip.core.registers.models import Record
from tartip.core.registers.register import register_of
from tartip.core.time import now
from tartip.errors import TartipError

# What personal data is read for, and by whom. A purpose is a code of this list, never free text.
PURPOSES: Mapping[str, frozenset[str]] = {
    "call_back": frozenset({"operator", "dispatcher", "supervisor"}),
    "case": frozenset({"patrol", "inspector", "supervisor", "judge"}),
    "appeal": frozenset({"inspector", "supervisor", "prosecutor", "judge"}),
    "notification": frozenset({"inspector", "supervisor"}),
    "supervision": frozenset({"prosecutor"}),
    "search": frozenset({"operator", "dispatcher", "supervisor", "patrol", "inspector"}),
    "return_property": frozenset({"operator", "dispatcher", "supervisor", "patrol", "inspector"}),
    "own_data": frozenset({"citizen"}),
}
PURPOSE_NAMES = {
    "call_back": _("to call back"),
    "case": _("for a case"),
    "appeal": _("for an appeal"),
    "notification": _("to notify the person"),
    "supervision": _("for supervision"),
    "search": _("to search for the person"),
    "return_property": _("to return a thing"),
    "own_data": _("one's own data"),
}
CARD, LIST = "person.read", "person.read_list"
READ_NAMES = {
    CARD: {"kk": "Дербес деректер оқылды", "ru": "Прочитаны персональные данные", "en": "Personal data read"},
    LIST: {"kk": "Тізім оқылды", "ru": "Прочитан список", "en": "List of persons read"},
}


class PurposeNeeded(TartipError):
    code = "purpose.needed"
    text = "Say the purpose first: one of %(purposes)s."
    http_status = 422


class PurposeDenied(TartipError):
    code = "purpose.denied"
    text = "Your role does not read personal data for this purpose: %(purpose)s."
    http_status = 403


@dataclass(frozen=True, slots=True)
class Card:
    """A person in clear. Lives as long as the answer that shows it."""

    id: uuid.UUID
    name: str
    iin: str
    phone: str


def read_card(actor: Actor, person: Person, *, via: Record) -> Card:
    """The person a record names, in clear. The entry is written first: no reading without its trace.

    Raises PurposeNeeded, PurposeDenied, and NotFound where the actor may not read the record.
    """
    check_purpose(actor)
    _check_via(actor, [person], [via])
    with transaction.atomic():
        through = {"register": register_of(type(via)).name, "id": str(via.pk)}
        _trace(actor, CARD, person.territory_id, person.pk, {"persons": 1, "via": through})
        return _card(person)


def read_list(actor: Actor, people: Iterable[Person], territory: str, *, via: Iterable[Record]) -> list[Card]:
    """Several persons in clear under one entry: ids hashed together, the count in clear. Each is named by a record."""
    check_purpose(actor)
    found = list(people)
    _check_via(actor, found, list(via))
    joined = hashlib.sha256("".join(sorted(str(person.pk) for person in found)).encode()).hexdigest()
    with transaction.atomic():
        _trace(actor, LIST, territory, None, {"persons": len(found), "ids": joined})
        return [_card(person) for person in found]


def check_purpose(actor: Actor) -> None:
    """Whether the purpose is one of the list, and one of the actor's role. Raises PurposeNeeded or PurposeDenied."""
    if actor.purpose not in PURPOSES:
        raise PurposeNeeded(purposes=", ".join(PURPOSES))
    if actor.role not in PURPOSES[actor.purpose]:
        raise PurposeDenied(purpose=str(PURPOSE_NAMES[actor.purpose]))


def _check_via(actor: Actor, people: list[Person], via: list[Record]) -> None:
    named = {person for record in via if may_read(actor, record) for person in _persons_of(record)}
    for person in people:
        if person.pk not in named:
            raise NotFound(register="person", id=person.pk)


def _persons_of(record: Record) -> Iterator[uuid.UUID]:
    for field in record._meta.concrete_fields:
        if field.related_model is Person and (found := getattr(record, field.attname)):
            yield found


def find(actor: Actor, *, iin: str = "", phone: str = "") -> Person | None:
    """The person with this identifier, by its keyed hash; finding alone shows nothing and is not a reading.

    Identifiers are read as they are when a person is entered. Raises BadIdentifier for what cannot be one.
    """
    if iin:
        return Person.objects.filter(iin_lookup=lookup("iin", checked_iin(iin))).first()
    return Person.objects.filter(phone_lookup=lookup("phone", checked_phone(phone))).first() if phone else None


def _card(person: Person) -> Card:
    return Card(person.pk, decrypt(person.name_sealed), decrypt(person.iin_sealed), decrypt(person.phone_sealed))


def _trace(actor: Actor, code: str, territory: str, subject: uuid.UUID | None, payload: dict[str, object]) -> None:
    moment = now()
    entries.write(
        entries.Header(
            id=new_id(), origin=settings.NODE, recorded_at=moment, occurred_at=actor.at or moment, act=code,
            actor=actor.name, role=actor.role, on_behalf=actor.on_behalf, territory=territory, register="person",
            subject=subject, version=0, cause=actor.cause, ground="order-706", edition="", purpose=actor.purpose,
        ),
        payload,
    )  # fmt: skip
