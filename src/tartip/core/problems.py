"""Errors as RFC 9457 problem details, in the language of the reader."""

from __future__ import annotations

from typing import Any

import orjson
from django.http import HttpResponse
from django.utils.translation import gettext

from tartip.errors import TartipError


def problem(status: int, code: str, detail: str, **more: Any) -> HttpResponse:
    body = {"type": f"urn:tartip:{code}", "title": detail, "status": status, "detail": detail, "code": code, **more}
    return HttpResponse(orjson.dumps(body, default=str), status=status, content_type="application/problem+json")


def problem_of(error: TartipError) -> HttpResponse:
    return problem(error.http_status, error.code, said(error), again=error.again, fields=_plain(error.fields))


def said(error: TartipError) -> str:
    """The error's sentence in the active language."""
    return error.said(gettext)


def _plain(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value if isinstance(value, int | str | bool | None) else str(value) for name, value in fields.items()}
