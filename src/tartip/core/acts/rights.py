"""Rights are predicates with names, composed with & | ~; the page of rights prints exactly these names.

Each takes (actor, record); the record may be None when the question is whether the actor could ever do it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rules.predicates import Predicate

from tartip.core.acts.actor import Actor


def predicate(name: str) -> Callable[[Callable[[Actor, Any], bool]], Predicate]:
    """Make a function (actor, record) a right that composes by & | ~ and is printed by its name."""

    def make(function: Callable[[Actor, Any], bool]) -> Predicate:
        return Predicate(function, name=name)

    return make


@predicate("in territory")
def in_territory(actor: Actor, record: Any = None) -> bool:
    """The record lies in the subtree of territories that the actor's role covers."""
    if record is None or actor.territory == "KZ":
        return True
    from tartip.core.territory import tree

    return tree.contains(actor.territory, record.territory_id)


@predicate("on shift")
def on_shift(actor: Actor, record: Any = None) -> bool:
    return actor.on_shift


@predicate("the system")
def is_system(actor: Actor, record: Any = None) -> bool:
    return actor.role == "system"


@predicate("anyone")
def anyone(actor: Actor, record: Any = None) -> bool:
    return True


def on_duty(*roles: str) -> Predicate:
    """Works in one of these roles and has begun the shift: what is done at a desk or in a car is not done from home."""
    return on_shift & has_role(*roles)


def has_role(*roles: str) -> Predicate:
    """The actor works in one of these roles."""

    @predicate(" or ".join(roles))
    def of_role(actor: Actor, record: Any = None) -> bool:
        return actor.role in roles

    return of_role
