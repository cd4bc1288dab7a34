"""The card of a case as HTML; the appeals show it too, after a refused protest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tartip.cases import options, queries, words
from tartip.cases.actions.payments import MOST_PAID
from tartip.cases.fields import controls
from tartip.cases.models import Case
from tartip.cases.money import local_day, reduced_rest
from tartip.cases.next_step import state_name
from tartip.cases.repetition import questions
from tartip.cases.terms import RELIEFS, limitation_over
from tartip.cases.waiting import needs_the_court
from tartip.core import law
from tartip.core.acts import Actor
from tartip.core.codes import pretty
from tartip.core.inputs import typed_number
from tartip.core.language import named
from tartip.core.people.params import new_key
from tartip.core.refused import refused
from tartip.core.time import now
from tartip.errors import TartipError
from tartip.operations.calls.kinds import kind

# The acts of the section of that name.
EXECUTION = {"send", "execute", "enforce", "relieve", "refuse_relief"}
# Acts whose forms stand in a dialog of the card.
IN_DIALOGS = ("decide", "relieve", "refuse_relief", "close")


def render_card(
    request: HttpRequest, actor: Actor, case: Case, error: TartipError | None = None, failed: str = ""
) -> HttpResponse:
    """The card; after a refusal the form that was sent holds what was typed, in its open dialog with the reason."""
    acts = {found.code.split(".")[1]: found for found in queries.offered_acts(actor, case)}
    money = queries.money_of(case)
    form = {failed: request.POST} if failed else {}
    penalties = options.penalties(case, actor.role) if "decide" in acts and case.article else []
    context: dict[str, Any] = {
        "case": case,
        "pretty": pretty(case.receipt) if "hand_over" in acts else "",
        "article": article_of(case),
        "state_name": state_name(case),
        "incident": case.incident,
        "incident_name": named(kind(case.incident.kind).names) if case.incident else "",
        "clocks": queries.terms_of_case(case, beside_appeals=True),
        "data": queries.receipt_of(case),
        "acts": acts,
        "execution_open": bool(EXECUTION & acts.keys()) or (case.pay_until is not None and case.state == "in_force"),
        "articles": _articles(case, form.get("protocol", {})) if "protocol" in acts else [],
        "penalties": penalties,
        # By power alone: an option that cannot be priced yet is shown with its reason, not sent to the judge.
        "may_impose": any(option["allowed"] for row in penalties for option in row["options"]),
        "runs_in_court": "send_to_court" in acts and not needs_the_court(case),
        "account": money,
        "reduced": reduced_rest(case, now()) if "pay" in acts else None,
        # A slip of the hand would close the case and owe the person what never came.
        "asked": _asked(money, form["pay"]) if failed == "pay" else None,
        "appeals": queries.appeals_of(actor, case),
        "close_reasons": queries.close_reasons(case) if "close" in acts else [],
        # After that day only what was done before is entered.
        "executable_until": queries.last_day_of_execution(case) if "execute" in acts else None,
        "reliefs": [(code, words.relief_name(code)) for code in RELIEFS] if "relieve" in acts else [],
        "closed_for": words.close_reason(case.closed_for) if case.closed_for else "",
        "limitation_over": case.state in ("opened", "protocol", "in_court") and limitation_over(case, now()),
        "subjects": [(code, words.subject_name(code)) for code in law.SUBJECTS] if "protocol" in acts else [],
        "may_protest": actor.role == "prosecutor" and queries.may_protest(case),
        "asks": questions(case) if "decide" in acts else set(),
        "today": local_day(case, now()),
        # By act: what was typed into one form is none of the others' business.
        "form": form,
        "failed": failed,
        "refused": refused(error, controls(failed, request.POST) if failed in acts or failed == "protest" else {}),
        "reopen": failed.replace("_", "-") if failed in IN_DIALOGS else "",
        "key": new_key(),
    }
    return render(request, "cases/card.html", context, status=error.http_status if error else 200)


def _articles(case: Case, form: Mapping[str, str]) -> list[dict[str, Any]]:
    """What the search of a refused protocol had found, with the chosen one in any case; else the likely ones."""
    found = queries.articles(case, form.get("q", "")[:80] or case.article.removeprefix("koap-"))
    chosen = form.get("article", "").removeprefix("koap-")
    if chosen and all(row["key"] != f"koap-{chosen}" for row in found):
        found = [row for row in queries.articles(case, chosen) if row["key"] == f"koap-{chosen}"] + found
    return found


def article_of(case: Case) -> dict[str, str] | None:
    return words.cited(case.article, local_day(case, case.offence_at)) if queries.is_named(case) else None


def _asked(found: Mapping[str, Any] | None, form: Any) -> dict[str, Any] | None:
    """The sum that was typed, where it is more than is still owed, and whether it was confirmed."""
    typed = typed_number(str(form.get("amount", "")))
    if not found or typed is None or not found["remaining_tenge"] < typed <= MOST_PAID:
        return None
    return {"sum": typed, "confirmed": typed_number(str(form.get("came", ""))) == typed}
