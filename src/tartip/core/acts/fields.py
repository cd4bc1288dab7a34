"""What an act asks for: one field per argument of its function, read from the signature.

The API's body, the HTML form and the page of rights are made from these fields. Where a type does not say enough, the
annotation does: `reason: Annotated[str, Field(_("Why"), choices=REASONS)]`.
"""

from __future__ import annotations

import inspect
import types
import typing
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Union

from django.db import models

from tartip.core import labels
from tartip.core.acts.declare import Act, signature_of
from tartip.core.acts.fieldmarks import Attachment, Choices, Field, Kind
from tartip.core.places import Where
from tartip.core.registers.models import Record

# What fits any argument that says nothing of its own.
MOST_TEXT = 200
MOST_LONG_TEXT = 4_000
MOST_NUMBER = 2**31 - 1


@dataclass(frozen=True)
class ActField:
    """One argument of an act as forms and the API show it.

    `least` and `most` bound a number, or the length of a text. `model` is what a record chooser chooses from.
    """

    name: str
    kind: Kind
    label: Any
    hint: Any
    required: bool
    nullable: bool
    default: Any
    has_default: bool
    choices: Choices | None = None
    least: int | None = None
    most: int | None = None
    model: type[models.Model] | None = None

    @property
    def options(self) -> list[tuple[str, Any]]:
        """The codes and words to choose from, in the language that is active."""
        found = self.choices() if callable(self.choices) else self.choices
        return list(found or ())


class NotAField(TypeError):
    """An argument of an act has a type that no form and no JSON can hold."""


def fields_of(act: Act) -> tuple[ActField, ...]:
    """The fields of an act in the order of its signature, without the actor and the record.

    Raises NotAField where an argument is of a type that cannot come from outside: such an act is done by other acts
    and by the system only.
    """
    if act.code not in _KNOWN or _KNOWN[act.code][0] is not act.through:
        _KNOWN[act.code] = (act.through, tuple(_fields(act)))
    return _KNOWN[act.code][1]


_KNOWN: dict[str, tuple[Callable[..., Any], tuple[ActField, ...]]] = {}


def _fields(act: Act) -> Iterator[ActField]:
    try:
        hints = typing.get_type_hints(act.through, include_extras=True)
    except NameError as error:
        raise NotAField(f"{act.code}: {error}") from None
    parameters = list(signature_of(act.through).parameters.values())[2 if act.of else 1 :]
    for parameter in parameters:
        yield _field(act, parameter, hints[parameter.name])


def is_open_to_forms(act: Act) -> bool:
    """Whether an HTML form can ask for everything that the act needs."""
    return all(field.kind != "mapping" or not field.required for field in fields_of(act))


def _field(act: Act, parameter: inspect.Parameter, hint: Any) -> ActField:
    hint, said = _split(hint)
    hint, nullable = _without_none(hint)
    hint, inner = _split(hint)
    said = said or inner or Field()
    column = _column(act, parameter.name)
    kind, model = _kind(act, parameter.name, hint, said, column)
    required = parameter.default is inspect.Parameter.empty
    least, most = _bounds(kind, said, column)
    return ActField(
        name=parameter.name,
        kind=kind,
        label=said.label or label_of(parameter.name, column),
        hint=said.hint or (column.help_text if column is not None else ""),
        required=required and not (nullable and kind not in ("record", "account")),
        nullable=nullable,
        default=None if required else parameter.default,
        has_default=not required,
        choices=said.choices or (column.choices if column is not None and column.choices else None),
        least=least,
        most=most,
        model=model,
    )


def label_of(name: str, column: models.Field[Any, Any] | None = None) -> Any:
    """The words of a field: what its model says, else those of the list of fields."""
    if column is not None and has_words(column):
        return column.verbose_name
    return labels.FIELDS.get(name) or name


def has_words(column: models.Field[Any, Any]) -> bool:
    """Whether the model gives the field a name of its own. Django makes one of its code otherwise."""
    return str(column.verbose_name) != column.name.replace("_", " ")


def _split(hint: Any) -> tuple[Any, Field | None]:
    if typing.get_origin(hint) is typing.Annotated:
        base, *notes = typing.get_args(hint)
        return base, next((note for note in notes if isinstance(note, Field)), None)
    return hint, None


def _without_none(hint: Any) -> tuple[Any, bool]:
    if typing.get_origin(hint) in (Union, types.UnionType):
        parts = [part for part in typing.get_args(hint) if part is not type(None)]
        nullable = len(parts) < len(typing.get_args(hint))
        return (parts[0] if len(parts) == 1 else Union[tuple(parts)]), nullable  # noqa: UP007 (made at run time)
    return hint, False


def _column(act: Act, name: str) -> models.Field[Any, Any] | None:
    """The field of the act's record that is called like the argument."""
    found = {column.name: column for column in act.model._meta.concrete_fields}
    return found.get(name)


def _kind(
    act: Act, name: str, hint: Any, said: Field, column: models.Field[Any, Any] | None
) -> tuple[Kind, type[models.Model] | None]:
    from tartip.core.people.models import Account, Person

    origin = typing.get_origin(hint)
    if isinstance(hint, type) and issubclass(hint, models.Model):
        if issubclass(hint, Person):
            return said.kind or "person", hint
        if issubclass(hint, Account):
            return said.kind or "account", hint
        if issubclass(hint, Record):
            return said.kind or "record", hint
        raise NotAField(f"{act.code}: {name} is a {hint.__name__}, which is no record")
    if said.kind:
        return said.kind, None
    if hint is str:
        if said.choices or (column is not None and column.choices):
            return "choice", None
        if name == "territory":
            return "territory", None
        is_long = isinstance(column, models.TextField) or (said.most or 0) > MOST_TEXT or name in LONG
        return ("long_text" if is_long else "text"), None
    if hint is bool:
        return "flag", None
    if hint is int:
        return ("money" if name.endswith("_tenge") else "number"), None
    simple: Mapping[Any, Kind] = {
        datetime: "moment", date: "day", uuid.UUID: "id", Where: "place", Attachment: "file",
    }  # fmt: skip
    if hint in simple:
        return simple[hint], None
    if origin in (Union, types.UnionType) and set(typing.get_args(hint)) == {datetime, date}:
        return "day_or_moment", None
    if origin is list and typing.get_args(hint) == (str,):
        return "texts", None
    if origin in (dict, Mapping) or (isinstance(origin, type) and issubclass(origin, Mapping)):
        return "mapping", None
    raise NotAField(f"{act.code}: no form holds {name}: {hint}")


# Arguments whose text may be long although no field of the record says so.
LONG = frozenset({"facts", "reasons", "text", "note", "reason"})


def _bounds(kind: Kind, said: Field, column: models.Field[Any, Any] | None) -> tuple[int | None, int | None]:
    least, most = said.least, said.most
    if kind in ("text", "texts"):
        most = most or getattr(column, "max_length", None) or MOST_TEXT
    elif kind == "long_text":
        most = most or getattr(column, "max_length", None) or MOST_LONG_TEXT
    elif kind in ("number", "money"):
        signed = not isinstance(column, models.PositiveIntegerField | models.PositiveSmallIntegerField)
        least = least if least is not None else (-MOST_NUMBER if signed and kind == "number" else 0)
        most = most if most is not None else MOST_NUMBER
    return least, most
