"""Descriptions of payments, each kept once: its number, and its code points for the compiled edit distance."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

Int64s = NDArray[np.int64]


class Texts:
    """Number 0 is no description. Text i has the points ends[i]:ends[i + 1]; behind the last all is zero."""

    def __init__(self) -> None:
        self.number: dict[str, int] = {"": 0}
        self.words = [""]
        self.ends = np.zeros(16, np.int64)
        self.points = np.zeros(256, np.int32)

    def add(self, text: str) -> int:
        """Number of a text; a new one gets the next."""
        known = self.number.get(text)
        if known is not None:
            return known
        number = len(self.words)
        self.ends = _grown(self.ends, number + 2)
        self.points = _grown(self.points, int(self.ends[number]) + len(text))
        self._write(number, text)
        self.number[text] = number
        self.words.append(text)
        return number

    def keep(self, numbers: Int64s) -> None:
        """Number the texts anew, int64[texts]; those with 0 are forgotten."""
        words = [word for word, number in zip(self.words, numbers.tolist(), strict=True) if number]
        if len(words) + 1 == len(self.words):
            return
        fresh = Texts()
        fresh.ends = np.zeros(max(16, len(words) + 2), np.int64)
        fresh.points = np.zeros(max(256, sum(len(word) for word in words)), np.int32)
        for word in words:
            fresh.add(word)
        self.number, self.words, self.ends, self.points = fresh.number, fresh.words, fresh.ends, fresh.points

    @contextmanager
    def asked(self, words: Sequence[str]) -> Iterator[tuple[list[int], Int64s, NDArray[np.int32]]]:
        """Numbers of texts that are only asked about, and arrays that hold them; afterwards nothing is left of them."""
        numbers: list[int] = []
        fresh: dict[str, int] = {}
        for word in words:
            known = self.number.get(word)
            numbers.append(fresh.setdefault(word, len(self.words) + len(fresh)) if known is None else known)
        ends, points, last = self.ends, self.points, int(self.ends[len(self.words)])
        size = last + sum(len(word) for word in fresh)
        if len(ends) < len(self.words) + len(fresh) + 1 or len(points) < size:
            self.ends = _grown(ends, len(self.words) + len(fresh) + 1)
            self.points = _grown(points, size)
        try:
            for number, word in enumerate(fresh, len(self.words)):
                self._write(number, word)
            yield numbers, self.ends, self.points
        finally:
            self.ends[len(self.words) + 1 :] = 0
            self.points[last:size] = 0
            self.ends, self.points = ends, points

    def _write(self, number: int, text: str) -> None:
        start = int(self.ends[number])
        self.points[start : start + len(text)] = np.frombuffer(text.encode("utf-32-le"), np.int32)
        self.ends[number + 1] = start + len(text)


def _grown(array: NDArray[Any], need: int) -> NDArray[Any]:
    return array if need <= len(array) else np.concatenate((array, np.zeros(max(need, len(array)), array.dtype)))
