"""Running a transaction again that the database broke off, so that nobody is shown a deadlock."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from contextvars import ContextVar
from typing import TypeVar

from django.db import IntegrityError, OperationalError, connection

from tartip.core.acts.errors import BeginAgain, Busy
from tartip.core.registers.unique import broken_rule

T = TypeVar("T")

ATTEMPTS = 8
# deadlock detected, could not serialize
BROKEN_OFF = {"40P01", "40001"}
FIRST_PAUSE = 0.005

_repeating: ContextVar[bool] = ContextVar("tartip_repeating", default=False)


def is_broken_off(error: BaseException) -> bool:
    """Whether the database broke a transaction off that may be run again."""
    return isinstance(error, OperationalError) and getattr(error.__cause__, "sqlstate", None) in BROKEN_OFF


def is_repeated_when_broken_off() -> bool:
    """Whether somebody above runs the transaction again after a deadlock."""
    return _repeating.get()


def raise_in_words(error: IntegrityError) -> None:
    """Another record holds the same: begin again where the act drew the value at random, else refuse in words.

    Returns where the error is about something else.
    """
    rule = broken_rule(error)
    if rule is not None:
        raise (BeginAgain() if rule.drawn else rule.error()) from error


def retried(work: Callable[[], T]) -> T:
    """Run `work`, which is one whole transaction; again where the database broke it off. Raises Busy in the end."""
    if connection.in_atomic_block:
        # A part of a larger transaction cannot be repeated alone: whoever began it repeats it.
        return work()
    token = _repeating.set(True)
    try:
        for attempt in range(ATTEMPTS):
            try:
                return work()
            except BeginAgain:
                pass
            except OperationalError as error:
                if not is_broken_off(error):
                    raise
            # Jitter: two that broke each other off must not meet again.
            time.sleep(FIRST_PAUSE * 2**attempt * random.random())
    finally:
        _repeating.reset(token)
    raise Busy
