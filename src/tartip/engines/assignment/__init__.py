"""Which unit goes to which incident, what that costs the others, and how a day goes by a rule. See README.md."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tartip.engines.assignment.costs import Dense as Dense
    from tartip.engines.assignment.costs import Lists as Lists
    from tartip.engines.assignment.coverage import coverage_loss as coverage_loss
    from tartip.engines.assignment.day import simulate as simulate
    from tartip.engines.assignment.optimal import assign as assign
    from tartip.engines.assignment.policies import Policy as Policy

_HOMES = {
    "assign": "optimal",
    "AssignParams": "optimal",
    "Incidents": "problem",
    "Units": "problem",
    "Dense": "costs",
    "Lists": "costs",
    "padded": "costs",
    "Assignment": "result",
    "Reason": "result",
    "TooLarge": "errors",
    "TooMany": "errors",
    "ListsTooShort": "errors",
    "Policy": "policies",
    "Situation": "policies",
    "ClosestIdle": "policies",
    "Reserve": "policies",
    "Optimal": "policies",
    "Coverage": "coverage",
    "coverage_loss": "coverage",
    "Calls": "day",
    "Fleet": "day",
    "DayParams": "day",
    "simulate": "day",
    "ServiceTimes": "service",
    "Exponential": "service",
    "LogNormal": "service",
    "DayResult": "figures",
    "PriorityFigures": "figures",
}
UNREACHABLE = 1_073_741_823  # as in engines.routing: from here on there is no way

__all__ = ["UNREACHABLE", *_HOMES]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__} has no attribute {name}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
