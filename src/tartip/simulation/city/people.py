"""Who acts in the living city, and how a simulated hand gives way to a person's."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from tartip.core.acts import Actor
from tartip.errors import TartipError

log = logging.getLogger("tartip.city")


def role(name: str, territory: str = "KZ") -> Actor:
    """`city:operator` and the like: the journal shows that a simulated hand did it. In a region: its duty officer."""
    return Actor(name=f"city:{name}", role=ROLES[name], territory=territory, on_shift=True)


ROLES = {"operator": "operator", "duty_officer": "dispatcher", "head_of_shift": "supervisor", "crew": "patrol"}


def attempt(act: Callable[..., Any], *given: Any, **facts: Any) -> Any:
    """Perform an act; None where a person was faster or the house refuses. Nothing of a refused act stays."""
    try:
        return act(*given, **facts)
    except TartipError as refused:
        log.debug("%s: %s", getattr(act, "__name__", act), refused)
        return None
