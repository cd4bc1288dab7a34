"""The fields of a record as a page shows them: each kind of value in its own form, personal data hidden."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext as _

from tartip.core.acts import Actor
from tartip.core.acts.access import may_read
from tartip.core.people.models import Account, Person
from tartip.core.people.reading import Card
from tartip.core.registers.models import Record
from tartip.core.registers.register import register_of
from tartip.core.registers.titles import label_of, state_name, title_of
from tartip.core.territory.models import Territory
from tartip.web import dates, numbers
from tartip.web.templatetags.ui import local_name

DASH = "—"


@dataclass(frozen=True, slots=True)
class Cell:
    """One value on a page. `kind` chooses how the template draws it: text, number, link, hidden, state."""

    name: str
    label: str
    text: str
    kind: str = "text"
    href: str = ""


def cell(actor: Actor, record: Record, name: str, opened: Mapping[uuid.UUID, Card] | None = None) -> Cell:
    """A field of a record. `opened` are the persons whose data was read for this page, by id."""
    model = type(record)
    label = label_of(model, name)
    if name == "state":
        return Cell(name, label, state_name(model, record.state), "state")
    column: models.Field[Any, Any] = model._meta.get_field(name)  # type: ignore[assignment]
    value = getattr(record, column.name)
    if value is None or value == "":
        return Cell(name, label, DASH)
    if isinstance(value, Person):
        return _person(name, label, value, opened or {})
    if isinstance(value, Territory):
        return Cell(name, label, local_name(value))
    if isinstance(value, Record):
        return _record(actor, name, label, value)
    if isinstance(value, Account):
        return Cell(name, label, value.display_name or value.username)
    if column.choices:
        return Cell(name, label, str(dict(column.flatchoices).get(value, value)))
    if isinstance(value, bool):
        return Cell(name, label, _("yes") if value else _("no"))
    if isinstance(value, datetime):
        return Cell(name, label, dates.when(value, record.territory))
    if isinstance(value, date):
        return Cell(name, label, dates.day(value))
    if isinstance(value, int):
        return Cell(name, label, numbers.tenge(value) if name.endswith("_tenge") else numbers.number(value), "number")
    if isinstance(value, list):
        return Cell(name, label, ", ".join(map(str, value)) or DASH)
    return Cell(name, label, str(value))


def _person(name: str, label: str, person: Person, opened: Mapping[uuid.UUID, Card]) -> Cell:
    card = opened.get(person.pk)
    if card is None:
        return Cell(name, label, _("hidden"), "hidden")
    return Cell(name, label, ", ".join(part for part in (card.name, card.iin, card.phone) if part) or DASH)


def _record(actor: Actor, name: str, label: str, value: Record) -> Cell:
    """A link where the reader may see that record; else only that there is one."""
    if not may_read(actor, value):
        return Cell(name, label, _("another record"), "hidden")
    return Cell(name, label, title_of(value), "link", address_of(value))


def address_of(record: Record) -> str:
    """The page of a record; empty where its register has none."""
    register = register_of(type(record))
    if register.pages is not None:
        return reverse("registers:card", args=[register.name, record.pk])
    return reverse(register.card, args=[record.pk]) if register.card else ""


def shown_fields(model: type[Record]) -> list[str]:
    """The fields of a card in the order of the model, without those that the system keeps for itself."""
    hidden = {"id", "origin", "version", "state", "cell", "batch", "batch_row"}
    return [
        column.name
        for column in model._meta.concrete_fields
        if column.name not in hidden and not isinstance(column, models.BinaryField | models.JSONField)
    ]


def persons_of(records: list[Record]) -> list[Person]:
    """The persons that the records name."""
    if not records:
        return []
    columns = [column for column in type(records[0])._meta.concrete_fields if column.related_model is Person]
    named = {getattr(record, column.attname) for record in records for column in columns} - {None}
    return list(Person.objects.filter(pk__in=named))
