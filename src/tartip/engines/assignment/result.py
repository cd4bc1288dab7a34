"""The answer of an assignment: one row for each seat, and a reason where nobody comes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from tartip.engines.assignment.checks import Ints


class Reason(IntEnum):
    """Why a seat is empty; ASSIGNED where it is not."""

    ASSIGNED = 0
    NO_UNITS = 1  # there was not one unit
    NO_WAY = 2  # no unit can reach the incident
    NO_SKILL = 3  # those who can reach it lack a skill
    FORBIDDEN = 4  # those who could come must not
    TAKEN = 5  # those who could come are needed elsewhere more, or sit in another seat here


@dataclass(frozen=True, slots=True)
class Assignment:
    """Rows in the order of the incidents, an incident once for each seat; assigned seats first, cheapest first."""

    incident: Ints  # (seats,)
    unit: Ints  # (seats,) -1: nobody
    cost: Ints  # (seats,) as given, without fatigue; -1: nobody
    reason: Ints  # (seats,) Reason
    served: dict[int, int]  # priority -> seats with a unit
    total: dict[int, int]  # priority -> sum of costs with fatigue: the optimum's value
    longest_list: int  # the most units any incident was offered before the optimum was proven
