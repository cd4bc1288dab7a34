"""A calendar month, the unit in which records are sealed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from tartip.engines.errors import expect
from tartip.engines.months.errors import BadMonth, shorten

_TEXT = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """Year 1 to 9998 and month 1 to 12; written `2025-03`."""

    year: int
    number: int

    def __post_init__(self) -> None:
        whole = type(self.year) is int and type(self.number) is int
        if not whole or not (1 <= self.year <= 9998 and 1 <= self.number <= 12):
            raise BadMonth("month", "year and number", "must be a month of the years 1 to 9998")

    @classmethod
    def parse(cls, text: str) -> Month:
        match = _TEXT.fullmatch(text) if isinstance(text, str) else None
        if not match:
            raise BadMonth("month", shorten(text), "must be written as 2025-03")
        return cls(int(match[1]), int(match[2]))

    @classmethod
    def of(cls, day: date) -> Month:
        expect("day", day, date)
        return cls(day.year, day.month)

    def __str__(self) -> str:
        return f"{self.year:04}-{self.number:02}"

    @property
    def first(self) -> date:
        return date(self.year, self.number, 1)

    @property
    def last(self) -> date:
        return self.plus(1).first - timedelta(days=1)

    def plus(self, months: int) -> Month:
        """The month so many later, or earlier for a negative number."""
        year, number = divmod(self.year * 12 + self.number - 1 + months, 12)
        return Month(year, number + 1)

    def through(self, last: Month) -> Iterator[Month]:
        """This month, the next, … up to `last` inclusive; nothing if `last` is earlier."""
        month = self
        while month <= last:
            yield month
            month = month.plus(1)
