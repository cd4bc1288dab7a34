"""Appealing with nothing but the receipt: one short form, and the receipt of the appeal with its terms."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from tartip.appeals import instances, queries
from tartip.appeals.access import access_by_receipt
from tartip.appeals.actions import SHORTEST_TEXT, file_appeal, withdraw as take_back
from tartip.appeals.errors import AlreadyAppealed, OnlyThePerson
from tartip.appeals.models import OPEN, Appeal
from tartip.cases import receipts as case_receipts
from tartip.cases.access import holder_of
from tartip.cases.models import Case
from tartip.cases.money import local_day
from tartip.cases.next_step import penalty_done, penalty_kept
from tartip.core.codes import pretty
from tartip.core.people.actors import is_known
from tartip.core.people.params import BadHeader, key_of, new_key
from tartip.core.receipts.kinds import ReceiptKind
from tartip.core.receipts.lookup import frame, open_code, proof, unknown
from tartip.core.refused import refused
from tartip.core.time import now
from tartip.errors import TartipError

RECEIPT = ReceiptKind(access_by_receipt, "appeals:receipt")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def file(request: HttpRequest, code: str) -> HttpResponse:
    """The form, and its answer: the receipt of the appeal. The second press of the button is the first one."""
    case = case_receipts.found(request, code)
    if case is None:
        return unknown(request, code)
    if request.method != "POST":
        opened = _open_appeal(case)
        if opened:
            return redirect("appeals:receipt", code=opened.receipt)
        return _form(request, case)
    if is_known(request):
        return _form(request, case, OnlyThePerson())
    try:
        appeal = file_appeal(
            holder_of(case).saying(key=key_of(request)),
            case,
            text=request.POST.get("text", ""),
            instance=request.POST.get("instance") or None,
        )
    except AlreadyAppealed:
        opened = _open_appeal(case)
        if opened is None:
            raise
        return redirect("appeals:receipt", code=opened.receipt)
    except TartipError as error:
        return _form(request, case, error)
    return redirect("appeals:receipt", code=appeal.receipt)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def withdraw(request: HttpRequest, code: str) -> HttpResponse:
    """The person takes the appeal back; who is logged in does not, and a second press changes nothing."""
    appeal = found(request, code)
    if appeal is None:
        return unknown(request, code)
    if request.method == "POST":
        if is_known(request):
            return _receipt(request, appeal, OnlyThePerson())
        try:
            take_back(holder_of(appeal.case).saying(key=key_of(request)), appeal)
        except TartipError as error:
            appeal.refresh_from_db()
            if appeal.state != "withdrawn":
                return _receipt(request, appeal, error)
    return redirect("appeals:receipt", code=appeal.receipt)


@require_safe
@never_cache
def show(request: HttpRequest, code: str) -> HttpResponse:
    appeal = found(request, code)
    if appeal is None:
        return unknown(request, code)
    return _receipt(request, appeal)


def _receipt(request: HttpRequest, appeal: Appeal, error: TartipError | None = None) -> HttpResponse:
    context = {
        **queries.receipt_of(appeal),
        **frame(request, appeal.receipt, "appeals:receipt", appeal.territory),
        "key": new_key(),
        "refused": refused(error, {}),
    }
    return render(request, "appeals/receipt.html", context, status=error.http_status if error else 200)


@require_safe
@never_cache
def download(request: HttpRequest, code: str) -> HttpResponse:
    """The proof that the appeal was filed when it was filed."""
    appeal = found(request, code)
    entry = queries.receipt_of(appeal)["entry"] if appeal else None
    if appeal is None or entry is None:
        return unknown(request, code)
    return proof(entry, f"appeal-{appeal.receipt}.json")


def found(request: HttpRequest, code: str) -> Appeal | None:
    return open_code(request, code, access_by_receipt)


def _open_appeal(case: Case) -> Appeal | None:
    return (
        Appeal.objects.filter(case=case)
        .filter(state__in=OPEN)
        .exclude(filed_by=instances.PROSECUTOR)
        .order_by("-filed_at")
        .first()
    )


def _key_again(request: HttpRequest) -> str:
    """The key of a form that is drawn again: the same, so that sending it twice is sending it once."""
    try:
        return key_of(request) or new_key()
    except BadHeader:
        return new_key()


def _why_none(case: Case) -> TartipError | None:
    """Why no appeal can be filed now, whatever is sent; None where one can."""
    try:
        instances.next_of(case)
    except TartipError as error:
        return error
    return None


def _form(request: HttpRequest, case: Case, error: TartipError | None = None) -> HttpResponse:
    """The form with its term; where nothing can be filed any more, why not, without either."""
    if error is not None:
        case.refresh_from_db()  # it may be another than when the form was drawn
    why_none = _why_none(case)
    error = error or why_none
    instance = instances.left(case)
    last = instances.last_moment(case, instance) if instance else None
    context = {
        "code": case.receipt,
        "pretty": pretty(case.receipt),
        "case": case,
        "may_file": why_none is None,
        "instance": instance or "",
        "to_court": instance == instances.COURT,
        "until": local_day(case, last) if last else None,
        "late": last is not None and now() > last,
        "penalty_done": penalty_done(case),
        "penalty_kept": penalty_kept(case),
        # For a protest of the prosecutor.
        "waits": case.state == "under_appeal",
        "text": request.POST.get("text", ""),
        "key": _key_again(request),
        "shortest": SHORTEST_TEXT,
        "refused": refused(error, {"text": "text"}),
    }
    return render(request, "appeals/file.html", context, status=error.http_status if error else 200)
