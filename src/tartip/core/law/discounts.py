"""Discounts on fines: how much, until when, and what is known of the rounding."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache

from tartip.core.law.edition import Dated, Timeline, edition_of
from tartip.core.law.tables import Row, read

COLUMNS = "key valid_from valid_to ground percent deadline other_count rounding kk ru en status source note"


@dataclass(frozen=True, slots=True, kw_only=True)
class Discount(Dated):
    """`deadline` is the key of the term to use it in; `other_count` the same term counted the disputed way."""

    percent: int
    ground: str
    deadline: str
    other_count: str
    rounding: str

    def reduced_tiyn(self, amount_tenge: int) -> int:
        """What is left to pay, exact, in tiyn (1/100 tenge)."""
        if amount_tenge < 0:
            raise ValueError("a fine is not negative")
        return amount_tenge * (100 - self.percent)

    def reduced(self, amount_tenge: int) -> int:
        """What is left to pay in whole tenge; a part of a tenge is rounded as the row says."""
        tiyn = self.reduced_tiyn(amount_tenge)
        return tiyn // 100 if self.rounding == "down" else -(-tiyn // 100)


@cache
def discounts() -> Timeline[Discount]:
    return Timeline((found.edition.key, found) for found in map(_discount, read("discounts", COLUMNS)))


def _discount(row: Row) -> Discount:
    percent = row.number("percent")
    if percent > 100:
        raise row.wrong("percent", "is over 100")
    return Discount(
        percent=percent,
        ground=row.text("ground"),
        deadline=row.maybe("deadline"),
        other_count=row.maybe("other_count"),
        rounding=row.one_of("rounding", ("down", "up")),
        edition=edition_of(row),
    )


def discount(key: str, on: date) -> Discount:
    """A discount in force on a day: `koap-811-half`, `koap-811-half-auto`. Raises MissingEdition."""
    return discounts().at(key, on)
