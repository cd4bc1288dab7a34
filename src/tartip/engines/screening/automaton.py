"""Digit patterns to one deterministic automaton: a number plan of a thousand regular expressions in 100 kB.

The patterns of number plans use digits, classes, groups, alternatives and bounded repeats, so their languages are
finite and the automaton is acyclic; equal tails are shared (hash consing), which makes it minimal.
Method: continuation-passing construction, then memoised subset construction; every accepting path carries a label and
the highest label wins where several patterns accept the same digits.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tartip.engines.errors import BadInput

ANY = 0b11_1111_1111
LABEL = 10
WIDTH = 11  # ten digits and the label
States = frozenset[int]
Tree = tuple[Any, ...]  # (kind, operands …)


class BadPattern(BadInput):
    """A pattern outside the small language of number plans."""

    code = "screening.bad_pattern"


@dataclass(frozen=True, slots=True)
class Automaton:
    """`table` int16[states, 11]: column d is the next state on digit d (0 is dead), column 10 the label (0: none).

    The last state is the start.
    """

    table: NDArray[np.int16]

    def classify(self, digits: str) -> int:
        state = len(self.table) - 1
        for digit in digits:
            state = int(self.table[state, int(digit)])
        return int(self.table[state, LABEL])


@dataclass(slots=True)
class _Nodes:
    """Non-deterministic states: (mask of digits, states after it); negative numbers accept with a label."""

    rows: list[tuple[int, States]] = field(default_factory=list)
    known: dict[tuple[int, States], int] = field(default_factory=dict)

    def add(self, mask: int, after: States) -> States:
        key = (mask, after)
        if key not in self.known:
            self.known[key] = len(self.rows)
            self.rows.append(key)
        return frozenset((self.known[key],))


def build(patterns: Iterable[tuple[str, int]]) -> Automaton:
    """One automaton for (pattern, label) pairs, labels 1..255; raises BadPattern on anything it cannot read."""
    nodes = _Nodes()
    start: set[int] = set()
    for pattern, label in patterns:
        if not 0 < label < 256:
            raise BadPattern("label", pattern, "must lie in 1..255")
        start |= _Reader(pattern, nodes).states(frozenset((-label,)))
    memo: dict[States, int] = {}
    shared: dict[tuple[int, ...], int] = {}
    rows: list[tuple[int, ...]] = [(0,) * WIDTH]

    def number(states: States) -> int:
        if states in memo:
            return memo[states]
        live = [nodes.rows[state] for state in states if state >= 0]
        steps = []
        for digit in range(10):
            after = frozenset().union(*(follow for mask, follow in live if mask >> digit & 1))
            steps.append(number(after) if after else 0)
        row = (*steps, max((-state for state in states if state < 0), default=0))
        if row not in shared:
            shared[row] = len(rows)
            rows.append(row)
        memo[states] = shared[row]
        return memo[states]

    number(frozenset(start))
    table = np.array(rows)
    if len(table) > np.iinfo(np.int16).max:
        raise BadPattern("plan", len(table), "needs more states than 32,767")
    return Automaton(table.astype(np.int16))


class _Reader:
    """Reads one pattern from right to left of its meaning: `states(after)` are the states that lead through it."""

    def __init__(self, pattern: str, nodes: _Nodes) -> None:
        self.pattern, self.nodes, self.at = pattern, nodes, 0
        self.tree = self._alternatives()
        if self.at != len(pattern):
            raise self._bad()

    def states(self, after: States) -> States:
        return self._through(self.tree, after)

    def _bad(self) -> BadPattern:
        return BadPattern(
            "pattern", f"{self.pattern!r} character {self.at}", "only digits, [..], \\d, (?:..), |, ?, {n,m}"
        )

    def _peek(self) -> str:
        return self.pattern[self.at : self.at + 1]

    def _alternatives(self) -> Tree:
        options = [self._sequence()]
        while self._peek() == "|":
            self.at += 1
            options.append(self._sequence())
        return ("or", options)

    def _sequence(self) -> Tree:
        items = []
        while self._peek() not in ("", "|", ")"):
            items.append(self._repeated(self._atom()))
        return ("then", items)

    def _atom(self) -> Tree:
        char = self._peek()
        self.at += 1
        if char == "(":
            self.at += 2 if self.pattern.startswith("?:", self.at) else 0
            inner = self._alternatives()
            if self._peek() != ")":
                raise self._bad()
            self.at += 1
            return inner
        if char == "[":
            return ("digit", self._class())
        if char == "\\" and self._peek() == "d":
            self.at += 1
            return ("digit", ANY)
        if char.isascii() and char.isdigit():
            return ("digit", 1 << int(char))
        self.at -= 1
        raise self._bad()

    def _class(self) -> int:
        end = self.pattern.find("]", self.at)
        body = self.pattern[self.at : end]
        digits = body.replace("-", "")
        if end < 0 or not (digits.isascii() and digits.isdigit()):
            raise self._bad()
        self.at, mask, at = end + 1, 0, 0
        while at < len(body):
            last = at + 2 if body[at + 1 : at + 2] == "-" and at + 2 < len(body) else at
            if body[at] == "-":
                raise self._bad()
            for digit in range(int(body[at]), int(body[last]) + 1):
                mask |= 1 << digit
            at = last + 1
        return mask

    def _repeated(self, atom: Tree) -> Tree:
        while self._peek() in ("?", "{"):
            if self._peek() == "?":
                self.at += 1
                atom = ("repeat", atom, 0, 1)
                continue
            end = self.pattern.find("}", self.at)
            low, _, high = self.pattern[self.at + 1 : end].partition(",")
            # One or two plain digits: int() takes neither ² nor thousands of nines.
            if (
                end < 0
                or not all(re.fullmatch("[0-9]{1,2}", one) for one in (low, high or low))
                or int(high or low) > 20
            ):
                raise self._bad()
            self.at = end + 1
            atom = ("repeat", atom, int(low), int(high or low))
        return atom

    def _through(self, tree: Tree, after: States) -> States:
        match tree:
            case ("digit", int(mask)):
                return self.nodes.add(mask, after)
            case ("then", list(items)):
                for item in reversed(items):
                    after = self._through(item, after)
                return after
            case ("or", list(options)):
                return frozenset().union(*(self._through(option, after) for option in options))
            case ("repeat", tuple(inner), int(low), int(high)):
                reached = after
                for _ in range(high - low):
                    reached = self._through(inner, reached) | after
                for _ in range(low):
                    reached = self._through(inner, reached)
                return reached
        raise self._bad()
