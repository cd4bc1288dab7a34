"""What one record, its state and its fields are called on pages."""

from __future__ import annotations

from typing import Any

from django.db import models

from tartip.core import labels
from tartip.core.registers.models import Record
from tartip.core.registers.register import register_of

SHORT_ID = 8


def title_of(record: Record) -> str:
    """What the register calls the record; the end of its id where it says nothing (the beginning is the time)."""
    pages = register_of(type(record)).pages
    said: Any = ""
    if pages is not None and pages.title:
        said = getattr(record, pages.title) if isinstance(pages.title, str) else pages.title(record)
    if not said:
        said = getattr(record, "code", "") or getattr(record, "callsign", "") or str(record.pk)[-SHORT_ID:]
    return str(said)


def state_name(model: type[Record], state: str) -> str:
    """A state in words: those of the lifecycle, else those of the list of states."""
    names = getattr(model.Lifecycle, "names", {})
    return str(names.get(state) or labels.STATES.get(state) or state)


def states_of(model: type[Record]) -> list[tuple[str, str]]:
    """The states of a register and their words, in the order of its lifecycle."""
    life = model.Lifecycle
    listed = [life.start, *(state for before, after in life.moves.items() for state in (before, *after))]
    return [(state, state_name(model, state)) for state in dict.fromkeys(listed)]


def label_of(model: type[Record], name: str) -> str:
    """The words of a field of a record."""
    from tartip.core.acts.fields import label_of as of_field

    column: models.Field[Any, Any] = model._meta.get_field(name)  # type: ignore[assignment]
    text = str(of_field(name, column))
    return text[:1].upper() + text[1:]
