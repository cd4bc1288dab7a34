"""What was imposed in a case, and what of it somebody still has to carry out."""

from __future__ import annotations

from typing import Any

from tartip.cases import sanctions
from tartip.cases.models import Case


def sanctions_of(case: Case) -> list[dict[str, Any]]:
    """What was imposed; older rows hold the kind and the fine only."""
    if case.sanctions is not None:
        return list(case.sanctions)
    if not case.penalty_kind:
        return []
    if case.penalty_kind != "fine":
        return [{"kind": case.penalty_kind}]
    return [{"kind": "fine", "mci_tenths": case.mci_tenths, "rate": case.base_rate, "tenge": case.amount_tenge}]


def carried_out(case: Case) -> set[str]:
    """The kinds of the penalty that somebody has to carry out: all but a fine and a warning."""
    return {row["kind"] for row in sanctions_of(case)} & sanctions.CARRIED_OUT


def needs_execution(case: Case) -> bool:
    return bool(carried_out(case))


def awaits(case: Case) -> bool:
    """Whether something other than money is still to be carried out."""
    return needs_execution(case) and case.rest_executed_at is None
