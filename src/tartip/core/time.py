"""The one clock of the house. Everything asks `now()`; a test or a replay sets another time for its own context."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta

_source: ContextVar[Callable[[], datetime] | None] = ContextVar("tartip_clock", default=None)


def now() -> datetime:
    """The present moment, aware, UTC."""
    source = _source.get()
    return utc(source()) if source else datetime.now(UTC)


def utc(moment: datetime) -> datetime:
    """The moment in UTC; compare and subtract moments only so.

    Python subtracts and compares two moments of one zone object by the wall clock: from 2024-02-29 23:00 to 2024-03-01
    01:00 in Almaty three hours passed, not two.
    """
    if moment.tzinfo is None:
        raise ValueError("a moment without a time zone")
    return moment.astimezone(UTC)


def elapsed(earlier: datetime, later: datetime) -> timedelta:
    """The time that really passed between two moments, negative where `later` came first."""
    return utc(later) - utc(earlier)


@contextmanager
def clock(source: Callable[[], datetime] | datetime) -> Iterator[None]:
    """Let time come from `source` (a function, or a moment at which time stands) inside the block."""
    token = _source.set(source if callable(source) else lambda: source)
    try:
        yield
    finally:
        _source.reset(token)
