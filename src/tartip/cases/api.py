"""Cases by HTTP: the list, one case, its acts; and the public receipt by its code."""

from __future__ import annotations

import uuid
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Router, Schema
from pydantic import ConfigDict

from tartip.cases import actions, queries, receipts
from tartip.cases.access import access_case
from tartip.cases.models import Case
from tartip.core.acts import NotFound, open_acts
from tartip.core.people.actors import acting

router = Router(tags=["cases"])
public = Router(tags=["receipts"])


class Form(Schema):
    model_config = ConfigDict(extra="forbid")


class ProtocolIn(Form):
    article: str = Field(max_length=32)
    facts: str


class DecideIn(Form):
    kind: str = Field(max_length=16)
    repeat: bool = False
    subject: str = Field("person", max_length=16)


class PayIn(Form):
    amount_tenge: Annotated[int, Field(ge=0, lt=2**31)]


class CloseIn(Form):
    reason: str


class Shown(Schema):
    id: uuid.UUID
    version: int
    state: str
    receipt: str
    article: str
    penalty_kind: str
    amount_tenge: int | None
    paid_tenge: int | None


def shown(case: Case) -> dict[str, Any]:
    return {
        "id": case.pk, "version": case.version, "state": case.state, "receipt": case.receipt, "article": case.article,
        "penalty_kind": case.penalty_kind, "amount_tenge": case.amount_tenge, "paid_tenge": case.paid_tenge,
    }  # fmt: skip


@router.get("", response=list[Shown])
def listed(
    request: HttpRequest, state: str = "open", limit: Annotated[int, Field(ge=1, le=500)] = 100,
    offset: Annotated[int, Field(ge=0, le=1_000_000)] = 0,
) -> list[dict[str, Any]]:  # fmt: skip
    """Cases in the caller's territories, the term that ends first in front."""
    return [shown(case) for case in queries.listed(acting(request), state)[offset : offset + limit]]


@router.get("/{uuid:case_id}")
def show(request: HttpRequest, case_id: uuid.UUID) -> dict[str, Any]:
    """One case: what its receipt says, and the acts open to the caller now."""
    who = acting(request)
    case = access_case(who, case_id)
    return {**shown(case), "acts": [act.code for act in open_acts(who, case)], "told": queries.receipt_of(case)}


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
    return queries.penalties(case) if case.article else []


@router.post("/{uuid:case_id}/protocol", response=Shown)
def protocol(request: HttpRequest, case_id: uuid.UUID, payload: ProtocolIn) -> dict[str, Any]:
    who = acting(request)
    return shown(actions.draw_protocol(who, access_case(who, case_id), article=payload.article, facts=payload.facts))


@router.post("/{uuid:case_id}/decide", response=Shown)
def decide(request: HttpRequest, case_id: uuid.UUID, payload: DecideIn) -> dict[str, Any]:
    who = acting(request)
    case = access_case(who, case_id)
    return shown(actions.decide(who, case, kind=payload.kind, repeat=payload.repeat, subject=payload.subject))


@router.post("/{uuid:case_id}/hand_over", response=Shown)
def hand_over(request: HttpRequest, case_id: uuid.UUID) -> dict[str, Any]:
    who = acting(request)
    return shown(actions.hand_over(who, access_case(who, case_id)))


@router.post("/{uuid:case_id}/pay", response=Shown)
def pay(request: HttpRequest, case_id: uuid.UUID, payload: PayIn) -> dict[str, Any]:
    who = acting(request)
    return shown(actions.pay(who, access_case(who, case_id), amount_tenge=payload.amount_tenge))


@router.post("/{uuid:case_id}/close", response=Shown)
def close(request: HttpRequest, case_id: uuid.UUID, payload: CloseIn) -> dict[str, Any]:
    who = acting(request)
    return shown(actions.close_case(who, access_case(who, case_id), reason=payload.reason))


@public.get("/{str:code}", auth=None)
def receipt(request: HttpRequest, code: str) -> dict[str, Any]:
    """What the holder of the receipt sees. The code is the key; tries are counted."""
    return queries.receipt_of(held(request, code))


def held(request: HttpRequest, code: str) -> Case:
    case = receipts.found(request, code)
    if case is None:
        raise NotFound(register="receipt", id=receipts.tidy(code)[:32])
    return case
