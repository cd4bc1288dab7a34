"""`@act`: make a function an act."""

from __future__ import annotations

import functools
import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Concatenate, ParamSpec, TypeVar, cast

from rules.predicates import Predicate

from tartip.core.acts.actor import Actor
from tartip.core.acts.declare import ACTS, PERFORMED, Act, LegalDay, State, Wording
from tartip.core.acts.locks import check_paths
from tartip.core.acts.perform import perform
from tartip.core.clocks.declared import CLOCKS_OF_ACTS, Clocks
from tartip.core.registers.models import Record

P = ParamSpec("P")
R = TypeVar("R")


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
    within: Sequence[str] = (),
    locks: Sequence[str] = (),
    inner: bool = False,
    done: Mapping[str, str] | None = None,
    wordings: Mapping[str, Wording] | None = None,
    legal_day: str | LegalDay = "",
    noun: Mapping[str, str] | None = None,
    reach: Callable[[Actor, uuid.UUID], Record] | None = None,
) -> Callable[[Callable[Concatenate[Actor, P], R]], Callable[Concatenate[Actor, P], R]]:
    """Make a function an act: permission, state move, clocks, journal entry and history all derive from this.

    The function takes (actor, record, …) for `of=Model` and changes the record's fields; it takes (actor, …) for
    `creates=Model` and returns the unsaved record. It saves nothing of its subject itself. `names` are the act's
    words on buttons, in kk, ru and en; `done` are its words in histories, which say what happened and speak for
    nobody (left out where `names` already does); `key` is the console's one key; `grave` asks before.
    `within` names terms (rules or their common beginning) after which the law forbids the act: TermOver, whoever asks.
    `locks` names the arguments (or relations of them, "assignment.incident") that the act decides on beside its
    subject: they are locked in one order and are what is stored now when the function runs.
    `inner` says that it is done only as a part of another act, and never offered by itself.
    `wordings` holds other words for some records, by their `Record.wording`.
    `legal_day` names the field, of the record or among the act's notes, whose day counts, whenever it is entered; a
    `LegalDay` says as well which day that is, where something began after a term that ended with its day.
    `noun` are the act's words in headings and lists («Возбуждение дела»).
    `reach` finds the record for the API and for forms where the actor acts on what he may not read.
    """
    if (of is None) == (creates is None):
        raise TypeError(f"{code}: name exactly one of `of` and `creates`")
    for words in (names, done, noun):
        if words is not None and set(words) != {"kk", "ru", "en"}:
            raise TypeError(f"{code}: names, done and noun must hold kk, ru and en")
    for other in (wordings or {}).values():
        if set(other.names) != {"kk", "ru", "en"} or set(other.done) != {"kk", "ru", "en"}:
            raise TypeError(f"{code}: every wording must hold kk, ru and en")
    model = cast("type[Record]", of or creates)
    for state in moves or {}:
        if state not in model.states():
            raise TypeError(f"{code}: {model.__name__} has no state {state}")

    def declare(function: Callable[Concatenate[Actor, P], R]) -> Callable[Concatenate[Actor, P], R]:
        declared = Act(
            code,
            dict(names),
            ground,
            may,
            of,
            creates,
            dict(moves or {}),
            clocks,
            appealable,
            grave,
            key,
            function,
            tuple(within),
            tuple(locks),
            inner,
            dict(done or names),
            dict(wordings or {}),
            legal_day,
            dict(noun or names),
            reach,
        )
        check_paths(code, function, locks)
        if code in ACTS and ACTS[code].function.__qualname__ != function.__qualname__:
            raise TypeError(f"two acts are called {code}")
        ACTS[code], CLOCKS_OF_ACTS[code] = declared, clocks

        @functools.wraps(function)
        def performed(actor: Actor, /, *args: P.args, **kwargs: P.kwargs) -> R:
            return cast("R", perform(declared, actor, args, kwargs))

        performed.declared = declared  # type: ignore[attr-defined]
        PERFORMED[code] = performed
        return performed

    return declare
