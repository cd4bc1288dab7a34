"""Pages of the people who work on cases: the list with its clocks, and one case with the acts open on it."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tartip.cases import actions, queries, words
from tartip.cases.access import access_case
from tartip.cases.actions.payments import MOST_PAID
from tartip.cases.card import article_of, render_card
from tartip.cases.fields import beside_others
from tartip.cases.models import Case
from tartip.cases.money import account, local_day
from tartip.cases.terms import RELIEFS
from tartip.core import law
from tartip.core.acts import Actor, NotFound, perform_together
from tartip.core.acts.keys import is_done
from tartip.core.choices import NotChosen, chosen
from tartip.core.inputs import YEARS, is_in_range, typed_number, whole
from tartip.core.people.actors import page_actor
from tartip.core.people.menu import work_at
from tartip.core.people.params import form_actor
from tartip.core.terms.zones import end_of_day
from tartip.core.territory import tree
from tartip.core.time import now
from tartip.core.words import act_name
from tartip.errors import TartipError
from tartip.web.paging import BoundedPaginator

PER_PAGE = 25


class BadForm(TartipError):
    code = "case.bad_form"
    text = "%(field)s: %(rule)s."
    http_status = 422


@require_safe
def cases(request: HttpRequest) -> HttpResponse:
    actor, state = page_actor(request), request.GET.get("state", "open")
    work_at(actor, "cases:list")
    pages = BoundedPaginator(queries.listed(actor, state), PER_PAGE, count_by="-opened_at")
    found = pages.get_page(request.GET.get("page"))
    clocks = queries.next_terms([case.pk for case in found])
    rows = [
        {"case": case, "article": article_of(case), "clock": clocks.get(case.pk), "state": words.state_name(case.state)}
        for case in found
    ]
    states = [("open", _("in work")), *((code, words.state_name(code)) for code in queries.STATES), ("all", _("all"))]
    return render(
        request,
        "cases/list.html",
        {"rows": rows, "page": found, "states": states, "state": state},
    )


@require_safe
def card(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    actor = page_actor(request)
    return render_card(request, actor, access_case(actor, case_id))


@require_safe
def articles(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """Articles in force on the day of the offence, as a part of the protocol's form."""
    case = access_case(page_actor(request), case_id)
    found = queries.articles(case, request.GET.get("q", "")[:80])
    return render(request, "cases/articles.html", {"articles": found})


@require_http_methods(["GET", "HEAD", "POST"])
def act(request: HttpRequest, case_id: uuid.UUID, name: str) -> HttpResponse:
    """One button, one act. A refusal draws the card again with the words that were typed.

    Its address stays in the browser then; who asks for it again gets the card.
    """
    if request.method != "POST":
        return redirect("cases:card", case_id=access_case(page_actor(request), case_id).pk)
    actor = form_actor(request)
    case = access_case(actor, case_id)
    handler = ACTS.get(name)
    if handler is None:
        raise NotFound(register="act", id=name)

    def work() -> object:
        # What a form is refused for may be what its own first press did.
        return None if is_done(actor) else handler(actor, case, request.POST)

    try:
        result = perform_together(work, actor)
    except TartipError as error:
        case.refresh_from_db()
        return render_card(request, actor, case, error=error, failed=name)
    done = f"{name}.{case.pk}"
    if name in ("pay", "return_money") and isinstance(result, Case) and result.repeated:
        text = _("This payment document is known already: it was recorded once, and nothing was added now.")
        messages.info(request, text, extra_tags=done)
    else:
        messages.success(request, act_name(f"case.{name}"), extra_tags=done)
    return redirect("cases:card", case_id=case.pk)


def _protocol(actor: Actor, case: Case, form: Any) -> None:
    actions.draw_protocol(
        actor,
        case,
        article=chosen(form, "article", law.articles().rows),
        facts=_filled(form, "facts"),
        subject=chosen(form, "subject", law.SUBJECTS) if "subject" in form else "person",
        continuing=bool(form.get("continuing")),
        offence_at=_typed_moment(case, form, "offence_at"),
    )


def _decide(actor: Actor, case: Case, form: Any) -> None:
    penalty = str(form.get("penalty", "")).strip()
    subject, again, number = [*penalty.split("."), "", ""][:3]
    option = whole(number)
    if option is None or subject not in law.SUBJECTS:
        raise NotChosen(field="penalty")
    # Its own fields stand beside each option. Whoever typed into those of another may have meant that one.
    if others := beside_others(form, penalty):
        raise BadForm(field=others[0], rule="belongs to an option that is not chosen: choose it, or leave this empty")
    prefix = f"term.{penalty}."
    terms = {
        name.removeprefix(prefix): length
        for name in form
        if name.startswith(prefix) and (length := typed_number(str(form[name]))) is not None
    }
    actions.decide(
        actor,
        case,
        option=option,
        repeat=again == "again",
        subject=subject,
        terms=terms,
        item=str(form.get(f"item.{penalty}", "")),
        earlier=str(form.get(f"earlier.{subject}", "")),
        another_person=bool(form.get("another_person")),
        another_offence=bool(form.get("another_offence")),
    )


def _pay(actor: Actor, case: Case, form: Any) -> Case:
    amount, owed = _amount(form), account(case).remaining if case.amount_tenge else 0
    # The tick carries the sum it was shown with: for another sum it says nothing.
    if case.amount_tenge and owed < amount <= MOST_PAID and typed_number(str(form.get("came", ""))) != amount:
        if not owed:
            raise BadForm(field="amount", rule=_("nothing is owed; confirm that so much came"))
        raise BadForm(
            field="amount", rule="is more than the %(owed)s tenge that are owed; confirm that so much came", owed=owed
        )
    return actions.pay(
        actor,
        case,
        amount_tenge=amount,
        paid_at=_moment(case, form, "paid_on"),
        reference=_filled(form, "reference"),
    )


def _return_money(actor: Actor, case: Case, form: Any) -> Case:
    return actions.return_money(actor, case, amount_tenge=_amount(form), reference=_filled(form, "reference"))


def _close(actor: Actor, case: Case, form: Any) -> None:
    closed_for = chosen(form, "closed_for", actions.CLOSE_REASONS)
    actions.close_case(actor, case, reason=str(form.get("reason", "")).strip(), closed_for=closed_for)


def _hand_over(actor: Actor, case: Case, form: Any) -> None:
    actions.hand_over(actor, case, at=_moment(case, form, "handed_on") if form.get("handed_on") else None)


def _execute(actor: Actor, case: Case, form: Any) -> None:
    actions.execute(actor, case, at=_moment(case, form, "executed_on") if form.get("executed_on") else None)


def _relieve(actor: Actor, case: Case, form: Any) -> None:
    actions.relieve(
        actor, case, relief=chosen(form, "relief", RELIEFS), until=_day(form, "until"), reason=_filled(form, "reason")
    )


ACTS: dict[str, Callable[[Actor, Case, Any], object]] = {
    "protocol": _protocol,
    "send_to_court": lambda actor, case, form: actions.send_to_court(actor, case),
    "decide": _decide,
    "hand_over": _hand_over,
    "pay": _pay,
    "return_money": _return_money,
    "send": lambda actor, case, form: actions.send(actor, case),
    "execute": _execute,
    "relieve": _relieve,
    "refuse_relief": lambda actor, case, form: actions.refuse_relief(actor, case, reason=_filled(form, "reason")),
    "enforce": lambda actor, case, form: actions.enforce(actor, case),
    "close": _close,
}


def _amount(form: Any) -> int:
    amount = typed_number(str(form.get("amount", "")))
    if amount is None:
        raise BadForm(field="amount", rule=_("must not be empty"))
    return amount


def _day(form: Any, field: str) -> date:
    try:
        day = date.fromisoformat(_filled(form, field))
    except ValueError:
        raise BadForm(field=field, rule=_("must be a date")) from None
    if not is_in_range(day):
        raise BadForm(field=field, rule="must lie in the years %(years)s", years=YEARS)
    return day


def _moment(case: Case, form: Any, field: str) -> datetime:
    """The day somebody typed, as its last moment there: for today, now."""
    day = _day(form, field)
    end = end_of_day(day, tree.zone(case.territory_id))
    return min(end, now()) if day == local_day(case, now()) else end


def _typed_moment(case: Case, form: Any, field: str) -> datetime | None:
    """A moment typed in the time of the place; None where nothing was typed."""
    typed = str(form.get(field, "")).strip()
    if not typed:
        return None
    try:
        moment = datetime.fromisoformat(typed)
    except ValueError:
        raise BadForm(field=field, rule=_("must be a date and a time")) from None
    if not is_in_range(moment.date()):
        raise BadForm(field=field, rule="must lie in the years %(years)s", years=YEARS)
    return moment if moment.tzinfo else moment.replace(tzinfo=tree.zone(case.territory_id))


def _filled(form: Any, field: str) -> str:
    text = str(form.get(field, "")).strip()
    if not text:
        raise BadForm(field=field, rule=_("must not be empty"))
    return text
