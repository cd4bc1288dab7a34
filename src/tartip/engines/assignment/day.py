"""A day of calls and units by a rule, event by event: for planning, and to hold rules against each other.

A unit sent travels from where it stands, stays for the drawn service time and is free again: at its post, or where it
was. Calls that get no unit wait, by priority and then by arrival, and the rule is asked again whenever a call comes or
a unit is free. The day ends when the last call is served, not at midnight. Service times are drawn once in the
order of the calls: with the same seed every rule meets the same day (common random numbers).
"""

from __future__ import annotations

from bisect import insort
from dataclasses import dataclass
from heapq import heappop, heappush

import numpy as np
import numpy.typing as npt

from tartip.engines.assignment.checks import Ints, column, first, integers, whole
from tartip.engines.assignment.figures import DayResult, figures_of
from tartip.engines.assignment.policies import Policy, Situation
from tartip.engines.assignment.service import LONGEST_MS, ServiceTimes
from tartip.engines.assignment.unreachable import UNREACHABLE
from tartip.engines.errors import BadInput, expect

LATEST_MS = 2**50  # a Unix time in ms is far inside; waits on top of it never leave 63 bits


@dataclass(frozen=True, slots=True)
class Calls:
    """at_ms: (calls,) not falling. area: (calls,) rows of the travel matrix. priority: 1 is the most urgent."""

    at_ms: npt.ArrayLike
    area: npt.ArrayLike
    priority: npt.ArrayLike | int = 1


@dataclass(frozen=True, slots=True)
class Fleet:
    """post: (units,) the area where each unit stands while it is free."""

    post: npt.ArrayLike


@dataclass(frozen=True, slots=True)
class DayParams:
    """When a response counts as late, and where a unit waits; checked by `simulate` (BadInput)."""

    norm_ms: tuple[int, ...] = (480_000, 900_000, 1_800_000)  # by priority, the last for all that follow; our choice
    returns_to_post: bool = True  # False: a unit waits where its last call was


def simulate(
    calls: Calls,
    fleet: Fleet,
    travel_ms: npt.ArrayLike,
    service: ServiceTimes,
    policy: Policy,
    rng: np.random.Generator,
    params: DayParams = DayParams(),
) -> DayResult:
    """Run the day. travel_ms: (areas, areas) from row to column, whole ms, UNREACHABLE: no way.

    Same calls, same generator state, same result. Raises BadInput, also for a rule that sends what it must not.
    """
    expect("calls", calls, Calls)
    expect("fleet", fleet, Fleet)
    expect("rng", rng, np.random.Generator)
    expect("params", params, DayParams)
    for what, rule, method in (("service", service, "draw"), ("policy", policy, "decide")):
        if not callable(getattr(rule, method, None)):
            raise BadInput(what, type(rule).__name__, f"must have a method {method}")
    times = integers("travel_ms", travel_ms, 2).astype(np.int64)
    if times.shape[0] != times.shape[1]:
        raise BadInput("travel_ms", f"shape {times.shape}", "must be square")
    at = integers("calls.at_ms", calls.at_ms, 1).astype(np.int64)
    if (at[1:] < at[:-1]).any():
        raise BadInput("calls.at_ms", first(np.append(False, at[1:] < at[:-1])), "must not fall")
    area = areas("calls.area", column("calls.area", calls.area, len(at)), len(times))
    priority = column("calls.priority", calls.priority, len(at), 1)
    post = areas("fleet.post", integers("fleet.post", fleet.post, 1).astype(np.int64), len(times))
    if at.size and int(at[-1]) > LATEST_MS:
        raise BadInput("calls.at_ms", first(at > LATEST_MS), f"must be at most {LATEST_MS}")
    if not isinstance(params.norm_ms, tuple | list) or not params.norm_ms:
        raise BadInput("norm_ms", params.norm_ms, "must name a norm for priority 1, and may for those below")
    for norm_ms in params.norm_ms:
        whole("norm_ms", norm_ms, 0, LONGEST_MS)
    stays = column("service times", service.draw(rng, priority), len(at), 1)
    if (stays > LONGEST_MS).any():
        raise BadInput("service times", first(stays > LONGEST_MS), f"must be at most {LONGEST_MS}")
    day = Day(at, area, priority, post, times, stays, policy, params.returns_to_post)
    day.run()
    norm = np.asarray(params.norm_ms, np.int64)[np.minimum(priority, len(params.norm_ms)) - 1]
    return DayResult(
        unit=day.unit,
        sent_ms=day.sent,
        response_ms=day.response,
        busy_ms=day.busy,
        ended_ms=day.now,
        by_priority={
            level: figures_of(day.response[priority == level], norm[priority == level])
            for level in np.unique(priority).tolist()
        },
        overall=figures_of(day.response, norm),
    )


class Day:
    """The moving parts: who is free, who waits, and when the next unit is clear."""

    def __init__(
        self,
        at: Ints,
        area: Ints,
        priority: Ints,
        post: Ints,
        times: Ints,
        service: Ints,
        policy: Policy,
        returns: bool,
    ) -> None:
        self.at, self.area, self.priority, self.times = at, area, priority, times
        self.place, self.service, self.policy, self.returns = post.copy(), service, policy, returns
        self.unit, self.sent, self.response = (np.full(len(at), -1) for _ in range(3))
        self.busy = np.zeros(len(post), np.int64)
        self.free = list(range(len(post)))
        self.waiting: list[tuple[int, int]] = []  # (priority, call): calls are numbered as they come
        self.clears: list[tuple[int, int]] = []  # (ms, unit)
        self.now = 0

    def run(self) -> None:
        moments, urgency = self.at.tolist(), self.priority.tolist()
        for call, moment in enumerate(moments):
            self.clear_until(moment)
            self.now = moment
            insort(self.waiting, (urgency[call], call))
            self.send()
        self.clear_until(None)

    def clear_until(self, moment: int | None) -> None:
        """A unit that is clear at the very moment of a call is free for it."""
        while self.clears and (moment is None or self.clears[0][0] <= moment):
            self.now, unit = heappop(self.clears)
            insort(self.free, unit)
            self.send()

    def send(self) -> None:
        if not self.waiting or not self.free:
            return
        calls = np.array([call for _, call in self.waiting])
        units = np.array(self.free)
        travel = self.times[self.place[units]][:, self.area[calls]].T
        now = Situation(self.priority[calls], self.now - self.at[calls], travel)
        pairs = self.policy.decide(now)
        if not pairs:
            return
        rows, columns = {row for row, _ in pairs}, {column for _, column in pairs}
        if min(len(rows), len(columns)) < len(pairs):
            raise BadInput("policy", type(self.policy).__name__, "sent a unit or served a call twice")
        if not (rows <= set(range(len(calls))) and columns <= set(range(len(units)))):
            raise BadInput("policy", type(self.policy).__name__, "named a call or a unit that is not there")
        for row, at in pairs:
            self.start(int(calls[row]), int(units[at]), int(self.times[self.place[units[at]], self.area[calls[row]]]))
        self.waiting = [entry for row, entry in enumerate(self.waiting) if row not in rows]
        self.free = [unit for at, unit in enumerate(self.free) if at not in columns]

    def start(self, call: int, unit: int, travel: int) -> None:
        if travel >= UNREACHABLE:
            raise BadInput("policy", type(self.policy).__name__, "sent a unit where there is no way")
        spent = travel + int(self.service[call])
        self.unit[call], self.sent[call] = unit, self.now
        self.response[call] = self.now - int(self.at[call]) + travel
        self.busy[unit] += spent
        if not self.returns:
            self.place[unit] = self.area[call]
        heappush(self.clears, (self.now + spent, unit))


def areas(what: str, values: Ints, count: int) -> Ints:
    if (values >= count).any():
        raise BadInput(what, first(values >= count), f"there are {count} areas")
    return values
