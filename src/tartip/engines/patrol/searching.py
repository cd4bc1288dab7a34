"""One district's plan: the greedy answer, then PyVRP from it within the limits, whichever earns more."""

from __future__ import annotations

from typing import Any

from tartip.engines.patrol.candidates import Candidates, candidates_of
from tartip.engines.patrol.checker import check, faults
from tartip.engines.patrol.errors import NoPlan
from tartip.engines.patrol.greedy import insert_all, missing
from tartip.engines.patrol.params import Balance, SolveParams
from tartip.engines.patrol.plan import Plan
from tartip.engines.patrol.problem import Problem
from tartip.engines.patrol.schedule import orders_of, plan_of
from tartip.engines.patrol.vrp import kinds_of, problem_data, to_orders, to_solution


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
    found = _searched(problem, candidates, orders, params) if len(candidates) else None
    plans = [plan for plan in (found, quick) if plan is not None]
    if not plans:
        raise NoPlan(missed)
    return max(plans, key=lambda plan: worth(plan, params.balance))


def worth(plan: Plan, balance: Balance | None) -> int:
    """Prize in 1/3600, less what the hours beyond the balance's target cost."""
    if balance is None:
        return plan.prize * 3600
    over = sum(max(0, route.duration - balance.target) for route in plan.routes)
    return plan.prize * 3600 - over * balance.prize_per_hour


def prize_scale(problem: Problem) -> int:
    """Travel seconds that one unit of prize outweighs: all that a shift could save, or the search would trade."""
    return max(shift.length for shift in problem.shifts) * 2


def _searched(problem: Problem, candidates: Candidates, start: list[list[int]], params: SolveParams) -> Plan | None:
    """PyVRP's best plan, None where it has nothing valid."""
    import pyvrp

    data = problem_data(problem, candidates, prize_scale(problem), params.balance)
    kinds = kinds_of(problem)
    result = pyvrp.solve(
        data,
        stop=_stop(params),
        seed=params.seed,
        collect_stats=False,
        initial_solution=to_solution(data, kinds, start),
    )
    if not result.is_feasible():
        return None
    plan = plan_of(problem, candidates, to_orders(result.best, kinds, len(problem.shifts)), "pyvrp")
    return None if faults(problem, plan) else plan


def _stop(params: SolveParams) -> Any:
    from pyvrp.stop import MaxIterations, MaxRuntime, MultipleCriteria

    limits: list[Any] = []
    if params.seconds is not None:
        limits.append(MaxRuntime(params.seconds))
    if params.iterations is not None:
        limits.append(MaxIterations(params.iterations))
    return MultipleCriteria(limits)
