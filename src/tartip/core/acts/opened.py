"""Which acts are open to this actor on this record now: what buttons and the API offer."""

from __future__ import annotations

from functools import lru_cache

from tartip.core.acts import terms
from tartip.core.acts.actor import Actor
from tartip.core.acts.declare import ACTS, Act
from tartip.core.registers.models import Record
from tartip.core.time import now


@lru_cache(maxsize=256)
def _acts_of(model: type[Record], known: int) -> tuple[Act, ...]:
    return tuple(act for act in ACTS.values() if act.of is model)


def open_acts(actor: Actor, record: Record) -> list[Act]:
    """Acts that the record's state, the terms of the law and the actor's rights allow, in the order of declaration.

    A part of another act is none of them: nobody does it by itself.
    """
    candidates = _acts_of(type(record), len(ACTS))
    return [
        act
        for act in candidates
        if not act.inner
        and record.state in act.moves
        and act.may.test(actor, record)
        and not (act.within and terms.ended(act.within, record, now()))
    ]
