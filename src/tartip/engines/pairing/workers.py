"""Running compiled functions side by side: they release the interpreter lock."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")


def run_all(work: Callable[[T], R], parts: Sequence[T]) -> list[R]:
    """`work` on every part, one thread each, results in order; the first error is raised."""
    if len(parts) == 1:
        return [work(parts[0])]
    with ThreadPoolExecutor(len(parts)) as pool:
        return list(pool.map(work, parts))


def run_ahead(work: Callable[[T], R], items: Iterable[T], width: int) -> Iterator[R]:
    """`work` on every item in order, never more than `width` results waiting, so that memory stays bounded."""
    with ThreadPoolExecutor(width) as pool:
        waiting: deque[Future[R]] = deque()
        for item in items:
            if len(waiting) == width:
                yield waiting.popleft().result()
            waiting.append(pool.submit(work, item))
        while waiting:
            yield waiting.popleft().result()
