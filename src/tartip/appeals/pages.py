"""Pages of those who review: the board of clocks, and one appeal with the acts open on it."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tartip.appeals import actions, instances, queries, rights
from tartip.appeals.access import access_appeal, access_to_pass_on, own_decisions
from tartip.appeals.errors import NothingLeft
from tartip.appeals.models import OPEN, Appeal
from tartip.cases import queries as case_queries, reviews
from tartip.cases.access import access_case
from tartip.cases.card import render_card as render_case_card
from tartip.core.acts import Actor, NotFound, open_acts
from tartip.core.acts.access import must_read
from tartip.core.choices import chosen
from tartip.core.inputs import typed_number
from tartip.core.journal.models import Entry
from tartip.core.people.actors import page_actor
from tartip.core.people.params import form_actor, new_key
from tartip.core.problems import said
from tartip.core.refused import refused
from tartip.core.words import act_name
from tartip.errors import TartipError
from tartip.web.paging import BoundedPaginator

PER_PAGE = 25
# The control at which an error of a form is shown, by the field it names.
CONTROLS = {
    "decide": {"result": "result", "amount": "amount", "amount_tenge": "amount", "reasons": "reasons"},
    "restore_term": {"reason": "reason"},
}


@require_safe
def board(request: HttpRequest) -> HttpResponse:
    actor, state = page_actor(request), request.GET.get("state", "open")
    must_read(actor, Appeal)
    pages = BoundedPaginator(queries.board(actor, state), PER_PAGE, count_by="-filed_at")
    found = pages.get_page(request.GET.get("page"))
    clocks = case_queries.next_terms([appeal.pk for appeal in found])
    rows = [
        {
            "appeal": appeal,
            "clock": (reviews.terms_of(appeal, [clocks[appeal.pk]])[0] if appeal.pk in clocks else None),
            "state": reviews.state_name(appeal.state, instances.of(appeal), reviews.is_protest(appeal)),
            "attacked": act_name(appeal.attacked_act),
            "protest": reviews.is_protest(appeal),
        }
        for appeal in found
    ]
    own = [
        {
            "appeal": appeal,
            "clock": reviews.terms_of(appeal, case_queries.clocks_of(appeal.pk)[:1]),
            "state": reviews.state_name(appeal.state, instances.of(appeal), reviews.is_protest(appeal)),
            "pass_on": next((act for act in open_acts(actor, appeal) if act.code.startswith("appeal.forward")), None),
        }
        for appeal in own_decisions(actor).filter(state__in=OPEN).order_by("filed_at")[:PER_PAGE]
    ]
    # Words that are true of appeals and of protests: one filter shows both.
    ended = [
        ("decided", _("decided")), ("handed_over", _("result handed over")), ("withdrawn", _("withdrawn")),
        ("ended", _("left without review")),
    ]  # fmt: skip
    states = [("open", _("in work")), *ended, ("all", _("all"))]
    context = {
        "rows": rows, "own": own, "page": found, "states": states, "state": state, "key": new_key(),
    }  # fmt: skip
    return render(request, "appeals/board.html", context)


@require_safe
def card(request: HttpRequest, appeal_id: uuid.UUID) -> HttpResponse:
    actor = page_actor(request)
    return render_card(request, actor, access_appeal(actor, appeal_id))


@require_http_methods(["GET", "HEAD", "POST"])
def act(request: HttpRequest, appeal_id: uuid.UUID, name: str) -> HttpResponse:
    if request.method != "POST":
        return redirect("appeals:card", appeal_id=access_appeal(page_actor(request), appeal_id).pk)
    actor = form_actor(request)
    if name == "forward" and own_decisions(actor).filter(pk=appeal_id).exists():
        return _pass_on_own(request, actor, access_to_pass_on(actor, appeal_id))
    appeal = access_appeal(actor, appeal_id)
    handler = ACTS.get(name)
    if handler is None:
        raise NotFound(register="act", id=name)
    try:
        handler(actor, appeal, request.POST)
    except TartipError as error:
        appeal.refresh_from_db()
        return render_card(request, actor, appeal, error=error, failed=name)
    messages.success(request, _done(appeal, name), extra_tags=f"{name}.{appeal.pk}")
    return redirect("appeals:card", appeal_id=appeal.pk)


def _pass_on_own(request: HttpRequest, actor: Actor, appeal: Appeal) -> HttpResponse:
    """By the one who decided the case: the board is all that this one sees of the appeal."""
    try:
        actions.pass_on(actor, appeal)
    except TartipError as error:
        messages.error(request, said(error))
    else:
        messages.success(request, _done(appeal, "forward"))
    return redirect("appeals:board")


def _done(appeal: Appeal, name: str) -> str:
    """What was done, in words: the same button passes an appeal on to the higher body or to the court."""
    codes = (f"appeal.{name}", f"appeal.{name}_court")
    last = (
        Entry.objects.filter(subject=appeal.pk, act__in=codes).order_by("version").values_list("act", flat=True).last()
    )
    return act_name(last or codes[0], appeal.wording)


@require_http_methods(["GET", "HEAD", "POST"])
def protest(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """The prosecutor's form on the page of a case. A refusal draws that page again with what was typed."""
    if request.method != "POST":
        return redirect("cases:card", case_id=access_case(page_actor(request), case_id).pk)
    actor = form_actor(request)
    case = access_case(actor, case_id)
    try:
        appeal = actions.file_appeal(actor, case, text=request.POST.get("text", ""))
    except TartipError as error:
        case.refresh_from_db()
        return render_case_card(request, actor, case, error=error, failed="protest")
    messages.success(request, _("The protest was filed."), extra_tags=f"protest.{case.pk}")
    return redirect("appeals:card", appeal_id=appeal.pk)


def render_card(
    request: HttpRequest, actor: Actor, appeal: Appeal, error: TartipError | None = None, failed: str = ""
) -> HttpResponse:
    data = queries.receipt_of(appeal)
    acts = {found.code.split(".")[1]: found for found in open_acts(actor, appeal)}
    pass_on = acts.get("forward") or acts.get("forward_court")
    decides = None if pass_on else acts.get("decide") or acts.get("decide_court")
    # In older rows it did not end by itself when the decision was cancelled.
    nothing_left = appeal.state in OPEN and data["cancelled"]
    if nothing_left:
        acts.pop("restore_term", None)
    context = {
        "appeal": appeal,
        "case": appeal.case,
        "protest": data["protest"],
        "data": data,
        # This official hears such appeals, but has a part in the case.
        "another_decides": appeal.state in OPEN
        and rights.hears.test(actor, appeal)
        and not rights.has_no_part.test(actor, appeal),
        "nothing_left": said(NothingLeft()) if nothing_left else "",
        "case_data": case_queries.receipt_of(appeal.case),
        "acts": acts,
        "names": {name: found.worded(appeal.wording).names for name, found in acts.items()},
        "pass_on": pass_on,
        # First it is passed on, then decided.
        "decides": None if decides is None else decides.worded(appeal.wording).names,
        "results": [(code, reviews.result_name(code, data["protest"])) for code in actions.results_of(appeal)],
        "timed": case_queries.timed(appeal.case),
        "form": {failed: request.POST} if failed else {},
        "reopen": failed.replace("_", "-") if failed in ("decide", "restore_term") else "",
        "refused": refused(error, CONTROLS.get(failed, {}) | _term_controls(request.POST)),
        "key": new_key(),
    }
    return render(request, "appeals/card.html", context, status=error.http_status if error else 200)


def _term_controls(form: Mapping[str, str]) -> dict[str, str]:
    """Of the terms that may be made shorter: each has its own control."""
    return {name: name for name in form if name.startswith("term_")}


def _forward(actor: Actor, appeal: Appeal, form: Any) -> None:
    actions.pass_on(actor, appeal)


def _restore_term(actor: Actor, appeal: Appeal, form: Any) -> None:
    actions.restore_term(actor, appeal, reason=form.get("reason", ""))


def _hand_over(actor: Actor, appeal: Appeal, form: Any) -> None:
    actions.hand_over(actor, appeal)


def _withdraw(actor: Actor, appeal: Appeal, form: Any) -> None:
    actions.withdraw(actor, appeal)


def _decide(actor: Actor, appeal: Appeal, form: Any) -> None:
    terms = {
        name.removeprefix("term_"): number
        for name in form
        if name.startswith("term_") and (number := typed_number(str(form[name]))) is not None
    }
    actions.decide(
        actor, appeal, result=chosen(form, "result", actions.RESULTS), reasons=form.get("reasons", ""),
        amount_tenge=typed_number(str(form.get("amount", ""))), terms=terms,
    )  # fmt: skip


ACTS: dict[str, Callable[[Actor, Appeal, Any], None]] = {
    "forward": _forward,
    "restore_term": _restore_term,
    "decide": _decide,
    "hand_over": _hand_over,
    "withdraw": _withdraw,
}
