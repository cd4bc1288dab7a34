"""An edition: one row of one table, in force from one day to another."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Generic, Protocol, TypeVar

from tartip.core.law.errors import MissingEdition
from tartip.core.law.tables import STATUSES, Row

KEY = re.compile(r"[a-z]+(-([a-z]+|\d+(\.\d+)?))*")


@dataclass(frozen=True, slots=True)
class Edition:
    """What every table row shares. `official` names the languages whose title is quoted from the official text.

    `valid_to` is the last day in force, None while open. `status` is the weakest of what the row claims.
    """

    table: str
    key: str
    valid_from: date
    valid_to: date | None
    kk: str
    ru: str
    en: str
    status: str
    source: str
    note: str = ""
    law: str = ""
    article: str = ""
    part: str = ""
    official: tuple[str, ...] = ()

    def name(self, language: str) -> str:
        return {"kk": self.kk, "ru": self.ru, "en": self.en}[language]

    @property
    def id(self) -> str:
        """Key and first day: names this edition for ever."""
        return f"{self.key}@{self.valid_from.isoformat()}"


def edition_of(row: Row, *, names: Mapping[str, str] | None = None, **more: object) -> Edition:
    """The shared part of a row; `names` where the table has no columns kk, ru, en of its own."""
    key = row.text("key")
    if not KEY.fullmatch(key):
        raise row.wrong("key", f"{key!r} is not a key like koap-592-3.1")
    start, end = row.day("valid_from"), row.maybe_day("valid_to")
    if end is not None and end < start:
        raise row.wrong("valid_to", f"{end} is before {start}")
    kk, ru, en = (names[x] if names else row.text(x) for x in ("kk", "ru", "en"))
    fields = {
        "status": row.one_of("status", STATUSES),
        "source": row.text("source"),
        "note": row.maybe("note"),
        **more,
    }
    return Edition(row.table, key, start, end, kk, ru, en, **fields)  # type: ignore[arg-type]


def weakest(statuses: Iterable[str]) -> str:
    return max(statuses, key=STATUSES.index)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated:
    """A row with more to say than its edition."""

    edition: Edition

    @property
    def valid_from(self) -> date:
        return self.edition.valid_from

    @property
    def valid_to(self) -> date | None:
        return self.edition.valid_to


class InForce(Protocol):
    @property
    def valid_from(self) -> date: ...
    @property
    def valid_to(self) -> date | None: ...


T = TypeVar("T", bound=InForce)


class Timeline(Generic[T]):
    """The dated rows of each key; at most one is in force on a day."""

    def __init__(self, rows: Iterable[tuple[str, T]]) -> None:
        found: dict[str, list[T]] = defaultdict(list)
        for key, row in rows:
            found[key].append(row)
        self.rows = {key: sorted(group, key=lambda row: row.valid_from) for key, group in found.items()}

    def __contains__(self, key: str) -> bool:
        return key in self.rows

    def find(self, key: str, on: date) -> T | None:
        for row in reversed(self.rows.get(key, ())):
            if row.valid_from <= on:
                return row if row.valid_to is None or on <= row.valid_to else None
        return None

    def at(self, key: str, on: date) -> T:
        """The row in force; MissingEdition says which days are known, or which key was meant."""
        row = self.find(key, on)
        if row is None:
            raise MissingEdition(key, on, self.hint(key))
        return row

    def hint(self, key: str) -> str:
        if key in self.rows:
            spans = (f"{row.valid_from} – {row.valid_to or '…'}" for row in self.rows[key])
            return f"Known: {', '.join(spans)}."
        return near(key, self.rows)

    def overlaps(self) -> list[tuple[str, date]]:
        return [(key, b.valid_from) for key, a, b in self._pairs() if a.valid_to is None or b.valid_from <= a.valid_to]

    def gaps(self) -> list[tuple[str, date]]:
        """First days without a row between two rows of a key."""
        one = timedelta(days=1)
        return [
            (key, a.valid_to + one) for key, a, b in self._pairs() if a.valid_to and b.valid_from > a.valid_to + one
        ]

    def _pairs(self) -> Iterable[tuple[str, T, T]]:
        for key, group in self.rows.items():
            for a, b in pairwise(group):
                yield key, a, b


def near(key: str, keys: Iterable[str]) -> str:
    """A guess for the reader of the error, never for the program."""
    from difflib import get_close_matches

    keys = list(keys)
    # An inserted article is written with a dot: koap-826-3 was meant as koap-826.3 if that exists.
    dotted = re.sub(r"-(\d+)-(\d+)", r"-\1.\2", key, count=1)
    close = [dotted] if dotted in keys else get_close_matches(key, keys, n=3, cutoff=0.7)
    return f"Did you mean {' or '.join(close)}?" if close else "The key is unknown."
