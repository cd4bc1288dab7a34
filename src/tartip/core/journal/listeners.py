"""Who reacts to which entries of the journal: later apps listen to acts instead of being called by them."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from tartip.core.journal.tasks import react

LISTENERS: dict[str, list[str]] = {}


def listens(code: str) -> Callable[[Callable[..., object]], Callable[..., object]]:
    """Run a function `(entry_id)` by the worker after each entry of this code.

    The job is queued in the act's own transaction, and runs again after a crash: use the entry's id as the key.
    """

    def declare(function: Callable[..., object]) -> Callable[..., object]:
        LISTENERS.setdefault(code, []).append(f"{function.__module__}.{function.__qualname__}")
        return function

    return declare


def wake_listeners(code: str, entry: uuid.UUID) -> None:
    """Queue what listens to entries of this code, in the transaction that writes the entry."""
    for listener in LISTENERS.get(code, ()):
        react.defer(listener=listener, entry=str(entry))
