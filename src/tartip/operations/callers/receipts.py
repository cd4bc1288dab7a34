"""The caller's receipt: what happened to my call. The code is the key, there is no log-in, and the page is live."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from tartip.core.codes import tidy
from tartip.core.language import language
from tartip.core.receipts.kinds import ReceiptKind
from tartip.core.receipts.live import Kept
from tartip.core.receipts.lookup import frame, open_code, unknown
from tartip.core.territory import tree
from tartip.operations.callers.queries import Followed, call_by_receipt, follow, waiting, words

RECEIPT = ReceiptKind(call_by_receipt, "callers:receipt")
kept = Kept(follow)


@require_safe
def show(request: HttpRequest, code: str) -> HttpResponse:
    """The whole page; without scripts it loads itself again every half minute."""
    found = open_code(request, code, kept.get)
    if found is None:
        return unknown(request, code)
    page = {**shown(found), **frame(request, found.code, "callers:receipt", str(tree.zone(found.territory)))}
    return _told(request, render(request, "callers/receipt.html", page), found)


@require_safe
def live(request: HttpRequest, code: str) -> HttpResponse:
    """Only what changes, for the page that polls: 304 while nothing did."""
    found = open_code(request, code, kept.get)
    if found is None:
        return unknown(request, code)
    # Asked first: where nothing changed nothing is drawn.
    same = get_conditional_response(request, etag=tag(found))
    if same is not None:
        return _told(request, HttpResponse(status=304), found)
    return _told(request, render(request, "callers/steps.html", shown(found)), found)


def tag(found: Followed) -> str:
    """Equal for equal answers in one language."""
    return f'"{sha256(repr((language(), found)).encode()).hexdigest()[:32]}"'


def _told(request: HttpRequest, answer: HttpResponse, found: Followed) -> HttpResponse:
    if request.resolver_match is not None and request.resolver_match.url_name == "live":
        answer["ETag"] = tag(found)
        answer["Cache-Control"] = "private, no-cache"
        answer["Vary"] = "Cookie, Accept-Language"
    else:
        answer["Cache-Control"] = "private, no-store"
    # The address holds the code: no other site learns it from a link.
    answer["Referrer-Policy"] = "no-referrer"
    return answer


def shown(found: Followed) -> dict[str, Any]:
    done, to_come = words(), waiting()
    return {
        "now": done[found.now],
        "steps": [
            {
                "text": done[step.code] if step.at else to_come[step.code],
                "at": step.at,
                "state": "now" if step.code == found.now else "done" if step.at else "to_come",
            }
            for step in found.steps
        ],
        "joined": found.joined,
        "over": found.over,
        "zone": str(tree.zone(found.territory)),
        "live_url": reverse("callers:live", args=[tidy(found.code)]),
    }
