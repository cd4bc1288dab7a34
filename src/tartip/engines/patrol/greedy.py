"""The quick answer: insert the visit that earns most per second of delay, until nothing fits."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tartip.engines.patrol.candidates import Candidates, candidates_of
from tartip.engines.patrol.errors import NoPlan
from tartip.engines.patrol.plan import Plan
from tartip.engines.patrol.problem import Problem
from tartip.engines.patrol.schedule import plan_of

NEVER = -1.0


def greedy_plan(problem: Problem) -> Plan:
    """Parallel insertion in O(visits × candidates × stops of a route); mandatory visits first, scarcest first.

    Every route is feasible. Raises NoPlan where the mandatory visits do not all fit this way (another order might).
    """
    candidates = candidates_of(problem)
    orders = insert_all(problem, candidates)
    missed = missing(candidates, orders)
    if missed:
        raise NoPlan(missed)
    return plan_of(problem, candidates, orders, "greedy")


def missing(candidates: Candidates, orders: list[list[int]]) -> list[int]:
    """Places whose mandatory visits are not all in the orders."""
    wanted = set(candidates.group[candidates.required].tolist())
    made = {int(candidates.group[row]) for order in orders for row in order}
    rows = np.isin(candidates.group, list(wanted - made))
    return sorted(set(candidates.place[rows].tolist()))


def insert_all(
    problem: Problem, candidates: Candidates, start: Sequence[Sequence[int]] | None = None
) -> list[list[int]]:
    """Per shift the rows of candidates in order, `start` kept and filled up; what does not fit is left out."""
    if not len(candidates):
        return [[] for _ in problem.shifts]
    table = _Table(problem, candidates, start)
    table.fill(candidates.required)
    table.fill(np.ones(len(candidates), dtype=bool))
    return table.orders


class _Table:
    """Best insertion of every candidate into every route; an insertion renews the row of one route only."""

    def __init__(self, problem: Problem, candidates: Candidates, start: Sequence[Sequence[int]] | None = None) -> None:
        self.problem, self.candidates = problem, candidates
        self.travel = problem.travel
        self.orders: list[list[int]] = [list(order) for order in start or [[] for _ in problem.shifts]]
        used = [row for order in self.orders for row in order]
        self.open = ~np.isin(candidates.group, candidates.group[used])
        self.score = np.full((len(problem.shifts), len(candidates)), NEVER)
        self.gap = np.zeros((len(problem.shifts), len(candidates)), dtype=np.int64)

    def fill(self, eligible: NDArray[np.bool_]) -> None:
        """Insert eligible candidates as long as one fits."""
        scarce = bool(self.candidates.required[eligible].all())
        for shift in range(len(self.orders)):
            self._renew(shift, eligible)
        while True:
            shift, row = divmod(int(self.score.argmax()), self.score.shape[1])
            if scarce:
                shift, row = self._scarcest()
            if self.score[shift, row] == NEVER:
                return
            self.orders[shift].insert(int(self.gap[shift, row]), row)
            taken = self.candidates.group == self.candidates.group[row]
            self.open[taken] = False
            self.score[:, taken] = NEVER
            self._renew(shift, eligible)

    def _scarcest(self) -> tuple[int, int]:
        """The candidate that the fewest shifts can take, and its best shift."""
        takers = (self.score != NEVER).sum(axis=0)
        row = int(np.where(takers == 0, len(self.orders) + 1, takers).argmin())
        return int(self.score[:, row].argmax()), row

    def _renew(self, shift: int, eligible: NDArray[np.bool_]) -> None:
        c, crew, order = self.candidates, self.problem.shifts[shift], self.orders[shift]
        rows = np.flatnonzero(self.open & eligible)
        self.score[shift] = NEVER
        if not len(rows):
            return
        stops = np.array([crew.begins_at, *c.location[order], crew.ends_at])
        ready, latest = self._times(shift, stops)
        before, after, there = stops[:-1, None], stops[1:, None], c.location[rows][None, :]
        begin = np.maximum(ready[:, None] + self.travel[before, there], c.early[rows])
        reach = begin + c.dwell[rows] + self.travel[there, after]
        fits = (begin <= c.late[rows]) & (reach <= latest[:, None])
        delay = np.maximum(1, reach - ready[:, None] - self.travel[before, after])
        # A mandatory visit may weigh nothing: one is added, so that nearer still is better.
        worth = np.where(fits, (c.prize[rows] + 1) / delay, NEVER)
        best = worth.argmax(axis=0)
        self.score[shift, rows] = worth[best, np.arange(len(rows))]
        self.gap[shift, rows] = best

    def _times(self, shift: int, stops: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Per gap: when the crew is ready to leave the stop before it, and the latest beginning at the stop after."""
        c, crew, order = self.candidates, self.problem.shifts[shift], self.orders[shift]
        ready, latest = [crew.start], [crew.end]
        for place, row in enumerate(order):
            start = max(ready[-1] + int(self.travel[stops[place], stops[place + 1]]), int(c.early[row]))
            ready.append(start + int(c.dwell[row]))
        for place in range(len(order), 0, -1):
            row = order[place - 1]
            leave = latest[-1] - int(self.travel[stops[place], stops[place + 1]])
            latest.append(min(leave - int(c.dwell[row]), int(c.late[row])))
        return np.array(ready), np.array(latest[::-1])
