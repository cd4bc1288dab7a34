"""Rights are predicates with names, composed with & | ~; the page of rights prints exactly these names.

Each takes (actor, record); the record may be None when the question is whether the actor could ever do it.
"""

from __future__ import annotations

from typing import Any

import rules
from rules.predicates import Predicate

from tartip.core.acts.actor import Actor


@rules.predicate(name="in territory")
def in_territory(actor: Actor, record: Any = None) -> bool:
    """The record lies in the subtree of territories that the actor's role covers."""
    if record is None or actor.territory == "KZ":
        return True
    from tartip.core.territory import tree

    return tree.contains(actor.territory, record.territory_id)


@rules.predicate(name="on shift")
def on_shift(actor: Actor, record: Any = None) -> bool:
    return actor.on_shift


@rules.predicate(name="the system")
def is_system(actor: Actor, record: Any = None) -> bool:
    return actor.role == "system"


@rules.predicate(name="anyone")
def anyone(actor: Actor, record: Any = None) -> bool:
    return True


def has_role(*roles: str) -> Predicate:
    """The actor works in one of these roles."""

    @rules.predicate(name=" or ".join(roles))
    def of_role(actor: Actor, record: Any = None) -> bool:
        return actor.role in roles

    return of_role
