"""From a typed code to a record: counted, so that guessing is slow; one answer for every code that opens nothing."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar

import orjson
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from tartip.core.acts.errors import NotFound
from tartip.core.codes import is_receipt_code, pretty, tidy
from tartip.core.journal.queries import receipt
from tartip.core.receipts.throttle import check_tries, count_wrong, remember_browser

R = TypeVar("R")


def open_code(request: HttpRequest, code: str, access: Callable[[str], R]) -> R | None:
    """What a code opens, or None. `access` raises NotFound. A code that could not be one is never looked up.

    Raises TooManyTries for a browser or an address that guesses.
    """
    check_tries(request)
    code = tidy(code)
    if is_receipt_code(code):
        with suppress(NotFound):
            return access(code)
    count_wrong(request)
    return None


def unknown(request: HttpRequest, code: str) -> HttpResponse:
    """One answer for every code that opens nothing."""
    answer = render(request, "receipts/ask.html", {"typed": tidy(code)[:32], "unknown": True}, status=404)
    remember_browser(request, answer)
    return answer


def frame(request: HttpRequest, code: str, page: str, zone: Any) -> dict[str, Any]:
    """What every page of a receipt shows: the code in groups, its address, the zone of its times."""
    link = request.build_absolute_uri(reverse(page, args=[code]))
    return {"code": code, "pretty": pretty(code), "link": link, "zone": zone}


def proof(entry: Any, name: str) -> HttpResponse:
    """The journal's receipt of one entry as a file: `tartip verify` needs no server for it."""
    answer = HttpResponse(orjson.dumps(receipt(entry), option=orjson.OPT_INDENT_2), content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
