"""Cases by HTTP: the list, one case, its acts; and the public receipt by its code."""

from __future__ import annotations

import uuid
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Router, Schema

from tartip.cases import options, queries, receipts
from tartip.cases.access import access_case
from tartip.cases.imposed import sanctions_of
from tartip.cases.models import Case
from tartip.cases.money import account
from tartip.core.acts import Actor, NotFound
from tartip.core.acts.access import must_read
from tartip.core.codes import tidy
from tartip.core.people.actors import acting
from tartip.core.registers.present import presents

router = Router(tags=["cases"])
public = Router(tags=["receipts"])
routers = {"/cases": router, "/receipts": public}


class Shown(Schema):
    id: uuid.UUID
    version: int
    state: str
    # The person's code, for the paper handed over with the copy; staff get it nowhere else.
    receipt: str | None
    article: str
    penalty_kind: str
    amount_tenge: int | None
    paid_tenge: int | None
    sanctions: list[dict[str, Any]]
    remaining_tenge: int
    to_return_tenge: int


def shown(case: Case, *, code: bool = False) -> dict[str, Any]:
    found = account(case)
    return {
        "id": case.pk, "version": case.version, "state": case.state, "article": case.article,
        "receipt": case.receipt if code else None,
        "penalty_kind": case.penalty_kind, "amount_tenge": case.amount_tenge, "paid_tenge": case.paid_tenge,
        "sanctions": sanctions_of(case), "remaining_tenge": found.remaining, "to_return_tenge": found.to_return,
    }  # fmt: skip


@presents(Case)
def presented(actor: Actor, case: Case) -> dict[str, Any]:
    """The person's code is in it for the paper: until that is handed over, and in the answer to the handing over."""
    to_hand_over = any(act.code == "case.hand_over" for act in queries.offered_acts(actor, case))
    return shown(case, code=to_hand_over or case.just_done == "case.hand_over")


@router.get("", response=list[Shown])
def listed(
    request: HttpRequest, state: str = "open", limit: Annotated[int, Field(ge=1, le=500)] = 100,
    offset: Annotated[int, Field(ge=0, le=1_000_000)] = 0,
) -> list[dict[str, Any]]:  # fmt: skip
    """Cases the caller may read, the term that ends first in front."""
    must_read(acting(request), Case)
    return [shown(case) for case in queries.listed(acting(request), state)[offset : offset + limit]]


@router.get("/{uuid:case_id}")
def show(request: HttpRequest, case_id: uuid.UUID) -> dict[str, Any]:
    """One case: what its receipt says, and the acts open to the caller now."""
    who = acting(request)
    case = access_case(who, case_id)
    acts = [act.code for act in queries.offered_acts(who, case)]
    return {**shown(case, code="case.hand_over" in acts), "acts": acts, "told": told_to_staff(case)}


def told_to_staff(case: Case) -> dict[str, Any]:
    """What the receipt says, without the codes that open it and the appeals: those are the person's.

    Nor the reasons of appeals and of restored terms: who decided the case reads none, and the others read them with
    the appeal.
    """
    told = queries.receipt_of(case)
    del told["code"]
    for appeal in told["appeals"]:
        del appeal["code"], appeal["reasons"], appeal["term_reason"]
    if told["change"]:
        del told["change"]["code"]
    return told


@router.get("/{uuid:case_id}/articles")
def articles(
    request: HttpRequest, case_id: uuid.UUID, q: Annotated[str, Field(max_length=80)] = ""
) -> list[dict[str, Any]]:
    """Articles in force on the day of the offence, by number or words."""
    return queries.articles(access_case(acting(request), case_id), q)


@router.get("/{uuid:case_id}/penalties")
def penalties(request: HttpRequest, case_id: uuid.UUID) -> list[dict[str, Any]]:
    """What the law allows to decide: subject, repetition, kinds with their sums."""
    case = access_case(acting(request), case_id)
    return options.penalties(case, acting(request).role) if case.article else []


@public.get("/{str:code}", auth=None)
def receipt(request: HttpRequest, code: str) -> dict[str, Any]:
    """What the holder of the receipt sees. The code is the key; tries are counted."""
    return queries.receipt_of(held(request, code))


def held(request: HttpRequest, code: str) -> Case:
    case = receipts.found(request, code)
    if case is None:
        raise NotFound(register="receipt", id=tidy(code)[:32])
    return case
