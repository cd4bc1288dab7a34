"""Text that no table can hold is refused before any page or the API sees it, with the name of its field."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.http.request import RawPostDataException
from django.utils.translation import gettext as _

from tartip.core.inputs import is_storable, unstorable
from tartip.core.people.guard import is_page
from tartip.core.problems import problem, said
from tartip.errors import TartipError
from tartip.web.errors import page_for

# JSON can only spell such a character out: what does not match need not be read twice.
SPELT = re.compile(rb"\x00|\\u(?:0000|[dD][89a-fA-F])")
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


class Unstorable(TartipError):
    code = "input.bad"
    text = "%(field)s: %(rule)s."
    http_status = 422


class StorableText:
    """One place for all pages and the API: path, query, form and JSON. A cookie of that kind counts as none."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        for name in [name for name, value in request.COOKIES.items() if not is_storable(value)]:
            del request.COOKIES[name]
        return self.answer(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """After the language is known, before anything reads what was sent."""
        fields = _fields(request)
        if not fields:
            return None
        error = Unstorable(field=fields[0], rule="contains a character that cannot be stored")
        if request.path_info.startswith("/api/"):
            rule = _("contains a character that cannot be stored")
            errors = [{"field": field, "rule": rule} for field in fields]
            return problem(422, "input.bad", _("Some fields break their rules."), errors=errors)
        return page_for(request, error) if is_page(request) else HttpResponse(said(error), status=422)


def _fields(request: HttpRequest) -> list[str]:
    found = [] if is_storable(request.path_info) else ["path"]
    for name, values in request.GET.lists():
        found += list(unstorable({name: values if len(values) > 1 else values[0]}))
    if request.method in ("GET", "HEAD"):
        return found
    try:
        return found + list(unstorable(_sent(request)))
    except (SuspiciousOperation, RawPostDataException, UnreadablePostError):
        return found  # too large, or broken off: the view says so


def _sent(request: HttpRequest) -> Any:
    api = request.path_info.startswith("/api/")
    if request.content_type in FORMS and not api:
        return {name: values if len(values) > 1 else values[0] for name, values in request.POST.lists() if values}
    if not SPELT.search(request.body):
        return None
    try:
        return json.loads(request.body)
    except (ValueError, RecursionError):
        return None  # no JSON: whoever wanted some says so
