"""Which acts are open to this actor on this record now: what buttons and the API offer."""

from __future__ import annotations

from functools import lru_cache

from tartip.core.acts.actor import Actor
from tartip.core.acts.declare import ACTS, Act
from tartip.core.registers.models import Record


@lru_cache(maxsize=256)
def _acts_of(model: type[Record], known: int) -> tuple[Act, ...]:
    return tuple(act for act in ACTS.values() if act.of is model)


def open_acts(actor: Actor, record: Record) -> list[Act]:
    """Acts the record's state leaves open and the actor's rights allow, in the order of their declaration."""
    candidates = _acts_of(type(record), len(ACTS))
    return [act for act in candidates if record.state in act.moves and act.may.test(actor, record)]
