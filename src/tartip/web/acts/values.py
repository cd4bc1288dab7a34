"""From what was sent to the arguments of an act: ids become records that the actor may read, names become accounts."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from tartip.core.acts import Act, Actor, NotFound
from tartip.core.acts.access import access
from tartip.core.acts.fields import ActField, fields_of
from tartip.core.inputs import is_storable
from tartip.core.people.actions import enter_person
from tartip.core.people.identifiers import BadIdentifier
from tartip.core.people.models import Account, Person
from tartip.core.people.reading import find
from tartip.core.places import Where
from tartip.core.registers.models import Record
from tartip.core.territory import tree
from tartip.errors import TartipError


class BadField(TartipError):
    """One field of an act breaks a rule that can be said before the act begins."""

    code = "field.bad"
    text = "%(field)s: %(rule)s."
    http_status = 422


def record_of(act: Act, actor: Actor, record_id: uuid.UUID) -> Record:
    """The record that the act is done to, if the actor may read it or the act names another way to it."""
    if act.reach is not None:
        found: Record = act.reach(actor, record_id)
        return found
    return access(actor, act.model._default_manager.all(), record_id)


def arguments(act: Act, actor: Actor, given: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of the act. `given` holds plain values by the names of its fields; what is left out is not passed.

    Must run inside the transaction of the act: a person who is not known yet is entered here. Raises BadField.
    """
    found: dict[str, Any] = {}
    for field in fields_of(act):
        if field.name in given:
            value = given[field.name]
            found[field.name] = None if value is None else _value(field, actor, value, given)
    return found


def _value(field: ActField, actor: Actor, value: Any, given: Mapping[str, Any]) -> Any:
    if isinstance(value, str) and not is_storable(value):
        raise BadField(field=field.name, rule="contains a character that cannot be stored")
    match field.kind:
        case "record":
            return _record(field, actor, value)
        case "person":
            return _person(field, actor, value, given)
        case "account":
            return _account(field, value)
        case "territory":
            if value not in tree.current():
                raise BadField(field=field.name, rule="there is no such territory")
            return value
        case "place":
            return Where(**value)
        case _:
            return value


def _record(field: ActField, actor: Actor, value: uuid.UUID) -> Record:
    assert field.model is not None
    assert issubclass(field.model, Record)
    try:
        return access(actor, field.model._default_manager.all(), value)
    except NotFound:
        raise BadField(field=field.name, rule="there is no such record, or you may not read it") from None


def _account(field: ActField, value: str) -> Account:
    """By its id or by its name."""
    accounts = Account.objects.filter(is_active=True)
    try:
        found = accounts.filter(pk=uuid.UUID(value)).first()
    except ValueError:
        found = accounts.filter(username=value).first()
    if found is None:
        raise BadField(field=field.name, rule="there is no such log-in")
    return found


def _person(field: ActField, actor: Actor, value: Mapping[str, str], given: Mapping[str, Any]) -> Person:
    """The person with this IIN; a new one where nobody has it, or where only a name or a phone number is known."""
    known = {name: text.strip() for name, text in value.items() if text and text.strip()}
    if not known:
        raise BadField(field=field.name, rule="give a name, an IIN or a phone number")
    try:
        if known.get("iin") and (found := find(actor, iin=known["iin"])):
            return found
        return enter_person(actor.inside(), territory=given.get("territory") or actor.territory, **known)
    except BadIdentifier as error:
        raise BadField(**{**error.fields, "field": f"{field.name}.{error.fields['field']}"}) from None
