"""The `@act` declaration and the list of all acts."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

from rules.predicates import Predicate

from tartip.core.acts.actor import Actor
from tartip.core.registers.models import Record

P = ParamSpec("P")
R = TypeVar("R")

# A clock's rule key, or a function of the record that gives it (response times depend on the priority) or None.
Rule = str | Callable[[Any], str | None]
State = str


@dataclass(frozen=True)
class Clocks:
    """Which deadlines an act starts, stops, pauses and resumes. Stopping names rules or their common beginning."""

    starts: Sequence[Rule] = ()
    stops: Sequence[str] = ()
    pauses: Sequence[str] = ()
    resumes: Sequence[str] = ()

    def __bool__(self) -> bool:
        return bool(self.starts or self.stops or self.pauses or self.resumes)


@dataclass(frozen=True)
class Act:
    """One declared act. Exactly one of `creates` and `of` names the model of its subject.

    `moves` maps each state the act is open in to the state (or states) it may lead to; None leaves the state alone.
    """

    code: str
    names: Mapping[str, str]
    ground: str
    may: Predicate
    of: type[Record] | None = None
    creates: type[Record] | None = None
    moves: Mapping[State, State | Sequence[State] | None] = field(default_factory=dict)
    clocks: Clocks = Clocks()
    appealable: bool = False
    grave: bool = False
    key: str = ""
    function: Callable[..., Any] = lambda: None

    @property
    def model(self) -> type[Record]:
        return cast("type[Record]", self.of or self.creates)

    @property
    def arguments(self) -> list[inspect.Parameter]:
        """What a caller gives beside the actor and the record."""
        parameters = list(inspect.signature(self.function).parameters.values())
        return parameters[2 if self.of else 1 :]

    def leads(self, before: State) -> tuple[State, ...]:
        target = self.moves.get(before, ())
        if target is None:
            return (before,)
        return (target,) if isinstance(target, str) else tuple(target)


ACTS: dict[str, Act] = {}
LISTENERS: dict[str, list[str]] = {}


def act(
    code: str,
    *,
    names: Mapping[str, str],
    ground: str,
    may: Predicate,
    of: type[Record] | None = None,
    creates: type[Record] | None = None,
    moves: Mapping[State, State | Sequence[State] | None] | None = None,
    clocks: Clocks = Clocks(),
    appealable: bool = False,
    grave: bool = False,
    key: str = "",
) -> Callable[[Callable[Concatenate[Actor, P], R]], Callable[Concatenate[Actor, P], R]]:
    """Make a function an act: permission, state move, clocks, journal entry and history all derive from this.

    The function takes (actor, record, …) for `of=Model` and changes the record's fields; it takes (actor, …) for
    `creates=Model` and returns the unsaved record. It saves nothing of its subject itself. `names` are the act's
    words on buttons and in histories in kk, ru and en; `key` is the console's one key; `grave` asks before.
    """
    if (of is None) == (creates is None):
        raise TypeError(f"{code}: name exactly one of `of` and `creates`")
    if set(names) != {"kk", "ru", "en"}:
        raise TypeError(f"{code}: names must hold kk, ru and en")
    model = cast("type[Record]", of or creates)
    for state in moves or {}:
        if state not in model.states():
            raise TypeError(f"{code}: {model.__name__} has no state {state}")

    def declare(function: Callable[Concatenate[Actor, P], R]) -> Callable[Concatenate[Actor, P], R]:
        declared = Act(
            code, dict(names), ground, may, of, creates, dict(moves or {}), clocks, appealable, grave, key, function
        )
        if code in ACTS and ACTS[code].function.__qualname__ != function.__qualname__:
            raise TypeError(f"two acts are called {code}")
        ACTS[code] = declared

        @functools.wraps(function)
        def performed(actor: Actor, /, *args: P.args, **kwargs: P.kwargs) -> R:
            from tartip.core.acts.perform import perform

            return cast("R", perform(declared, actor, args, kwargs))

        performed.declared = declared  # type: ignore[attr-defined]
        return performed

    return declare


def listens(code: str) -> Callable[[Callable[..., object]], Callable[..., object]]:
    """Run a function `(entry_id)` by the worker after each act of this code; later rooms react so.

    The job is queued in the act's own transaction, and runs again after a crash: use the entry's id as the key.
    """

    def declare(function: Callable[..., object]) -> Callable[..., object]:
        LISTENERS.setdefault(code, []).append(f"{function.__module__}.{function.__qualname__}")
        return function

    return declare
