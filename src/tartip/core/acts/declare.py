"""What an act declares, and the list of all acts."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Any, TypeVar, cast

from rules.predicates import Predicate

from tartip.core.clocks.declared import Clocks
from tartip.core.registers.models import Record

State = str
F = TypeVar("F", bound=Callable[..., Any])


@lru_cache(maxsize=1024)
def signature_of(function: Callable[..., Any]) -> inspect.Signature:
    """Kept: reading a signature costs more than binding arguments to it."""
    return inspect.signature(function)


@dataclass(frozen=True)
class Wording:
    """The words of an act for some of its records: on its button, and of what happened."""

    names: Mapping[str, str]
    done: Mapping[str, str]


@dataclass(frozen=True)
class LegalDay:
    """The field with the moment, and how its day is found: by the territory and the moment."""

    field: str
    day: Callable[[str, datetime], date]


@dataclass(frozen=True)
class Act:
    """One declared act. Exactly one of `creates` and `of` names the model of its subject.

    `moves` maps each state the act is open in to the state (or states) it may lead to; None leaves the state alone.
    `within` names deadline rules (whole or by their beginning) after whose end the law forbids the act.
    """

    code: str
    names: Mapping[str, str]
    ground: str
    may: Predicate
    of: type[Record] | None = None
    creates: type[Record] | None = None
    moves: Mapping[State, State | Sequence[State] | None] = field(default_factory=dict)
    clocks: Clocks = field(default_factory=Clocks)
    appealable: bool = False
    grave: bool = False
    key: str = ""
    function: Callable[..., Any] = lambda: None
    within: tuple[str, ...] = ()
    # What the act decides on beside its subject: names of arguments, or paths of relations from them.
    locks: Sequence[str] = ()
    # Done only as a part of another act: neither pages nor the API offer it by itself.
    inner: bool = False
    # The words of what happened, for histories; `names` are the words of a button.
    done: Mapping[str, str] = field(default_factory=dict)
    # Other words, by `Record.wording`: an appeal and a protest are one act with two names.
    wordings: Mapping[str, Wording] = field(default_factory=dict)
    # The field, of the record or among the notes of the act, with the moment that the law counts from: histories show
    # its day where that is not the day of the entry.
    legal_day: str | LegalDay = ""
    # The act as a noun («Возбуждение дела»), for headings and lists; `names` where nothing is given.
    noun: Mapping[str, str] = field(default_factory=dict)
    # How a record is reached for this act, where that is not by the right to read it: a bank pays what it cannot read.
    reach: Callable[[Any, Any], Any] | None = None

    @property
    def model(self) -> type[Record]:
        return cast("type[Record]", self.of or self.creates)

    @property
    def through(self) -> Callable[..., Any]:
        """The function that callers use: `called_through` names it where that is not the act itself."""
        return CALLERS.get(self.code, self.function)

    @property
    def arguments(self) -> list[inspect.Parameter]:
        """What a caller gives beside the actor and the record."""
        parameters = list(signature_of(self.function).parameters.values())
        return parameters[2 if self.of else 1 :]

    def worded(self, wording: str) -> Wording:
        """Its words for the records of this wording; the usual ones where it has no others."""
        return self.wordings.get(wording) or Wording(self.names, self.done)

    def leads(self, before: State) -> tuple[State, ...]:
        target = self.moves.get(before, ())
        if target is None:
            return (before,)
        return (target,) if isinstance(target, str) else tuple(target)


ACTS: dict[str, Act] = {}
# Functions that are called in the place of an act: they work something out before it. Code of the act → function.
CALLERS: dict[str, Callable[..., Any]] = {}
# What an act asks of its values together, before it begins: an import asks it of every row. Code → check; it raises.
CHECKS: dict[str, Callable[[Mapping[str, Any]], None]] = {}
# The performed acts themselves: code → the function that `@act` made.
PERFORMED: dict[str, Callable[..., Any]] = {}


def called_through(*codes: str) -> Callable[[F], F]:
    """Make a function the one that forms and the API call for these acts: it works something out before the act.

    It takes what the act takes (actor, record, …), and its own arguments are what is asked for.
    """

    def declare(function: F) -> F:
        for code in codes:
            CALLERS[code] = function
        return function

    return declare
