"""The slow obvious reference: every order of every subset for every shift, on tiny cases."""

from __future__ import annotations

from itertools import permutations

from tartip.engines.patrol.problem import Problem, Shift


def best_prize(problem: Problem) -> int:
    """The largest prize of places with one visit each and one weight for all hours; none mandatory."""
    alone = [_within(problem, shift) for shift in problem.shifts]
    return _best(problem, alone, 0, frozenset())


def _within(problem: Problem, shift: Shift) -> set[frozenset[int]]:
    """The sets of places that one shift can serve in some order."""
    numbers = range(len(problem.places))
    return {
        frozenset(order)
        for size in range(len(problem.places) + 1)
        for order in permutations(numbers, size)
        if _fits(problem, shift, order)
    }


def _fits(problem: Problem, shift: Shift, order: tuple[int, ...]) -> bool:
    here, now = shift.begins_at, shift.start
    for number in order:
        place = problem.places[number]
        now = max(now + int(problem.travel[here, place.location]), place.opens)
        if now > place.closes:
            return False
        here, now = place.location, now + place.dwell
    return not order or now + int(problem.travel[here, shift.ends_at]) <= shift.end


def _best(problem: Problem, alone: list[set[frozenset[int]]], shift: int, used: frozenset[int]) -> int:
    if shift == len(alone):
        return sum(problem.places[number].weights[0] for number in used)
    return max(_best(problem, alone, shift + 1, used | more) for more in alone[shift] if not more & used)


def mandatory_fit(problem: Problem) -> bool:
    """Whether the mandatory places, one visit each, fit into the shifts: every way to deal them out, every order.

    Ways through other places may be shorter where travel breaks the triangle inequality; so any others may be added.
    """
    wanted = frozenset(number for number, place in enumerate(problem.places) if place.mandatory)
    alone = [_within(problem, shift) for shift in problem.shifts]
    reached: set[frozenset[int]] = {frozenset()}
    for sets in alone:
        reached = {have | more for have in reached for more in sets if not have & more}
    return any(wanted <= have for have in reached)
