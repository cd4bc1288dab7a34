"""Which column of a file holds what the act asks for: by its head in any language, or by the field's name."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from tartip.core.acts import Act
from tartip.core.acts.fields import ActField, fields_of
from tartip.core.labels import FIELDS
from tartip.core.registers.titles import label_of
from tartip.web.acts.forms import PERSON

LANGUAGES = ("kk", "ru", "en")
# Kinds that a cell of a file cannot hold.
LEFT_OUT = {"record", "account", "file", "mapping", "id", "place"}


@dataclass
class Wanted:
    """One thing that a row may say: an argument of the act, or one part of a person."""

    name: str
    field: ActField
    label: str
    required: bool
    names: list[str] = dataclasses.field(default_factory=list)


def wanted_of(act: Act) -> list[Wanted]:
    """What a row of a file may say, in the order of the act."""
    found = []
    for one in fields_of(act):
        if one.kind in LEFT_OUT:
            continue
        for part in PERSON if one.kind == "person" else ("",):
            name = f"{one.name}.{part}" if part else one.name
            # Of a person it is enough to know one part; the row says which is missing.
            found.append(Wanted(name, one, _label(one, part), one.required and not part, _names(act, one, name, part)))
    return found


def is_importable(act: Act) -> bool:
    """Whether a row of a file can say all that the act needs."""
    return all(one.kind not in LEFT_OUT or not one.required for one in fields_of(act))


def matched(head: Sequence[str], wanted: Sequence[Wanted]) -> dict[str, int]:
    """For each thing that a row may say the column of the file that is called so; the first of several."""
    heads = [fold(text) for text in head]
    found: dict[str, int] = {}
    for one in wanted:
        for name in one.names:
            if name in heads and heads.index(name) not in found.values():
                found[one.name] = heads.index(name)
                break
    return found


def fold(text: str) -> str:
    """Heads are compared without case, spaces at the ends, and what stands in brackets."""
    return " ".join(text.partition("(")[0].casefold().replace("ё", "е").replace("_", " ").split())


def _label(one: ActField, part: str) -> str:
    label = str(one.label)
    label = label[:1].upper() + label[1:]
    return f"{label}: {FIELDS[part]}" if part else label


def _names(act: Act, one: ActField, name: str, part: str) -> list[str]:
    columns: Mapping[str, Any] = {column.name: column for column in act.model._meta.concrete_fields}
    found = [name, name.replace(".", "__")]
    for language in LANGUAGES:
        with translation.override(language):
            if one.kind == "territory" and one.name == "territory":
                found.append(_("Territory code"))  # before the name: an export has both
    for language in LANGUAGES:
        with translation.override(language):
            found.append(_label(one, part))
            if one.name in columns and not part:
                found.append(label_of(act.model, one.name))
            if one.name == "territory":
                found.append(_("Territory"))
    return list(dict.fromkeys(map(fold, found)))
