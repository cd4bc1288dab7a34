"""The monthly calculation index (МРП, АЕК): what one unit of a fine is worth, in whole tenge."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache

from tartip.core.law.edition import Dated, Timeline, edition_of
from tartip.core.law.errors import MissingBaseRate
from tartip.core.law.tables import Row, read

COLUMNS = "key valid_from valid_to kk ru en tenge status source note"
KEY = "mci"


@dataclass(frozen=True, slots=True, kw_only=True)
class BaseRate(Dated):
    """Tenge for one МРП in force on a day."""

    tenge: int


@cache
def rates() -> Timeline[BaseRate]:
    return Timeline((rate.edition.key, rate) for rate in map(_rate, read("base_rates", COLUMNS)))


def _rate(row: Row) -> BaseRate:
    return BaseRate(tenge=row.number("tenge"), edition=edition_of(row))


def base_rate(on: date) -> BaseRate:
    """The МРП of a day. For a fine it is the day the case was opened (КоАП ст. 44 ч. 1). Raises MissingBaseRate."""
    rate = rates().find(KEY, on)
    if rate is None:
        raise MissingBaseRate(KEY, on, rates().hint(KEY))
    return rate
