"""Appeals by HTTP: filing with a receipt, the board of terms, passing on and deciding."""

from __future__ import annotations

import uuid
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status
from pydantic import ConfigDict

from tartip.appeals import actions, queries
from tartip.appeals import receipts as public
from tartip.appeals.access import access_appeal
from tartip.appeals.models import Appeal
from tartip.cases.access import holder_of
from tartip.cases.api import held
from tartip.core.acts import NotFound, open_acts
from tartip.core.people.actors import acting

router = Router(tags=["appeals"])


class FileIn(Schema):
    model_config = ConfigDict(extra="forbid")
    text: str


class DecideIn(Schema):
    model_config = ConfigDict(extra="forbid")
    result: str = Field(max_length=16)
    reasons: str
    amount_tenge: Annotated[int, Field(ge=0, lt=2**31)] | None = None


class Shown(Schema):
    id: uuid.UUID
    version: int
    state: str
    receipt: str
    case: uuid.UUID
    attacked_act: str
    late: bool
    result: str


def shown(appeal: Appeal) -> dict[str, Any]:
    return {
        "id": appeal.pk, "version": appeal.version, "state": appeal.state, "receipt": appeal.receipt,
        "case": appeal.case_id, "attacked_act": appeal.attacked_act, "late": appeal.late, "result": appeal.result,
    }  # fmt: skip


@router.get("", response=list[Shown])
def board(
    request: HttpRequest, state: str = "open", limit: Annotated[int, Field(ge=1, le=500)] = 100
) -> list[dict[str, Any]]:
    """Appeals the caller may see, overdue first."""
    return [shown(appeal) for appeal in queries.board(acting(request), state)[:limit]]


@router.get("/{uuid:appeal_id}")
def show(request: HttpRequest, appeal_id: uuid.UUID) -> dict[str, Any]:
    who = acting(request)
    appeal = access_appeal(who, appeal_id)
    return {**shown(appeal), "acts": [act.code for act in open_acts(who, appeal)], "told": queries.receipt_of(appeal)}


@router.post("/{uuid:appeal_id}/forward", response=Shown)
def forward(request: HttpRequest, appeal_id: uuid.UUID) -> dict[str, Any]:
    who = acting(request)
    return shown(actions.forward(who, access_appeal(who, appeal_id)))


@router.post("/{uuid:appeal_id}/decide", response=Shown)
def decide(request: HttpRequest, appeal_id: uuid.UUID, payload: DecideIn) -> dict[str, Any]:
    who = acting(request)
    appeal = access_appeal(who, appeal_id)
    return shown(
        actions.decide(who, appeal, result=payload.result, reasons=payload.reasons, amount_tenge=payload.amount_tenge)
    )


@router.post("/by-receipt/{str:code}", auth=None, response={201: dict[str, Any], 200: dict[str, Any]})
def file(request: HttpRequest, code: str, payload: FileIn) -> Status[dict[str, Any]]:
    """Appeal as the holder of a receipt. The same Idempotency-Key gives the same appeal."""
    case = held(request, code)
    key = request.headers.get("Idempotency-Key", "")
    holder = holder_of(case).saying(key=key if 0 < len(key) <= 100 and key.isprintable() else None)
    appeal = actions.file_appeal(holder, case, text=payload.text)
    return Status(200 if appeal.repeated else 201, queries.receipt_of(appeal))


@router.get("/by-receipt/{str:code}", auth=None)
def receipt(request: HttpRequest, code: str) -> dict[str, Any]:
    """What the person who filed it sees, by the code of the appeal's receipt."""
    appeal = public.found(request, code)
    if appeal is None:
        raise NotFound(register="receipt", id=code[:32])
    return queries.receipt_of(appeal)
