"""Two figures side by side: difference and percent, computed from integers when shown, never stored."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from tartip.engines.errors import BadInput
from tartip.engines.figures.figure import Figure, compute_figure
from tartip.engines.figures.indicator import Indicator
from tartip.engines.figures.period import Period
from tartip.engines.figures.territory import Territory
from tartip.engines.months import SealedMonths

SMALL_BASE = 10


@dataclass(frozen=True, slots=True)
class Change:
    """`percent` has one place; None where there is no base. `small_base`: the percentage says little, show numbers."""

    now: int
    before: int
    difference: int
    percent: Decimal | None
    small_base: bool

    @property
    def no_base(self) -> bool:
        return self.percent is None


def change(now: int, before: int) -> Change:
    """Change against a base, rounded half to even at the first place; from 0 there is no percentage.

    Raises BadInput for a negative base, of which no percentage has a meaning, and for what is no integer.
    """
    check_whole(now=now, before=before)
    if before < 0:
        raise BadInput("base", before, "must not be negative")
    percent = None if before == 0 else tenths(now - before, before)
    return Change(now, before, now - before, percent, before < SMALL_BASE)


def share(part: int, whole: int) -> Decimal | None:
    """Percent of the whole with one place, half to even; None of nothing. Raises BadInput as `change` does."""
    check_whole(part=part, whole=whole)
    if whole < 0:
        raise BadInput("whole", whole, "must not be negative")
    return None if whole == 0 else tenths(part, whole)


def check_whole(**values: int) -> None:
    for name, value in values.items():
        if type(value) is not int:
            raise BadInput(name, type(value).__name__, "must be a whole number")


def tenths(part: int, whole: int) -> Decimal:
    """100 · part / whole with one decimal, rounded once and exactly."""
    return Decimal(round(Fraction(part * 1000, whole))).scaleb(-1)


@dataclass(frozen=True, slots=True)
class Pair:
    """A figure and the same figure of a year before."""

    now: Figure
    before: Figure

    @property
    def change(self) -> Change:
        return change(self.now.value, self.before.value)


def year_over_year(
    indicator: Indicator,
    territory: Territory,
    period: Period,
    sealed: SealedMonths,
    *,
    before: Territory | None = None,
    recount: bool = False,
) -> Pair:
    """The period and the same period of the year before.

    before: the territory's codes as they were a year before, where borders changed; None takes today's for both.
    Raises what `compute_figure` raises.
    """
    now = compute_figure(indicator, territory, period, sealed, recount=recount)
    then = compute_figure(indicator, before or territory, period.year_before, sealed, recount=recount)
    return Pair(now, then)
