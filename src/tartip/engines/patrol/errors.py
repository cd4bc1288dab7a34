"""What the planner refuses to answer rather than answer wrongly."""

from __future__ import annotations

from tartip.engines.errors import EngineError


class UnreachablePlace(EngineError):
    """A mandatory visit that no shift can make even when it does nothing else.

    Of repeat visits each has a window of its own (see candidates.py); one of these may lie outside all shifts.
    """

    code = "patrol.unreachable_place"
    text = "place %(place)s is mandatory, but no shift can be there in time (visit %(visit)s)"

    def __init__(self, place: int, visit: int) -> None:
        super().__init__(place=place, visit=visit)


class NoPlan(EngineError):
    """The mandatory places fit one by one but were not brought together into one plan within the limits.

    This proves nothing: another search may find one. PlanImpossible says that none exists.
    """

    code = "patrol.no_plan"
    text = "no plan was found that serves all mandatory places; left out: %(places)s"

    def __init__(self, places: list[int]) -> None:
        super().__init__(places=places)


class PlanImpossible(NoPlan):
    """No plan exists: the mandatory places take more time than all shifts have, whatever the order."""

    code = "patrol.plan_impossible"
    text = "no plan can serve all mandatory places: they take %(needed)s s, all shifts together have %(available)s s"

    def __init__(self, needed: int, available: int) -> None:
        EngineError.__init__(self, needed=needed, available=available)


class BadPlan(EngineError):
    """A plan that the checker refutes."""

    code = "patrol.bad_plan"
    text = "the plan breaks the problem in %(count)s ways, first: %(first)s"

    def __init__(self, faults: tuple[object, ...]) -> None:
        self.faults = faults
        super().__init__(count=len(faults), first=str(faults[0]))
