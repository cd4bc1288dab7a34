"""One district's plan: the greedy answer, then PyVRP from it within the limits, whichever earns more."""

from __future__ import annotations

import time
from typing import Any

import numpy as np

from tartip.engines.patrol.candidates import Candidates, candidates_of
from tartip.engines.patrol.checker import check, faults
from tartip.engines.patrol.errors import NoPlan, PlanImpossible
from tartip.engines.patrol.greedy import insert_all, missing
from tartip.engines.patrol.params import Balance, SolveParams
from tartip.engines.patrol.plan import Plan
from tartip.engines.patrol.problem import UNREACHABLE, Problem
from tartip.engines.patrol.schedule import orders_of, plan_of
from tartip.engines.patrol.vrp import kinds_of, problem_data, to_orders, to_solution

SCALE = 2
NEIGHBOURS = 20


def solve(problem: Problem, params: SolveParams = SolveParams(), *, start: Plan | None = None) -> Plan:
    """A valid plan with a high prize; balance, where asked for, weighs against it.

    start: a valid plan to go on from; the answer is worth at least as much.
    Raises UnreachablePlace, or NoPlan where neither method serves all mandatory places.
    """
    candidates = candidates_of(problem)
    if start is None:
        orders = insert_all(problem, candidates)
    else:
        orders = orders_of(candidates, check(problem, start), len(problem.shifts))
    missed = missing(candidates, orders)
    quick = None if missed else plan_of(problem, candidates, orders, "greedy")
    found = _searched(problem, candidates, orders, params, fresh=start is None) if len(candidates) else None
    # Greedy plans are checked too: a start that lost a visit is driven anew, and a shorter way may take longer.
    plans = [plan for plan in (found, quick, start) if plan is not None and not faults(problem, plan)]
    if not plans:
        refuse_impossible(problem)
        raise NoPlan(missed)
    return max(plans, key=lambda plan: worth(plan, params.balance))


def worth(plan: Plan, balance: Balance | None) -> int:
    """Prize in 1/3600, less what the hours beyond the balance's target cost."""
    if balance is None:
        return plan.prize * 3600
    over = sum(max(0, route.duration - balance.target) for route in plan.routes)
    return plan.prize * 3600 - over * balance.prize_per_hour


def refuse_impossible(problem: Problem) -> None:
    """Raise PlanImpossible where the mandatory visits alone take longer than all shifts together.

    A visit takes its dwell, and the first at a location at least the shortest way to it from anywhere else.
    """
    wanted = [place for place in problem.places if place.mandatory]
    away = problem.travel + np.where(np.eye(len(problem.travel), dtype=bool), UNREACHABLE, 0)
    started = {end for shift in problem.shifts for end in (shift.begins_at,)}
    needed = sum(place.visits * place.dwell for place in wanted)
    needed += sum(int(away[:, spot].min()) for spot in {place.location for place in wanted} - started)
    available = sum(shift.length for shift in problem.shifts)
    if needed > available:
        raise PlanImpossible(needed, available)


def prize_scale(problem: Problem, candidates: Candidates) -> int:
    """Seconds that one unit of prize is worth to the search: a few times what it costs on average.

    Much more and the search stops trading time for room (measured on the set of Chao); much less and it leaves out
    what little fits, which the greedy insertion afterwards fills up again.
    """
    seconds = sum(shift.length for shift in problem.shifts)
    return max(1, SCALE * seconds // max(1, int(candidates.prize.sum())))


def _searched(
    problem: Problem, candidates: Candidates, start: list[list[int]], params: SolveParams, *, fresh: bool
) -> Plan | None:
    """PyVRP's best plan, filled up; None where it has nothing valid."""
    began = time.perf_counter()
    data = problem_data(problem, candidates, prize_scale(problem, candidates), params.balance)
    kinds = kinds_of(problem)
    result = _improved(data, to_solution(data, kinds, start), params, began, fresh=fresh)
    if not result.is_feasible():
        return None
    orders = to_orders(result.best, kinds, len(problem.shifts))
    if params.balance is None:
        orders = insert_all(problem, candidates, orders)
    return plan_of(problem, candidates, orders, "pyvrp")


def _improved(data: Any, start: Any, params: SolveParams, began: float, *, fresh: bool) -> Any:
    """pyvrp.solve with one exhaustive local search before the iterations, from a random solution if `fresh`.

    Greedy routes are full: the local search finds less from them than from a random solution (measured: 10,970
    against 10,870 in one district). A plan given to go on from, or a random start gone wrong, is taken as it is.
    """
    from pyvrp import IteratedLocalSearch, PenaltyManager, PenaltyParams, RandomNumberGenerator, Solution
    from pyvrp.search import OPERATORS, LocalSearch, NeighbourhoodParams, PerturbationManager, compute_neighbours

    neighbours = compute_neighbours(data, NeighbourhoodParams(num_neighbours=NEIGHBOURS))
    rng = RandomNumberGenerator(params.seed)
    search = LocalSearch(data, rng, neighbours, PerturbationManager())
    for operator in OPERATORS:
        if operator.supports(data):
            search.add_operator(operator(data))
    penalty = PenaltyParams()
    penalties = PenaltyManager(penalty.midpoint_penalties(data), penalty)
    first = search(Solution.make_random(data, rng) if fresh else start, penalties.max_cost_evaluator(), exhaustive=True)
    if not first.is_feasible():
        first = start
    return IteratedLocalSearch(data, penalties, search, first).run(_stop(params, began), collect_stats=False)


def _stop(params: SolveParams, began: float) -> Any:
    from pyvrp.stop import MaxIterations, MaxRuntime, MultipleCriteria

    limits: list[Any] = []
    if params.seconds is not None:
        limits.append(MaxRuntime(max(0.0, params.seconds - (time.perf_counter() - began))))
    if params.iterations is not None:
        limits.append(MaxIterations(params.iterations))
    return MultipleCriteria(limits)
