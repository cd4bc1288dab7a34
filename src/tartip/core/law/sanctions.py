"""What a penalty consists of: alternatives of one or more sanctions, and what a fine comes to in tenge."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tartip.core.law.discounts import Discount
from tartip.core.law.edition import Edition
from tartip.core.law.errors import NoFine, NotWholeTenge
from tartip.core.law.rates import BaseRate, base_rate


class Kind(StrEnum):
    WARNING = "warning"
    FINE = "fine"
    ARREST = "arrest"
    DEPRIVATION = "deprivation"
    COMMUNITY_WORK = "community_work"
    CONFISCATION = "confiscation"
    EXPULSION = "expulsion"


@dataclass(frozen=True, slots=True)
class Sanction:
    """One sanction; `low` and `high` in `unit` (mci_tenths for fines, hours, days, months, years), None: no bound."""

    kind: Kind
    low: int | None
    high: int | None
    unit: str
    status: str
    source: str


@dataclass(frozen=True, slots=True)
class Fine:
    """A fine worked out: tenths of МРП, the rate that was used, whole tenge."""

    mci_tenths: int
    rate_used: BaseRate
    tenge: int

    def discounted(self, discount: Discount) -> int:
        """Tenge to pay with a discount; half a tenge is rounded as the discount's row says."""
        return discount.reduced(self.tenge)

    def discounted_tiyn(self, discount: Discount) -> int:
        """The same, exact, in tiyn (1/100 tenge)."""
        return discount.reduced_tiyn(self.tenge)


class Option(tuple[Sanction, ...]):
    """One way to punish, whole: its sanctions are imposed together (arrest + deprivation, fine + confiscation)."""

    __slots__ = ()

    @property
    def code(self) -> str:
        """Names the option among those of one penalty: `fine`, `fine+confiscation`, `arrest+deprivation`."""
        return "+".join(sanction.kind.value for sanction in self)

    @property
    def kinds(self) -> tuple[Kind, ...]:
        return tuple(sanction.kind for sanction in self)

    @property
    def fine(self) -> Sanction | None:
        return next((sanction for sanction in self if sanction.kind is Kind.FINE), None)

    def fine_on(self, on: date) -> Fine:
        """The option's fine at the МРП of `on`. Raises NoFine, MissingBaseRate, NotWholeTenge."""
        return _priced(self.fine, on, self.code)


def _priced(fine: Sanction | None, on: date, key: str) -> Fine:
    if fine is None or fine.high is None:
        raise NoFine(key)
    rate = base_rate(on)
    tenge, rest = divmod(fine.high * rate.tenge, 10)
    if rest:
        raise NotWholeTenge(key, tenths=fine.high, rate=rate.tenge)
    return Fine(fine.high, rate, tenge)


@dataclass(frozen=True, slots=True)
class Penalty:
    """The penalty of one part for one subject on one day.

    `key` is the part that punishes (for a repeat another part than the one asked for, `asked`). `options` are
    alternatives; the sanctions inside one option go together.
    """

    key: str
    asked: str
    subject: str
    repeat: bool
    on: date
    options: tuple[Option, ...]
    edition: Edition

    @property
    def status(self) -> str:
        return self.edition.status

    @property
    def fine(self) -> Sanction | None:
        """The fine among the options, if there is one."""
        return next((option.fine for option in self.options if option.fine), None)

    def option(self, code: str) -> Option | None:
        """The whole option of that code, or None where the part has no such way to punish."""
        return next((option for option in self.options if option.code == code), None)

    def fine_on(self, on: date) -> Fine:
        """The fine at the МРП of `on`: the day the case is opened (КоАП ст. 44 ч. 1).

        Raises NoFine, MissingBaseRate, NotWholeTenge.
        """
        return _priced(self.fine, on, self.key)

    def amount_tenge(self, on: date) -> int:
        return self.fine_on(on).tenge
