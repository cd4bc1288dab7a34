"""Many districts at once: each planned alone in processes, then unvisited places at borders offered to neighbours."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Hashable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace

import numpy as np

from tartip.engines.errors import BadInput, expect
from tartip.engines.patrol.checker import check
from tartip.engines.patrol.params import SolveParams
from tartip.engines.patrol.plan import Plan
from tartip.engines.patrol.problem import Problem, whole
from tartip.engines.patrol.searching import solve
from tartip.engines.patrol.subproblem import Owned, own_problem, own_to_whole


@dataclass(frozen=True, slots=True, eq=False)
class District:
    """A district's shifts and every place they may serve: its own and those of neighbours near the border.

    keys: one per place of the problem, the same key in two districts is the same place. Exactly one district has it as
    its own (its home); a guest place (own False) is served only if it is handed over.
    """

    name: str
    problem: Problem
    keys: tuple[Hashable, ...]
    own: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class CityPlan:
    """Plans in order of districts (rows of places as in each district's problem); `handed` counts border swaps."""

    plans: tuple[Plan, ...]
    before_swaps: int
    handed: int

    @property
    def prize(self) -> int:
        return sum(plan.prize for plan in self.plans)

    @property
    def routes(self) -> int:
        return sum(len(plan.routes) for plan in self.plans)


Job = tuple[Problem, Owned, SolveParams, Plan | None]
Map = Callable[[Callable[[Job], Plan], list[Job]], Iterator[Plan]]


def plan_districts(
    districts: Sequence[District],
    params: SolveParams = SolveParams(),
    *,
    rounds: int = 1,
    swap: SolveParams | None = None,
    workers: int = 1,
) -> CityPlan:
    """One plan per district, every place served by one district only.

    A round offers each unvisited, not mandatory border place to one neighbour (in turn) and plans again those who
    got offers, from the plan they have; a neighbour that earns more keeps what it serves, everything else goes back.
    The home did not visit the place, so the sum never falls. Districts keep their answers whatever `workers` is, as
    long as `params` limits iterations and not seconds. swap: limits of a swap's planning, `params` if not given; it
    goes on from a plan, so it may be shorter. Raises BadInput for keys without one home, `rounds` outside of 0..1000
    or `workers` outside of 1..256, and what `solve` raises.
    """
    whole("rounds", "number", rounds, 0, 1000)
    whole("workers", "number", workers, 1, 256)
    expect("params", params, SolveParams)
    expect("swap", swap, SolveParams, type(None))
    _check_kinds(districts)
    homes = _homes(districts)
    owners = dict(homes)
    with _mapping(workers) as run:
        jobs: list[Job] = [(d.problem, _owned(d, k, owners), params, None) for k, d in enumerate(districts)]
        plans = list(run(_plan, jobs))
        before, handed = sum(plan.prize for plan in plans), 0
        for turn in range(rounds):
            offers = _offers(districts, owners, plans, turn)
            asked = [k for k, keys in enumerate(offers) if keys]
            # All offers at once: a home that plans again must not take up what a neighbour is offered meanwhile.
            trial = owners | {key: k for k in asked for key in offers[k]}
            jobs = []
            for k in asked:
                again = replace(swap or params, seed=(params.seed + turn + 1) % 2**32)
                jobs.append((districts[k].problem, _owned(districts[k], k, trial), again, plans[k]))
            for k, plan in zip(asked, run(_plan, jobs), strict=True):
                if plan.prize > plans[k].prize:
                    plans[k] = plan
                    taken = _visited(districts[k], plan) & offers[k]
                    owners.update(dict.fromkeys(taken, k))
                    handed += len(taken)
    return CityPlan(tuple(plans), before, handed)


def _plan(job: Job) -> Plan:
    """Runs in a worker: plan the owned part and name places by their rows in the whole problem."""
    whole, owned, params, start = job
    if not owned.rows:
        return Plan((), 0, "greedy")
    part = own_problem(whole, owned)
    return own_to_whole(check(part, solve(part, params, start=start and owned.narrow(start))), owned)


def _check_kinds(districts: Sequence[District]) -> None:
    expect("districts", districts, tuple, list)
    for district in districts:
        expect("district", district, District)
        expect("district.problem", district.problem, Problem)
        expect("district.keys", district.keys, tuple, list)
        expect("district.own", district.own, tuple, list)
        if not all(isinstance(own, bool | np.bool_) for own in district.own):
            raise BadInput("district.own", district.name, "True or False for each place")
        if not all(isinstance(key, Hashable) for key in district.keys):
            raise BadInput("district.keys", district.name, "keys must have a hash")


def _homes(districts: Sequence[District]) -> dict[Hashable, int]:
    homes: dict[Hashable, int] = {}
    for k, district in enumerate(districts):
        if not len(district.keys) == len(district.own) == len(district.problem.places):
            raise BadInput("district.keys", district.name, "one key and one `own` for each place")
        if len(set(district.keys)) != len(district.keys):
            raise BadInput("district.keys", district.name, "a key twice in one district")
        for key, own in zip(district.keys, district.own, strict=True):
            if own and key in homes:
                raise BadInput("district.own", (district.name, key), "the place has a home already")
            if own:
                homes[key] = k
    for district in districts:
        for key in district.keys:
            if key not in homes:
                raise BadInput("district.own", (district.name, key), "the place has no home")
    return homes


def _owned(district: District, k: int, owners: dict[Hashable, int]) -> Owned:
    return Owned(tuple(row for row, key in enumerate(district.keys) if owners[key] == k))


def _visited(district: District, plan: Plan) -> set[Hashable]:
    return {district.keys[visit.place] for route in plan.routes for visit in route.visits}


def _offers(
    districts: Sequence[District], owners: dict[Hashable, int], plans: Sequence[Plan], turn: int
) -> list[set[Hashable]]:
    """Per district the places offered to it: one taker each, another one each turn."""
    visited = set().union(*(_visited(d, plan) for d, plan in zip(districts, plans, strict=True)))
    takers: dict[Hashable, list[int]] = {}
    for k, district in enumerate(districts):
        for key, place in zip(district.keys, district.problem.places, strict=True):
            if key not in visited and owners[key] != k and not place.mandatory:
                takers.setdefault(key, []).append(k)
    offers: list[set[Hashable]] = [set() for _ in districts]
    for key, able in takers.items():
        offers[able[turn % len(able)]].add(key)
    return offers


@contextmanager
def _mapping(workers: int) -> Iterator[Map]:
    """A map over one job at a time in this process, or in `workers` fresh ones."""
    if workers <= 1:
        yield lambda work, jobs: map(work, jobs)
        return
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        yield lambda work, jobs: pool.map(work, jobs)
