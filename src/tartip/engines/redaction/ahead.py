"""Work that goes on in a thread of its own while its results are used."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

THREAD = "redaction-ahead"
T = TypeVar("T")


@contextmanager
def ahead(items: Iterator[T], most: int) -> Iterator[Iterator[T]]:
    """The same items in the same order, at most `most` of them made before they are asked for.

    An error of `items` is raised where its item is asked for. On leaving the block the thread has ended.
    """
    end = object()
    with ThreadPoolExecutor(1, THREAD) as pool:
        waiting = deque(pool.submit(next, items, end) for _ in range(most))

        def taken() -> Iterator[T]:
            while (item := waiting.popleft().result()) is not end:
                waiting.append(pool.submit(next, items, end))
                yield item  # type: ignore[misc]

        try:
            yield taken()
        finally:
            pool.shutdown(cancel_futures=True)
