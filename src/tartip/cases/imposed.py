"""What was imposed in a case, and what of it somebody still has to carry out."""

from __future__ import annotations

from typing import Any

from tartip.cases import sanctions
from tartip.cases.models import Case
from tartip.cases.money import local_day
from tartip.core import law
from tartip.core.time import now

REDUCTION = "koap-826.5-reduction"


def sanctions_of(case: Case) -> list[dict[str, Any]]:
    """What was imposed; older rows hold the kind and the fine only."""
    if case.sanctions is not None:
        return list(case.sanctions)
    if not case.penalty_kind:
        return []
    if case.penalty_kind != "fine":
        return [{"kind": case.penalty_kind}]
    return [{"kind": "fine", "mci_tenths": case.mci_tenths, "rate": case.base_rate, "tenge": case.amount_tenge}]


def least_of(case: Case) -> dict[str, int]:
    """The least that an appeal may leave of each sanction: the law's own lower bound for the subject.

    Fines of the Code are one amount; the table of discounts says whether, and by how much, a review makes them less.
    """
    least = {}
    for row in sanctions_of(case):
        if row["kind"] == "fine" and row["tenge"] is not None:
            least["fine"] = _least_fine(case, row)
        elif "amount" in row:
            least[row["kind"]] = _shortest(case, row["kind"])
    return least


def _least_fine(case: Case, row: dict[str, Any]) -> int:
    """Counted from what the law names, however often it was made less before."""
    known = row["mci_tenths"] is not None and row["rate"] is not None
    whole: int = row["mci_tenths"] * row["rate"] // 10 if known else row["tenge"]
    try:
        return law.discount(REDUCTION, local_day(case, now())).reduced(whole)
    except law.MissingEdition:
        return whole


def _shortest(case: Case, kind: str) -> int:
    on = local_day(case, case.offence_at)
    penalty = law.penalty(case.penalty_key or case.article, on, subject=case.penalty_subject or "person")
    option = penalty.option("+".join(row["kind"] for row in sanctions_of(case)))
    found = [part for part in option or () if part.kind.value == kind]
    return sanctions.bounds(found[0])[0] if found else 1


def carried_out(case: Case) -> set[str]:
    """The kinds of the penalty that somebody has to carry out: all but a fine and a warning."""
    return {row["kind"] for row in sanctions_of(case)} & sanctions.CARRIED_OUT


def needs_execution(case: Case) -> bool:
    return bool(carried_out(case))


def awaits(case: Case) -> bool:
    """Whether something other than money is still to be carried out."""
    return needs_execution(case) and case.rest_executed_at is None
