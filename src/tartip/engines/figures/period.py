"""The days a figure covers, and the same days a year before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tartip.engines.figures.errors import BadPeriod
from tartip.engines.months import Month


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """From `first` to `last`, both included. Raises BadPeriod for what is no day: a moment, with its hour, is none."""

    first: date
    last: date

    def __post_init__(self) -> None:
        for name, day in (("first", self.first), ("last", self.last)):
            if type(day) is not date:
                raise BadPeriod(name, type(day).__name__, "must be a date")
        if self.first > self.last:
            raise BadPeriod("period", f"{self.first} to {self.last}", "must not end before it begins")

    @classmethod
    def of_months(cls, first: Month, last: Month | None = None) -> Period:
        """One month, or from one through another."""
        return cls(first.first, (last or first).last)

    @classmethod
    def of_year(cls, year: int) -> Period:
        return cls.of_months(Month(year, 1), Month(year, 12))

    @property
    def months(self) -> tuple[Month, ...]:
        """Every month it touches."""
        return tuple(Month.of(self.first).through(Month.of(self.last)))

    @property
    def whole(self) -> bool:
        """Is it made of whole months?"""
        return self.first == Month.of(self.first).first and self.last == Month.of(self.last).last

    @property
    def year_before(self) -> Period:
        """The same days of the year before; whole months stay whole, 29 February becomes the 28th."""
        first, last = _year_before(self.first), _year_before(self.last)
        return Period(first, Month.of(last).last if self.whole else last)

    def __str__(self) -> str:
        return f"{self.first} to {self.last}"


def _year_before(day: date) -> date:
    month = Month(day.year - 1, day.month)
    return month.first.replace(day=min(day.day, month.last.day))
