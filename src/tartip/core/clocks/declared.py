"""Which deadlines an act touches: the part of its declaration that speaks of clocks."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Choice:
    """A rule that depends on the record: `choose` gives one of `keys`, or None where no term begins.

    The keys are named beforehand so that the check at start-up can compare the basis of every one of them.
    """

    keys: tuple[str, ...]
    choose: Callable[[Any], str | None]

    def __call__(self, record: Any) -> str | None:
        key = self.choose(record)
        if key is not None and key not in self.keys:
            raise ValueError(f"{key} is not among the rules the declaration names: {', '.join(self.keys)}")
        return key


def when(condition: Callable[[Any], object], key: str) -> Choice:
    """The rule `key` where the condition holds for the record, else none."""
    return Choice((key,), lambda record: key if condition(record) else None)


# A clock's rule key, or a function of the record that gives it (response times depend on the priority) or None.
Rule = str | Choice
Until = Callable[[Any], datetime | None]


@dataclass(frozen=True)
class Clocks:
    """Which deadlines an act starts, stops, pauses and resumes. Stopping names rules or their common beginning.

    `stops` may map them to the field of the record that holds the moment the duty was done (None: the act's own
    time). A fact that is recorded late is judged by that moment: a copy handed over in time is no missed term.
    A clock that such an act has stopped may be judged again by a moment that becomes known later. A plain list says
    that doing the act is the duty: it was judged then, for good.

    `starts` maps each rule to the field of the record that holds the moment the term runs from. The field is read after
    the act's function has run, so a fact that is recorded late still starts its term on the right day.
    """

    starts: Mapping[Rule, str] = field(default_factory=dict)
    stops: Sequence[str] | Mapping[str, str | None] = ()
    # Rules or their common beginning; a choice where it depends on the record whether the term waits. Mapped to a
    # function of the record, the term waits until that moment and then runs on by itself; None: until it is resumed.
    pauses: Sequence[Rule] | Mapping[Rule, Until] = ()
    resumes: Sequence[str] = ()
    # A choice may change while its clock runs (a priority that is raised): the clock is replaced by the one that fits
    # now, counted from the same moment. A clock that is over is never replaced by a longer one.
    follows: Mapping[Choice, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not isinstance(self.starts, Mapping):
            raise TypeError("starts maps each rule to the field that holds the moment it runs from")

    def done_field(self, key: str) -> str | None:
        """The field that says when the duty of a rule was done, None where that is the act's own time."""
        if not isinstance(self.stops, Mapping):
            return None
        return next((field for name, field in self.stops.items() if matches(key, [name])), None)

    def __bool__(self) -> bool:
        return bool(self.starts or self.stops or self.pauses or self.resumes or self.follows)


# Code of each declared act → what it does to clocks; `@act` fills it.
CLOCKS_OF_ACTS: dict[str, Clocks] = {}


def matches(key: str, named: Collection[str]) -> bool:
    """Whether a rule is named, whole or by its beginning (`ops-arrive` names `ops-arrive-1`)."""
    return any(key == name or key.startswith(name + "-") for name in named)
