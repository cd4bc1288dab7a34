"""A deadline as the law writes it: how long, from which moment, how its days are counted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tartip.core.terms.errors import BadRule


class Unit(StrEnum):
    """What the term is counted in; AT_ONCE has no length and never runs as a clock."""

    SECONDS = "seconds"
    HOURS = "hours"
    CALENDAR_DAYS = "calendar_days"
    WORKING_DAYS = "working_days"
    MONTHS = "months"
    AT_ONCE = "at_once"


class DayOne(StrEnum):
    """Whether the day of the starting moment counts; MOMENT counts from the moment itself, to the microsecond."""

    SAME_DAY = "same_day"
    NEXT_DAY = "next_day"
    MOMENT = "moment"


class Sense(StrEnum):
    """LATEST: do it by then. EARLIEST: not before. LASTS: a measure or a state ends by itself."""

    LATEST = "latest"
    EARLIEST = "earliest"
    LASTS = "lasts"


class Bound(StrEnum):
    """Who must keep the term. A body that misses it breaches it; a person who misses it loses a right."""

    BODY = "body"
    PERSON = "person"


class Deemed(StrEnum):
    """What the law takes for granted when the term ends in silence."""

    NONE = "none"
    REFUSAL = "refusal"
    REVIEWED = "reviewed"


class CountedFrom(StrEnum):
    DUE = "due"
    DECISION = "decision"


CONFIRMED = "confirmed"
DAYS = frozenset({Unit.CALENDAR_DAYS, Unit.WORKING_DAYS, Unit.MONTHS})
EXACT = frozenset({Unit.SECONDS, Unit.HOURS})


@dataclass(frozen=True, slots=True)
class Extension:
    """The longest lawful extension: `amount` of `unit`, added to the due day or counted from the decision."""

    amount: int
    unit: Unit
    counted_from: CountedFrom


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineRule:
    """One edition of one deadline.

    `basis` names the moment the caller must start it from; `status` speaks of the length, `counting` of day one,
    working days and roll-forward, each confirmed | older edition | unconfirmed. `ground` is its key into the articles.
    Raises BadRule where the parts contradict each other.
    """

    key: str
    unit: Unit
    amount: int
    day_one: DayOne
    basis: str
    roll_forward: bool = False
    sense: Sense = Sense.LATEST
    bound: Bound = Bound.BODY
    deemed: Deemed = Deemed.NONE
    extendable_to: Extension | None = None
    ground: str = ""
    valid_from: date = date.min
    valid_to: date | None = None
    kk: str = ""
    ru: str = ""
    en: str = ""
    status: str = "unconfirmed"
    counting: str = "unconfirmed"
    source: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        wrong = self._contradiction()
        if wrong:
            raise BadRule(self.key, wrong)

    def _contradiction(self) -> str:
        if self.amount < 0:
            return "a negative amount"
        if self.unit is Unit.AT_ONCE:
            return "at_once has no amount" if self.amount else ""
        if self.unit in EXACT and self.day_one is not DayOne.MOMENT:
            return f"{self.unit} are counted from the moment"
        if self.unit in EXACT and self.roll_forward:
            return f"{self.unit} do not wait for a working day"
        if self.unit is Unit.WORKING_DAYS and self.day_one is DayOne.MOMENT:
            return "working days are whole days"
        if self.amount == 0 and self.day_one is DayOne.SAME_DAY:
            return "a term without days cannot count its first day"
        if self.extendable_to and not {self.unit, self.extendable_to.unit} <= DAYS:
            return "only days and months are extended"
        return ""

    @property
    def confirmed(self) -> bool:
        """True where length and counting are both confirmed; anything else is marked on the screen."""
        return self.status == CONFIRMED and self.counting == CONFIRMED

    @property
    def measurable(self) -> bool:
        return self.unit is not Unit.AT_ONCE

    def name(self, language: str) -> str:
        return {"kk": self.kk, "ru": self.ru, "en": self.en}[language]
