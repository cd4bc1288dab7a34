"""A clock that starts from another moment than the law names counts the wrong days: refused before anything runs."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.core.checks import CheckMessage, Error
from django.core.exceptions import FieldDoesNotExist
from django.db import models

from tartip.core import law
from tartip.core.clocks.declared import Choice, Rule, matches
from tartip.core.registers.models import Record


def clocks_fit_the_tables(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Every declared start names a rule of the tables, and a field whose moment is that rule's basis."""
    # Late: the acts are declared by modules that themselves stand on the clocks.
    from tartip.core.acts.declare import ACTS

    found = [
        error
        for declared in ACTS.values()
        for rule, field in [*declared.clocks.starts.items(), *declared.clocks.follows.items()]
        for error in wrong_start(declared.code, declared.model, rule, field)
    ]
    for declared in ACTS.values():
        clocks = declared.clocks
        pauses = [key for rule in clocks.pauses for key in keys_of(rule)]
        named = {*clocks.stops, *pauses, *clocks.resumes, *declared.within}
        found += [
            Error(f"{declared.code}: no rule of deadlines.csv is called {name} or begins with it.", id="clocks.E008")
            for name in sorted(named)
            if not any(matches(key, [name]) for key in law.deadlines().rows)
        ]
        fields = clocks.stops.values() if isinstance(clocks.stops, Mapping) else ()
        found += [
            Error(
                f"{declared.code}: {name} of {declared.model.__name__} is no field that holds a moment.",
                id="clocks.E009",
            )
            for name in fields
            if name is not None and not _is_moment(declared.model, name)
        ]
    return found


def wrong_start(code: str, model: type[Record], rule: Rule, field: str) -> list[CheckMessage]:
    """What is wrong with one declared start; nothing is the usual answer."""
    named = f"{code}: {field} of {model.__name__}"
    if not _is_moment(model, field):
        return [Error(f"{named} is no field that holds a moment.", id="clocks.E001")]
    if not isinstance(rule, str | Choice):
        hint = "Use Choice(keys, function) or when(condition, key)."
        return [Error(f"{named}: the rule does not say which keys it may give.", hint=hint, id="clocks.E002")]
    known = bases_of(model, field)
    found: list[CheckMessage] = []
    for key in keys_of(rule):
        editions = law.deadlines().rows.get(key, [])
        if not editions:
            found.append(Error(f"{named}: deadlines.csv has no rule {key}.", id="clocks.E003"))
        for edition in editions:
            if not edition.measurable:
                found.append(Error(f"{named}: {key} has no length that could run.", id="clocks.E004"))
            elif edition.basis not in known:
                found.append(
                    Error(
                        f"{named} is the moment {' or '.join(known)}, "
                        f"but {key} of {edition.valid_from} runs from {edition.basis}.",
                        hint="Name the right field, or say in `moments` of the model what the field means.",
                        id="clocks.E005",
                    )
                )
    return found


def keys_of(rule: Rule) -> Collection[str]:
    return (rule,) if isinstance(rule, str) else rule.keys


def bases_of(model: type[Record], field: str) -> tuple[str, ...]:
    """Which moments of bases.csv a field of the model holds: what `moments` says, else its own name."""
    said = model.moments.get(field, field)
    return (said,) if isinstance(said, str) else tuple(said)


def moments_are_known(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """What models say about their moments: the field exists and the basis is one of bases.csv."""
    from tartip.core.registers.register import REGISTERS

    found: list[CheckMessage] = []
    for entry in REGISTERS.values():
        for field in entry.model.moments:
            named = f"moments of {entry.model.__name__}: {field}"
            if not _is_moment(entry.model, field):
                found.append(Error(f"{named} is no field that holds a moment.", id="clocks.E006"))
            for basis in bases_of(entry.model, field):
                if basis not in law.bases():
                    found.append(Error(f"{named}: bases.csv has no {basis}.", id="clocks.E007"))
    return found


def _is_moment(model: type[Record], field: str) -> bool:
    try:
        return isinstance(model._meta.get_field(field), models.DateTimeField)
    except FieldDoesNotExist:
        return False
