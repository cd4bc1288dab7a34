"""Errors as RFC 9457 problem details, in the language of the reader."""

from __future__ import annotations

from typing import Any

import orjson
from django.http import HttpResponse
from django.utils.translation import gettext

from tartip.core import labels
from tartip.errors import TartipError


def problem(status: int, code: str, detail: str, **more: Any) -> HttpResponse:
    body = {"type": f"urn:tartip:{code}", "title": detail, "status": status, "detail": detail, "code": code, **more}
    return HttpResponse(orjson.dumps(body, default=str), status=status, content_type="application/problem+json")


def problem_of(error: TartipError) -> HttpResponse:
    return problem(error.http_status, error.code, said(error), again=error.again, fields=_plain(error.fields))


def said(error: TartipError) -> str:
    """The error's sentence in the active language, in the words of the screen: no codes, no formula of rights."""
    if error.code == "act.denied" and "rule" in error.fields:
        return labels.denied(error.fields["act"], error.fields["rule"], error.fields.get("role", ""))
    return labels.begin_with_words(error.said(gettext, labels.in_words(error.fields)))


def _plain(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: _plain_one(value) for name, value in fields.items()}


def _plain_one(value: Any) -> int | str | None:
    """A number beyond what every reader of JSON holds exactly is text, as is all that JSON does not know."""
    plain = value is None or isinstance(value, str) or (isinstance(value, int) and abs(value) < 2**53)
    return value if plain else str(value)
