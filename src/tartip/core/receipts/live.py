"""Receipts that strangers keep open: looked up seldom, few at a time, so that they never take the 102 line's database.

A page polls. Each process keeps what it told for a few seconds, and at most two look-ups run at once: a third gets
what was told before, or is asked to come again.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

from tartip.errors import TartipError

T = TypeVar("T")
SECONDS = 5.0
MOST = 5_000
AT_ONCE = 2
PATIENCE = 1.0


class Busy(TartipError):
    code = "receipt.busy"
    text = "Too many people look at once. Try again in a few seconds."
    http_status = 503
    again = True


_lanes = threading.BoundedSemaphore(AT_ONCE)


class Kept(Generic[T]):
    """Answers by code, kept for SECONDS. `look` raises NotFound for a wrong code, which is never kept."""

    def __init__(self, look: Callable[[str], T]) -> None:
        self.look = look
        self._kept: OrderedDict[str, tuple[float, T]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, code: str) -> T:
        """What `look` told at most SECONDS ago, or older while too many look. Raises Busy where nothing is known."""
        known = self._kept.get(code)
        if known is not None and time.monotonic() - known[0] < SECONDS:
            return known[1]
        if not _lanes.acquire(timeout=0 if known is not None else PATIENCE):
            if known is not None:
                return known[1]
            raise Busy
        try:
            value = self.look(code)
        finally:
            _lanes.release()
        with self._lock:
            self._kept[code] = (time.monotonic(), value)
            self._kept.move_to_end(code)
            while len(self._kept) > MOST:
                self._kept.popitem(last=False)
        return value

    def clear(self) -> None:
        self._kept.clear()
