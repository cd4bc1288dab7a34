"""Acts of plain registers: what only fills fields in, or only moves a record on, needs no function of its own.

    report = enters("missing.report", MissingPerson, "person missing_since signs", now="registered_at", names=…, …)
    found = moves("missing.found", MissingPerson, {"searched": "found_alive"}, names=…, …)

What decides anything is written as a function with `@act`.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time
from typing import Annotated, Any

from django.db import models

from tartip.core.acts.actor import Actor
from tartip.core.acts.declare import CHECKS
from tartip.core.acts.decorate import act
from tartip.core.acts.fieldmarks import Field
from tartip.core.acts.perform import doing
from tartip.core.checks import check_times
from tartip.core.registers.models import Record
from tartip.core.territory import tree

State = str


def words(kk: str, ru: str, en: str) -> dict[str, str]:
    """The three languages of one text, in the order in which they are always written."""
    return {"kk": kk, "ru": ru, "en": en}


def enters(
    code: str, model: type[Record], fields: str, *, now: str = "", times: str = "", **declared: Any
) -> Callable[..., Any]:
    """An act that makes a record of what is given: the named fields of the model, and the territory.

    Fields that may be empty or have a default may be left out. `now` names a further field with a moment: it may be
    given where it was earlier than the act, so that a term runs from what happened and not from its recording.
    `times` names the moments and days in the order in which they happened: none lies in the future or before another.
    """
    columns = [_column(code, model, name) for name in fields.split()]
    ordered = times.split()

    def check(given: Mapping[str, Any]) -> None:
        check_times(**{name: _moment(given["territory"], given.get(name)) for name in ordered})

    def enter(actor: Actor, *, territory: str, **given: Any) -> Record:
        if now and given.get(now) is None:
            given[now] = doing().at
        check({"territory": territory, **given})
        return model(territory_id=territory, **given)

    CHECKS[code] = check

    signed = [inspect.Parameter("territory", inspect.Parameter.KEYWORD_ONLY, annotation=str)]
    signed += [_parameter(column) for column in columns]
    if now:
        kind = _type(_column(code, model, now))
        signed.append(inspect.Parameter(now, inspect.Parameter.KEYWORD_ONLY, annotation=kind | None, default=None))
    return act(code, creates=model, **declared)(_signed(enter, code, model, [], signed))


def corrects(code: str, model: type[Record], fields: str, **declared: Any) -> Callable[..., Any]:
    """An act that gives the named fields of a record new values."""
    columns = [_column(code, model, name) for name in fields.split()]

    def correct(actor: Actor, record: Record, **given: Any) -> Record:
        for name, value in given.items():
            setattr(record, name, value)
        return record

    return act(code, of=model, **declared)(_signed(correct, code, model, [_record(model)], map(_parameter, columns)))


def moves(
    code: str,
    model: type[Record],
    states: Mapping[State, State | Sequence[State] | None],
    *,
    asks: Mapping[str, Field] | None = None,
    fills: str = "",
    **declared: Any,
) -> Callable[..., Any]:
    """An act that leads a record from state to state.

    What it `asks` is a text that goes into the journal entry; `fills` names fields of the record that are given.
    """
    columns = [_column(code, model, name) for name in fills.split()]
    asked = dict(asks or {})

    def move(actor: Actor, record: Record, **given: Any) -> Record:
        for name, value in given.items():
            if name in asked:
                doing().note(**{name: value})
            else:
                setattr(record, name, value)
        return record

    signed = [_parameter(column, required=True) for column in columns]
    signed += [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=Annotated[str, field])
        for name, field in asked.items()
    ]
    return act(code, of=model, moves=states, **declared)(_signed(move, code, model, [_record(model)], signed))


def _moment(territory: str, value: datetime | date | None) -> datetime | None:
    """A day as its first moment in the zone of the territory, so that it can be compared with moments."""
    if value is None or isinstance(value, datetime):
        return value
    return datetime.combine(value, time(), tree.zone(territory))


def _column(code: str, model: type[Record], name: str) -> models.Field[Any, Any]:
    for column in model._meta.concrete_fields:
        if column.name == name:
            return column
    raise TypeError(f"{code}: {model.__name__} has no field {name}")


def _record(model: type[Record]) -> inspect.Parameter:
    return inspect.Parameter("record", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=model)


def _parameter(column: models.Field[Any, Any], *, required: bool = False) -> inspect.Parameter:
    """The argument for a field of the model: its type, and its default where it may be left out."""
    kind: Any = _type(column)
    default: Any = inspect.Parameter.empty
    if column.null:
        kind, default = (kind if required else kind | None), None
    elif column.has_default() or column.blank:
        default = column.get_default()
    if required:
        default = inspect.Parameter.empty
    return inspect.Parameter(column.name, inspect.Parameter.KEYWORD_ONLY, annotation=kind, default=default)


def _type(column: models.Field[Any, Any]) -> Any:
    if isinstance(column, models.ForeignKey):
        return column.remote_field.model  # `related_model` asks for all models to be loaded
    for kind, python in (
        (models.BooleanField, bool), (models.DateTimeField, datetime), (models.DateField, date),
        (models.IntegerField, int), (models.CharField, str), (models.TextField, str),
    ):  # fmt: skip
        if isinstance(column, kind):
            return python
    raise TypeError(f"{column} is of a kind that no form asks for")


def _signed(
    function: Callable[..., Any], code: str, model: type[Record], before: Sequence[inspect.Parameter], after: Any
) -> Callable[..., Any]:
    """The function with a signature of its own, from which bodies and forms are made."""
    actor = inspect.Parameter("actor", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=Actor)
    parameters = [actor, *before, *after]
    function.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    function.__annotations__ = {one.name: one.annotation for one in parameters}
    function.__name__ = code.partition(".")[2]
    function.__qualname__ = f"{model.__name__}.{function.__name__}"
    function.__doc__ = None
    return function
