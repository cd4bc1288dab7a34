"""Appealing with nothing but the receipt: one short form, and the receipt of the appeal with its terms."""

from __future__ import annotations

import orjson
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from tartip.appeals import queries
from tartip.appeals.access import access_by_receipt
from tartip.appeals.actions import SHORTEST_TEXT, AlreadyAppealed, file_appeal
from tartip.appeals.models import Appeal
from tartip.cases import receipts as case_receipts
from tartip.cases.access import holder_of
from tartip.cases.door import form_key, new_key
from tartip.cases.models import Case
from tartip.core.journal.queries import receipt
from tartip.core.problems import said
from tartip.errors import TartipError


@require_http_methods(["GET", "POST"])
@never_cache
def file(request: HttpRequest, code: str) -> HttpResponse:
    """The form, and its answer: the receipt of the appeal. The second press of the button is the first one."""
    case = case_receipts.found(request, code)
    if case is None:
        return case_receipts.unknown(request, code)
    if request.method == "GET":
        opened = _open_appeal(case)
        return redirect("appeals:receipt", code=opened.receipt) if opened else _form(request, case)
    try:
        appeal = file_appeal(holder_of(case).saying(key=form_key(request)), case, text=request.POST.get("text", ""))
    except AlreadyAppealed:
        opened = _open_appeal(case)
        if opened is None:
            raise
        return redirect("appeals:receipt", code=opened.receipt)
    except TartipError as error:
        return _form(request, case, error)
    return redirect("appeals:receipt", code=appeal.receipt)


@require_GET
@never_cache
def show(request: HttpRequest, code: str) -> HttpResponse:
    appeal = found(request, code)
    if appeal is None:
        return case_receipts.unknown(request, code)
    context = {
        **queries.receipt_of(appeal),
        "pretty": case_receipts.pretty(appeal.receipt),
        "zone": appeal.territory,
        "link": request.build_absolute_uri(reverse("appeals:receipt", args=[appeal.receipt])),
    }
    return render(request, "appeals/receipt.html", context)


@require_GET
@never_cache
def download(request: HttpRequest, code: str) -> HttpResponse:
    """The proof that the appeal was filed when it was filed."""
    appeal = found(request, code)
    entry = queries.receipt_of(appeal)["entry"] if appeal else None
    if appeal is None or entry is None:
        return case_receipts.unknown(request, code)
    body = orjson.dumps(receipt(entry), option=orjson.OPT_INDENT_2)
    return case_receipts.attachment(body, f"appeal-{appeal.receipt}.json")


def found(request: HttpRequest, code: str) -> Appeal | None:
    return case_receipts.opened(request, code, access_by_receipt)


def _open_appeal(case: Case) -> Appeal | None:
    return Appeal.objects.filter(case=case).exclude(state="decided").order_by("-filed_at").first()


def _form(request: HttpRequest, case: Case, error: TartipError | None = None) -> HttpResponse:
    context = {
        "code": case.receipt,
        "pretty": case_receipts.pretty(case.receipt),
        "case": case,
        "text": request.POST.get("text", ""),
        "key": form_key(request) or new_key(),
        "shortest": SHORTEST_TEXT,
        "error": said(error) if error else "",
    }
    return render(request, "appeals/file.html", context, status=error.http_status if error else 200)
