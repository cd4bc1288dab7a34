"""What may come in from outside at all: text that can be stored, moments that can be counted with."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any

# PostgreSQL stores no NUL, and half of a surrogate pair is no character: UTF-8 has no bytes for it.
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
# Records begin in the last century; a term counted from the far end of the calendar would leave it.
FIRST_YEAR, LAST_YEAR = 1900, 2200
# Nine digits fit every whole number of a form: versions, tenge, terms, priorities.
DIGITS = 9
# What is typed for an act is read further than that, so that the act can name the bounds; JSON holds it exactly.
TYPED_DIGITS = 15
# Below the bounds of every field: the act that gets it refuses it and names them.
NO_NUMBER = -1
YEARS = f"{FIRST_YEAR}–{LAST_YEAR}"


def is_storable(text: str) -> bool:
    return UNSTORABLE.search(text) is None


def shown(name: str) -> str:
    """The name of a field as an answer may repeat it."""
    return UNSTORABLE.sub("\ufffd", name)[:100]


def unstorable(value: Any, name: str = "") -> Iterator[str]:
    """The names of the fields whose text cannot be stored, at any depth; a bad name of a field counts too."""
    if isinstance(value, str):
        if not is_storable(value):
            yield shown(name)
    elif isinstance(value, Mapping):
        for key, item in value.items():
            path = f"{name}.{key}" if name else str(key)
            if not is_storable(str(key)):
                yield shown(path)
            yield from unstorable(item, path)
    elif isinstance(value, list | tuple):
        for number, item in enumerate(value):
            yield from unstorable(item, f"{name}.{number}" if name else str(number))


def whole(text: str, digits: int = DIGITS) -> int | None:
    """The number that a text says in at most so many plain digits; None for any other text.

    The one reading of numbers that come as text: `str.isdigit` takes ², which `int` refuses, and `int` refuses 5,000
    nines, which `str.isdigit` takes.
    """
    return int(text) if text.isascii() and text.isdigit() and len(text) <= digits else None


def typed_number(text: str) -> int | None:
    """The whole number in a field of a form, its thousands apart or not. None for an empty field.

    What is no whole number, or longer than any, is NO_NUMBER: the bounds of a field are known to its act alone.
    """
    typed = "".join(text.split())
    found = whole(typed, TYPED_DIGITS)
    return NO_NUMBER if typed and found is None else found


def is_in_range(value: date | datetime) -> bool:
    """Whether the calendar reaches far enough on both sides of it. A moment must carry its zone."""
    if isinstance(value, datetime):
        return datetime(FIRST_YEAR, 1, 1, tzinfo=UTC) <= value < datetime(LAST_YEAR, 1, 1, tzinfo=UTC)
    return date(FIRST_YEAR, 1, 1) <= value < date(LAST_YEAR, 1, 1)
