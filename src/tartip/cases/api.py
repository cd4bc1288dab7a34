"""Cases by HTTP: the list, one case, its acts; and the public receipt by its code."""

from __future__ import annotations

import uuid
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Router, Schema

from tartip.cases import actions, options, queries, receipts
from tartip.cases.access import access_case, access_payable
from tartip.cases.imposed import sanctions_of
from tartip.cases.models import Case
from tartip.cases.money import account
from tartip.core.acts import NotFound
from tartip.core.acts.access import must_read
from tartip.core.codes import tidy
from tartip.core.people.actors import acting
from tartip.core.schema import Day, Input, Moment, MomentOrDay

router = Router(tags=["cases"])
public = Router(tags=["receipts"])
routers = {"/cases": router, "/receipts": public}


class ProtocolIn(Input):
    article: str = Field(max_length=32)
    facts: str
    subject: str = Field("person", max_length=16)
    continuing: bool = False
    offence_at: Moment | None = None


class DecideIn(Input):
    kind: str = Field("", max_length=16)
    option: Annotated[int, Field(ge=1, le=100)] | None = None
    repeat: bool = False
    subject: str | None = Field(None, max_length=16)
    terms: dict[str, Annotated[int, Field(ge=0, lt=2**31)]] = Field({}, max_length=8)
    item: str = Field("", max_length=500)
    earlier: str = Field("", max_length=500)
    another_person: bool = False
    another_offence: bool = False


class PayIn(Input):
    amount_tenge: Annotated[int, Field(ge=1, lt=2**31)]
    paid_at: MomentOrDay | None = None
    reference: str = Field("", max_length=64)


class ReturnIn(Input):
    amount_tenge: Annotated[int, Field(ge=1, lt=2**31)]
    reference: str = Field(max_length=64)
    returned_at: MomentOrDay | None = None


class CloseIn(Input):
    reason: str = ""
    closed_for: str = Field("other", max_length=16)


class HandOverIn(Input):
    at: MomentOrDay | None = None


class PetitionIn(Input):
    text: str


class ReasonIn(Input):
    reason: str


class RelieveIn(Input):
    relief: str = Field(max_length=16)
    until: Day
    reason: str


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


@router.post("/{uuid:case_id}/protocol", response=Shown)
def protocol(request: HttpRequest, case_id: uuid.UUID, payload: ProtocolIn) -> dict[str, Any]:
    who = acting(request)
    return shown(actions.draw_protocol(who, access_case(who, case_id), **payload.dict()))


@router.post("/{uuid:case_id}/decide", response=Shown)
def decide(request: HttpRequest, case_id: uuid.UUID, payload: DecideIn) -> dict[str, Any]:
    who = acting(request)
    case = access_case(who, case_id)
    return shown(actions.decide(who, case, **payload.dict()))


@router.post("/{uuid:case_id}/send_to_court", response=Shown)
def send_to_court(request: HttpRequest, case_id: uuid.UUID) -> dict[str, Any]:
    """What only the court may impose goes to the judge."""
    who = acting(request)
    return shown(actions.send_to_court(who, access_case(who, case_id)))


@router.post("/{uuid:case_id}/hand_over", response=Shown)
def hand_over(request: HttpRequest, case_id: uuid.UUID, payload: HandOverIn | None = None) -> dict[str, Any]:
    """The person has the copy; `at` where that was earlier than now."""
    who = acting(request)
    case = actions.hand_over(who, access_case(who, case_id), at=payload.at if payload else None)
    return shown(case, code=True)


@router.post("/{uuid:case_id}/pay", response=Shown)
def pay(request: HttpRequest, case_id: uuid.UUID, payload: PayIn) -> dict[str, Any]:
    """Record money that came in; the same `reference` again is the same payment."""
    who = acting(request)
    return shown(actions.pay(who, access_payable(who, case_id), **payload.dict()))


@router.post("/{uuid:case_id}/return_money", response=Shown)
def return_money(request: HttpRequest, case_id: uuid.UUID, payload: ReturnIn) -> dict[str, Any]:
    """Record that overpaid money went back to the person."""
    who = acting(request)
    return shown(actions.return_money(who, access_case(who, case_id), **payload.dict()))


@router.post("/{uuid:case_id}/execute", response=Shown)
def execute(request: HttpRequest, case_id: uuid.UUID, payload: HandOverIn | None = None) -> dict[str, Any]:
    """What is no fine was carried out."""
    who = acting(request)
    return shown(actions.execute(who, access_case(who, case_id), at=payload.at if payload else None))


@router.post("/{uuid:case_id}/send", response=Shown)
def send(request: HttpRequest, case_id: uuid.UUID) -> dict[str, Any]:
    """The decision goes to those who carry it out."""
    who = acting(request)
    return shown(actions.send(who, access_case(who, case_id)))


@router.post("/{uuid:case_id}/ask_relief", response=Shown)
def ask_relief(request: HttpRequest, case_id: uuid.UUID, payload: PetitionIn) -> dict[str, Any]:
    """Record a petition to pay later or in parts that came on paper."""
    who = acting(request)
    return shown(actions.ask_relief(who, access_case(who, case_id), text=payload.text))


@router.post("/{uuid:case_id}/refuse_relief", response=Shown)
def refuse_relief(request: HttpRequest, case_id: uuid.UUID, payload: ReasonIn) -> dict[str, Any]:
    """Refuse such a petition, with reasons the person reads."""
    who = acting(request)
    return shown(actions.refuse_relief(who, access_case(who, case_id), reason=payload.reason))


@router.post("/{uuid:case_id}/relieve", response=Shown)
def relieve(request: HttpRequest, case_id: uuid.UUID, payload: RelieveIn) -> dict[str, Any]:
    """Postpone the payment, or allow it in parts."""
    who = acting(request)
    return shown(actions.relieve(who, access_case(who, case_id), **payload.dict()))


@router.post("/{uuid:case_id}/enforce", response=Shown)
def enforce(request: HttpRequest, case_id: uuid.UUID) -> dict[str, Any]:
    """What remains after the term to pay goes to enforcement."""
    who = acting(request)
    return shown(actions.enforce(who, access_case(who, case_id)))


@router.post("/{uuid:case_id}/close", response=Shown)
def close(request: HttpRequest, case_id: uuid.UUID, payload: CloseIn) -> dict[str, Any]:
    who = acting(request)
    return shown(actions.close_case(who, access_case(who, case_id), **payload.dict()))


@public.get("/{str:code}", auth=None)
def receipt(request: HttpRequest, code: str) -> dict[str, Any]:
    """What the holder of the receipt sees. The code is the key; tries are counted."""
    return queries.receipt_of(held(request, code))


def held(request: HttpRequest, code: str) -> Case:
    case = receipts.found(request, code)
    if case is None:
        raise NotFound(register="receipt", id=tidy(code)[:32])
    return case
