"""Pages of those who review: the board of clocks, and one appeal with the acts open on it."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tartip.appeals import actions, queries
from tartip.appeals.access import REVIEWERS, access_appeal
from tartip.appeals.models import Appeal
from tartip.cases import queries as case_queries
from tartip.cases.door import form_actor, nav, new_key
from tartip.core.acts import Actor, Denied, NotFound, open_acts
from tartip.core.people.actors import page_actor
from tartip.core.problems import said
from tartip.core.words import act_name
from tartip.errors import TartipError

PER_PAGE = 25


@require_GET
def board(request: HttpRequest) -> HttpResponse:
    actor, state = page_actor(request), request.GET.get("state", "open")
    if actor.role not in REVIEWERS:
        raise Denied(act="appeals", rule=" or ".join(REVIEWERS))
    found = Paginator(queries.board(actor, state), PER_PAGE).get_page(request.GET.get("page"))
    clocks = case_queries.next_clocks([appeal.pk for appeal in found])
    rows = [
        {"appeal": appeal, "clock": clocks.get(appeal.pk), "state": queries.state_name(appeal.state),
         "attacked": act_name(appeal.attacked_act)}
        for appeal in found
    ]  # fmt: skip
    states = [("open", _("in work")), ("decided", queries.state_name("decided")), ("all", _("all"))]
    context = {"rows": rows, "page": found, "states": states, "state": state, "nav_items": nav("appeals")}
    return render(request, "appeals/board.html", context)


@require_GET
def card(request: HttpRequest, appeal_id: uuid.UUID) -> HttpResponse:
    actor = page_actor(request)
    return drawn(request, actor, access_appeal(actor, appeal_id))


@require_POST
def act(request: HttpRequest, appeal_id: uuid.UUID, name: str) -> HttpResponse:
    actor = form_actor(request)
    appeal = access_appeal(actor, appeal_id)
    handler = ACTS.get(name)
    if handler is None:
        raise NotFound(register="act", id=name)
    try:
        handler(actor, appeal, request.POST)
    except TartipError as error:
        appeal.refresh_from_db()
        return drawn(request, actor, appeal, error=error)
    messages.success(request, _("Done: %(act)s") % {"act": act_name(f"appeal.{name}")})
    return redirect("appeals:card", appeal_id=appeal.pk)


def drawn(request: HttpRequest, actor: Actor, appeal: Appeal, error: TartipError | None = None) -> HttpResponse:
    context = {
        "appeal": appeal,
        "case": appeal.case,
        "data": queries.receipt_of(appeal),
        "case_data": case_queries.receipt_of(appeal.case),
        "acts": {found.code.split(".")[1]: found for found in open_acts(actor, appeal)},
        "results": [(code, queries.result_name(code)) for code in actions.RESULTS],
        "form": request.POST,
        "error": said(error) if error else "",
        "key": new_key(),
        "nav_items": nav("appeals"),
    }
    return render(request, "appeals/card.html", context, status=error.http_status if error else 200)


def _forward(actor: Actor, appeal: Appeal, form: Any) -> None:
    actions.forward(actor, appeal)


def _decide(actor: Actor, appeal: Appeal, form: Any) -> None:
    amount = "".join(str(form.get("amount", "")).split())
    if amount and not (amount.isascii() and amount.isdigit() and len(amount) < 10):
        raise actions.BadAppeal(field="amount", rule=_("must be a whole number of tenge"))
    actions.decide(
        actor, appeal, result=form.get("result", ""), reasons=form.get("reasons", ""),
        amount_tenge=int(amount) if amount else None,
    )  # fmt: skip


ACTS: dict[str, Callable[[Actor, Appeal, Any], None]] = {"forward": _forward, "decide": _decide}
