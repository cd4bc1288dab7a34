"""The one clock of the house. Everything asks `now()`; a test or a replay sets another time for its own context."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

_source: ContextVar[Callable[[], datetime] | None] = ContextVar("tartip_clock", default=None)


def now() -> datetime:
    """The present moment, aware, UTC."""
    source = _source.get()
    return source() if source else datetime.now(UTC)


@contextmanager
def clock(source: Callable[[], datetime] | datetime) -> Iterator[None]:
    """Let time come from `source` (a function, or a moment at which time stands) inside the block."""
    token = _source.set(source if callable(source) else lambda: source)
    try:
        yield
    finally:
        _source.reset(token)
