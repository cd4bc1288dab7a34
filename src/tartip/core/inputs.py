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


def whole(text: str) -> int | None:
    """The number that a text says in at most DIGITS plain digits; None for any other text.

    The one reading of numbers that come as text: `str.isdigit` takes ², which `int` refuses, and `int` refuses 5,000
    nines, which `str.isdigit` takes.
    """
    return int(text) if text.isascii() and text.isdigit() and len(text) <= DIGITS else None


def is_in_range(value: date | datetime) -> bool:
    """Whether the calendar reaches far enough on both sides of it. A moment must carry its zone."""
    if isinstance(value, datetime):
        return datetime(FIRST_YEAR, 1, 1, tzinfo=UTC) <= value < datetime(LAST_YEAR, 1, 1, tzinfo=UTC)
    return date(FIRST_YEAR, 1, 1) <= value < date(LAST_YEAR, 1, 1)
