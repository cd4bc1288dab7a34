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
        rest = self.tenge * (100 - discount.percent)
        return rest // 100 if discount.rounding == "down" else -(-rest // 100)

    def discounted_tiyn(self, discount: Discount) -> int:
        """The same, exact, in tiyn (1/100 tenge)."""
        return self.tenge * (100 - discount.percent)


Option = tuple[Sanction, ...]


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
        return next((s for option in self.options for s in option if s.kind is Kind.FINE), None)

    def fine_on(self, on: date) -> Fine:
        """The fine at the МРП of `on`: the day the case is opened (КоАП ст. 44 ч. 1). Raises NoFine, MissingEdition."""
        fine, rate = self.fine, base_rate(on)
        if fine is None or fine.high is None:
            raise NoFine(self.key)
        tenge, rest = divmod(fine.high * rate.tenge, 10)
        if rest:
            raise NotWholeTenge(self.key, tenths=fine.high, rate=rate.tenge)
        return Fine(fine.high, rate, tenge)

    def amount_tenge(self, on: date) -> int:
        return self.fine_on(on).tenge
