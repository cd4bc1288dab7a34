"""Typing the code that stands on a paper or in a message, whatever it opens."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from tartip.core.acts.errors import NotFound
from tartip.core.codes import tidy
from tartip.core.receipts.kinds import ReceiptKind, kinds
from tartip.core.receipts.lookup import open_code, unknown


@require_safe
@never_cache
def ask(request: HttpRequest) -> HttpResponse:
    typed = tidy(request.GET.get("code", ""))[:32]
    if not typed:
        return render(request, "receipts/ask.html", {"typed": ""})
    kind = open_code(request, typed, kind_of)
    return unknown(request, typed) if kind is None else redirect(kind.page, code=typed)


def kind_of(code: str) -> ReceiptKind:
    """The kind of receipt that a code opens. Raises NotFound."""
    for kind in kinds():
        try:
            kind.access(code)
        except NotFound:
            continue
        return kind
    raise NotFound(register="receipt", id=code)
