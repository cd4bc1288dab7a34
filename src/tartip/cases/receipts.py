"""The public receipt of a case: its code is the key, there is no log-in."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from tartip.cases import actions, instances, queries, reviews
from tartip.cases.access import access_by_receipt, holder_of
from tartip.cases.errors import NoRelief, OnlyThePerson
from tartip.cases.models import Case
from tartip.core.acts import Denied, NotOpen
from tartip.core.acts.errors import TermOver
from tartip.core.people.actors import is_known
from tartip.core.people.params import key_of, new_key
from tartip.core.receipts.kinds import ReceiptKind
from tartip.core.receipts.lookup import frame, open_code, proof, unknown
from tartip.core.refused import refused
from tartip.errors import TartipError

RECEIPT = ReceiptKind(access_by_receipt, "cases:receipt")


@require_safe
@never_cache
def show(request: HttpRequest, code: str) -> HttpResponse:
    case = found(request, code)
    if case is None:
        return unknown(request, code)
    return render(request, "cases/receipt.html", {**shown(request, case)})


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def ask_relief(request: HttpRequest, code: str) -> HttpResponse:
    """The holder asks to pay later or in parts. A refusal draws the receipt again with what was typed."""
    case = found(request, code)
    if case is None:
        return unknown(request, code)
    if request.method != "POST":
        return redirect("cases:receipt", code=case.receipt)
    try:
        if is_known(request):
            raise OnlyThePerson
        actions.ask_relief(holder_of(case).saying(key=key_of(request)), case, text=request.POST.get("text", ""))
    except TartipError as refusal:
        case.refresh_from_db()
        error = _in_words(case, refusal)
        context = {
            **shown(request, case),
            "refused": refused(error, {"text": "relief-text"}),
            "text": request.POST.get("text", ""),
        }
        return render(request, "cases/receipt.html", context, status=error.http_status)
    return redirect("cases:receipt", code=case.receipt)


def _in_words(case: Case, error: TartipError) -> TartipError:
    """For the person: what is wrong with the case, where the refusal would list the conditions of an act."""
    if isinstance(error, (Denied, NotOpen, TermOver)):
        try:
            actions.check_relief(case)
        except NoRelief as found:
            return found
    return error


@require_safe
@never_cache
def download(request: HttpRequest, code: str) -> HttpResponse:
    """The proof of the decision: verifies with `tartip verify`, without this server."""
    case = found(request, code)
    if case is None:
        return unknown(request, code)
    data = queries.receipt_of(case)
    if data["decision"] is None:
        return unknown(request, code)
    return proof(data["decision"]["entry"], f"receipt-{case.receipt}.json")


@require_safe
@never_cache
def download_change(request: HttpRequest, code: str) -> HttpResponse:
    """The proof of what an appeal or a protest changed last; nothing is there where nothing was changed."""
    case = found(request, code)
    change = reviews.change(case) if case else None
    if case is None or change is None:
        return unknown(request, code)
    return proof(change["entry"], f"change-{case.receipt}.json")


def shown(request: HttpRequest, case: Case) -> dict[str, Any]:
    data = queries.receipt_of(case)
    protests = [row for row in data["appeals"] if row["protest"]]
    own = [row for row in data["appeals"] if not row["protest"]]
    return {
        **data,
        "case": case,
        **frame(request, case.receipt, "cases:receipt", case.territory),
        "may_appeal": queries.may_appeal(case),
        "may_ask": queries.may_ask(case),
        "key": new_key(),
        "to_court": instances.left(case) == instances.COURT,
        "open_appeal": next((row for row in own if row["open"]), None),
        "decided_appeals": [row for row in own if row["result"]],
        "protests": protests,
        "decided_protest": next((row for row in reversed(protests) if row["reasons"]), None),
    }


def found(request: HttpRequest, code: str) -> Case | None:
    """The case of a code; wrong ones are counted."""
    return open_code(request, code, access_by_receipt)
