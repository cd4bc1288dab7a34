"""The night's patrol plan: which crew is where when, and where posts stand. See README.md."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tartip.engines.patrol.checker import check as check
    from tartip.engines.patrol.checker import faults as faults
    from tartip.engines.patrol.districts import plan_districts as plan_districts
    from tartip.engines.patrol.greedy import greedy_plan as greedy_plan
    from tartip.engines.patrol.posts import place_posts as place_posts
    from tartip.engines.patrol.problem import Place as Place
    from tartip.engines.patrol.problem import Problem as Problem
    from tartip.engines.patrol.problem import Shift as Shift
    from tartip.engines.patrol.searching import solve as solve

_HOMES = {
    "Place": "problem",
    "Shift": "problem",
    "Problem": "problem",
    "UNREACHABLE": "problem",
    "Visit": "plan",
    "Route": "plan",
    "Plan": "plan",
    "Fault": "checker",
    "faults": "checker",
    "check": "checker",
    "greedy_plan": "greedy",
    "SolveParams": "params",
    "Balance": "params",
    "solve": "searching",
    "District": "districts",
    "plan_districts": "districts",
    "CityPlan": "districts",
    "Posts": "posts",
    "place_posts": "posts",
    "UnreachablePlace": "errors",
    "NoPlan": "errors",
    "BadPlan": "errors",
}

__all__ = list(_HOMES)  # pyright: ignore[reportUnsupportedDunderAll]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__} has no attribute {name}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
