"""Appeals by HTTP: filing with a receipt, the board of terms, passing on and deciding."""

from __future__ import annotations

import uuid
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status

from tartip.appeals import actions, instances, queries, receipts as public
from tartip.appeals.access import access_appeal
from tartip.appeals.errors import OnlyThePerson
from tartip.appeals.models import Appeal
from tartip.cases.access import holder_of
from tartip.cases.api import held
from tartip.core.acts import Actor, NotFound, open_acts
from tartip.core.acts.access import must_read
from tartip.core.people.actors import acting, is_known
from tartip.core.people.params import saying
from tartip.core.registers.present import presents
from tartip.core.schema import Input

router = Router(tags=["appeals"])
routers = {"/appeals": router}


class FileIn(Input):
    text: str
    instance: str | None = Field(None, max_length=16)


class Shown(Schema):
    id: uuid.UUID
    version: int
    state: str
    case: uuid.UUID
    attacked_act: str
    instance: str
    late: bool
    term_restored: bool
    result: str


def shown(appeal: Appeal) -> dict[str, Any]:
    return {
        "id": appeal.pk, "version": appeal.version, "state": appeal.state,
        "case": appeal.case_id, "attacked_act": appeal.attacked_act, "instance": instances.of(appeal),
        "late": appeal.late,        "term_restored": appeal.term_restored_at is not None, "result": appeal.result,
    }  # fmt: skip


@presents(Appeal)
def presented(actor: Actor, appeal: Appeal) -> dict[str, Any]:
    return shown(appeal)


@router.get("", response=list[Shown])
def board(
    request: HttpRequest, state: str = "open", limit: Annotated[int, Field(ge=1, le=500)] = 100
) -> list[dict[str, Any]]:
    """Appeals the caller may see, overdue first."""
    must_read(acting(request), Appeal)
    return [shown(appeal) for appeal in queries.board(acting(request), state)[:limit]]


@router.get("/{uuid:appeal_id}")
def show(request: HttpRequest, appeal_id: uuid.UUID) -> dict[str, Any]:
    who = acting(request)
    appeal = access_appeal(who, appeal_id)
    return {
        **shown(appeal),
        "acts": [act.code for act in open_acts(who, appeal)],
        "told": queries.told_to_staff(appeal),
    }


@router.post("/by-receipt/{str:code}", auth=None, response={201: dict[str, Any], 200: dict[str, Any]})
def file(request: HttpRequest, code: str, payload: FileIn) -> Status[dict[str, Any]]:
    """Appeal as the holder of a receipt. The same Idempotency-Key gives the same appeal."""
    if is_known(request):
        raise OnlyThePerson
    case = held(request, code)
    appeal = actions.file_appeal(saying(holder_of(case), request), case, text=payload.text, instance=payload.instance)
    return Status(200 if appeal.repeated else 201, queries.receipt_of(appeal))


@router.post("/by-receipt/{str:code}/withdraw", auth=None)
def withdraw_by_receipt(request: HttpRequest, code: str) -> dict[str, Any]:
    """Take back the own appeal before it is decided, by the code of its receipt."""
    if is_known(request):
        raise OnlyThePerson
    appeal = public.found(request, code)
    if appeal is None:
        raise NotFound(register="receipt", id=code[:32])
    return queries.receipt_of(actions.withdraw(saying(holder_of(appeal.case), request), appeal))


@router.get("/by-receipt/{str:code}", auth=None)
def receipt(request: HttpRequest, code: str) -> dict[str, Any]:
    """What the person who filed it sees, by the code of the appeal's receipt."""
    appeal = public.found(request, code)
    if appeal is None:
        raise NotFound(register="receipt", id=code[:32])
    return queries.receipt_of(appeal)
