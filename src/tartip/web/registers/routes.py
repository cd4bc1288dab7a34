"""The records of a register by HTTP: `GET /api/v1/{register}` and `GET /api/v1/{register}/{id}`.

Made from the declaration, as the pages are: the same filters, the same order, the same right to read.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from ninja import Router

from tartip.core.acts import Actor, open_acts
from tartip.core.acts.access import access, must_read
from tartip.core.people.actors import acting
from tartip.core.registers.models import Record
from tartip.core.registers.present import present
from tartip.core.registers.register import Register
from tartip.web.acts.routes import path_name, routed_acts
from tartip.web.registers import listing


def add_read_routes(router: Router, register: Register) -> None:
    """The list and the card of one register that has generated pages."""
    router.add_api_operation("", ["GET"], _list_view(register), summary=f"{register.name}: list")
    router.add_api_operation("/{uuid:record_id}", ["GET"], _card_view(register), summary=f"{register.name}: one record")


def shown(actor: Actor, record: Record) -> dict[str, Any]:
    """A record of a list: what every record has, and its columns. A person is only an id here."""
    return {"id": record.pk, "version": record.version, "state": record.state, **present(actor, record)}


def _list_view(register: Register) -> Callable[[HttpRequest], dict[str, Any]]:
    def list_records(request: HttpRequest) -> dict[str, Any]:
        """Filters, words (`q`), `sort`, and `after` or `before` as the page before it gave them."""
        actor = acting(request)
        must_read(actor, register.model)
        asked = listing.asked_of(register, request.GET.dict())
        found = listing.page_of(register, actor, asked)
        return {
            "count": found.count,
            "more": found.more,
            "next": found.next,
            "previous": found.previous,
            "items": [shown(actor, record) for record in found.rows],
        }

    list_records.__name__ = f"list_{register.name}"
    return list_records


def _card_view(register: Register) -> Callable[[HttpRequest, uuid.UUID], dict[str, Any]]:
    def show_record(request: HttpRequest, record_id: uuid.UUID) -> dict[str, Any]:
        """The record, and the acts that are open to the caller now, by their addresses."""
        actor = acting(request)
        record = access(actor, register.model._default_manager.all(), record_id)
        routed = {act.code for act in routed_acts()}
        acts = {
            act.code: f"{register.name}/{record.pk}/acts/{path_name(act)}"
            for act in open_acts(actor, record)
            if act.code in routed
        }
        return {**shown(actor, record), "acts": acts}

    show_record.__name__ = f"show_{register.name}"
    return show_record
