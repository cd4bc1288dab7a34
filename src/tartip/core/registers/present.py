"""A record as the API and exports show it: what its app declares, else the columns of its register.

Who may see the record is decided before (`core/acts/access.py`); this says in which form.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from tartip.core.registers.models import Record
from tartip.core.registers.register import payload_of, register_of

if TYPE_CHECKING:
    from tartip.core.acts.actor import Actor

P = TypeVar("P", bound=Callable[..., dict[str, Any]])
_PRESENTERS: dict[type[Record], Callable[[Actor, Any], dict[str, Any]]] = {}


def presents(model: type[Record]) -> Callable[[P], P]:
    """Make a function (actor, record) -> dict the form in which the API shows the records of a model."""

    def declare(function: P) -> P:
        _PRESENTERS[model] = function
        return function

    return declare


def present(actor: Actor, record: Record) -> dict[str, Any]:
    """The record as JSON values."""
    own = _PRESENTERS.get(type(record))
    return own(actor, record) if own else columns_of(record)


def columns_of(record: Record) -> dict[str, Any]:
    """The columns that the register declares, as the journal writes them."""
    register = register_of(type(record))
    payload = payload_of(record)
    names = {column.name: column.attname for column in type(record)._meta.concrete_fields}
    return {name: payload[names[name]] for name in register.columns if names.get(name) in payload}
