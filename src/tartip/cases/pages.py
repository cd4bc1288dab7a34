"""Pages of the people who work on cases: the list with its clocks, and one case with the acts open on it."""

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

from tartip.cases import actions, queries, words
from tartip.cases.access import access_case
from tartip.cases.door import form_actor, nav, new_key
from tartip.cases.models import Case
from tartip.cases.receipts import pretty
from tartip.core.acts import Actor, NotFound, open_acts
from tartip.core.people.actors import page_actor
from tartip.core.problems import said
from tartip.core.time import now
from tartip.core.words import act_name, named
from tartip.errors import TartipError
from tartip.operations.calls.kinds import kind

PER_PAGE = 25


class BadForm(TartipError):
    code = "case.bad_form"
    text = "%(field)s: %(rule)s."
    http_status = 422


@require_GET
def cases(request: HttpRequest) -> HttpResponse:
    actor, state = page_actor(request), request.GET.get("state", "open")
    found = Paginator(queries.listed(actor, state), PER_PAGE).get_page(request.GET.get("page"))
    clocks = queries.next_clocks([case.pk for case in found])
    rows = [
        {"case": case, "article": article_of(case), "clock": clocks.get(case.pk), "state": words.state_name(case.state)}
        for case in found
    ]
    states = [("open", _("in work")), *((code, words.state_name(code)) for code in queries.STATES), ("all", _("all"))]
    return render(
        request,
        "cases/list.html",
        {"rows": rows, "page": found, "states": states, "state": state, "nav_items": nav("cases")},
    )


@require_GET
def card(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    actor = page_actor(request)
    return drawn(request, actor, access_case(actor, case_id))


@require_GET
def articles(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """Articles in force on the day of the offence, as a part of the protocol's form."""
    case = access_case(page_actor(request), case_id)
    found = queries.articles(case, request.GET.get("q", "")[:80])
    return render(request, "cases/articles.html", {"articles": found, "chosen": case.article})


@require_POST
def act(request: HttpRequest, case_id: uuid.UUID, name: str) -> HttpResponse:
    """One button, one act. A refusal draws the card again with the words that were typed."""
    actor = form_actor(request)
    case = access_case(actor, case_id)
    handler = ACTS.get(name)
    if handler is None:
        raise NotFound(register="act", id=name)
    try:
        handler(actor, case, request.POST)
    except TartipError as error:
        case.refresh_from_db()
        return drawn(request, actor, case, error=error)
    messages.success(request, _("Done: %(act)s") % {"act": act_name(f"case.{name}")})
    return redirect("cases:card", case_id=case.pk)


def drawn(request: HttpRequest, actor: Actor, case: Case, error: TartipError | None = None) -> HttpResponse:
    acts = {found.code.split(".")[1]: found for found in open_acts(actor, case)}
    context: dict[str, Any] = {
        "case": case,
        "pretty": pretty(case.receipt),
        "article": article_of(case),
        "state_name": words.state_name(case.state),
        "incident": case.incident,
        "incident_name": named(kind(case.incident.kind).names) if case.incident else "",
        "clocks": queries.clocks_of(case.pk),
        "data": queries.receipt_of(case),
        "acts": acts,
        "articles": queries.articles(case, case.article.removeprefix("koap-")) if "protocol" in acts else [],
        "penalties": queries.penalties(case) if "decide" in acts and case.article else [],
        "due": case.amount_tenge,
        "reduced": actions.discounted(case, now()) if "pay" in acts else None,
        "form": request.POST,
        "error": said(error) if error else "",
        "key": new_key(),
        "nav_items": nav("cases"),
    }
    return render(request, "cases/card.html", context, status=error.http_status if error else 200)


def article_of(case: Case) -> dict[str, str] | None:
    return words.cited(case.article, actions.local_day(case, case.offence_at)) if case.article else None


def _protocol(actor: Actor, case: Case, form: Any) -> None:
    actions.draw_protocol(actor, case, article=_filled(form, "article"), facts=_filled(form, "facts"))


def _decide(actor: Actor, case: Case, form: Any) -> None:
    subject, _dot, rest = _filled(form, "penalty").partition(".")
    again, _dot, kind_code = rest.partition(".")
    actions.decide(actor, case, kind=kind_code, repeat=again == "again", subject=subject)


def _pay(actor: Actor, case: Case, form: Any) -> None:
    amount = "".join(_filled(form, "amount").split())
    if not (amount.isascii() and amount.isdigit() and len(amount) < 10):
        raise BadForm(field="amount", rule=_("must be a whole number of tenge"))
    actions.pay(actor, case, amount_tenge=int(amount))


def _close(actor: Actor, case: Case, form: Any) -> None:
    actions.close_case(actor, case, reason=_filled(form, "reason"))


def _hand_over(actor: Actor, case: Case, form: Any) -> None:
    actions.hand_over(actor, case)


ACTS: dict[str, Callable[[Actor, Case, Any], None]] = {
    "protocol": _protocol,
    "decide": _decide,
    "hand_over": _hand_over,
    "pay": _pay,
    "close": _close,
}


def _filled(form: Any, field: str) -> str:
    text = str(form.get(field, "")).strip()
    if not text:
        raise BadForm(field=field, rule=_("must not be empty"))
    return text
