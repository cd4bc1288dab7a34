"""Slow and obvious: every possible way to send units, judged seat by seat."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import numpy as np

from tartip.engines.assignment import UNREACHABLE

Totals = tuple[dict[int, int], dict[int, int]]


def every_match(open_pairs: list[list[int]]) -> Iterator[tuple[int, ...]]:
    """All ways to give each seat one of its units or nobody (-1), no unit twice."""
    for match in product(*[[-1, *units] for units in open_pairs]):
        sent = [unit for unit in match if unit >= 0]
        if len(sent) == len(set(sent)):
            yield match


def best_by_priority(costs, priority, wanted, crew, skills, fatigue, forbidden) -> Totals:
    """(served, total) by priority of the lexicographic optimum, by looking at every match."""
    incidents, units = np.shape(costs)
    seats = [i for i in range(incidents) for _ in range(crew[i])]
    open_pairs = [
        [
            u
            for u in range(units)
            if costs[i][u] < UNREACHABLE and wanted[i] & ~skills[u] == 0 and (i, u) not in forbidden
        ]
        for i in seats
    ]
    levels = sorted(set(priority))

    def value(match: tuple[int, ...]) -> tuple[int, ...]:
        parts = []
        for level in levels:
            sent = [(i, u) for i, u in zip(seats, match, strict=True) if u >= 0 and priority[i] == level]
            parts += [-len(sent), sum(int(costs[i][u]) + int(fatigue[u]) for i, u in sent)]
        return tuple(parts)

    best = min(map(value, every_match(open_pairs)))
    served = {level: -best[2 * at] for at, level in enumerate(levels)}
    return served, {level: best[2 * at + 1] for at, level in enumerate(levels)}


def dense_optimum(costs) -> tuple[int, int]:
    """(served, total) of one priority on the whole matrix by scipy, empty seats at a weight above every sum."""
    from scipy.optimize import linear_sum_assignment

    costs = np.asarray(costs).astype(np.int64)
    incidents, units = costs.shape
    way = costs < UNREACHABLE
    weight = int(costs.max(initial=0, where=way)) * incidents + 1
    square = np.full((incidents, units + incidents), weight * incidents * 2 + 1)
    square[:, :units] = np.where(way, costs, weight * incidents * 2 + 1)
    square[np.arange(incidents), units + np.arange(incidents)] = weight
    rows, columns = linear_sum_assignment(square)
    there = columns < units
    return int(there.sum()), int(square[rows, columns][there].sum())
