"""Errors as RFC 9457 problem details, in the language of the reader."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import orjson
from django.http import HttpResponse
from django.utils.translation import gettext

from tartip.core import labels
from tartip.errors import TartipError


def problem(status: int, code: str, detail: str, **more: Any) -> HttpResponse:
    body = {"type": f"urn:tartip:{code}", "title": detail, "status": status, "detail": detail, "code": code, **more}
    return HttpResponse(orjson.dumps(body, default=str), status=status, content_type="application/problem+json")


def problem_of(error: TartipError, **more: Any) -> HttpResponse:
    return problem(error.http_status, error.code, said(error), again=error.again, fields=_plain(error.fields), **more)


def said(error: TartipError) -> str:
    """The error's sentence in the active language, in the words of the screen: no codes, no formula of rights."""
    if error.code == "act.denied" and "rule" in error.fields:
        wording = str(error.fields.get("wording", ""))
        return labels.denied(error.fields["act"], error.fields["rule"], error.fields.get("role", ""), wording)
    return labels.begin_with_words(_sentence(error, labels.in_words(error.fields)))


def wrong_fields(error: TartipError) -> dict[str, str]:
    """The fields that the error names, each with what is wrong with it, in the active language and without its name.

    What a form shows beside its fields. Empty for an error that is about no field.
    """
    wrong: dict[str, str] | None = getattr(error, "wrong", None)
    if wrong is not None:
        return {field: _rule(rule) for field, rule in wrong.items()}
    words = labels.in_words(error.fields)
    named = error.fields.get("field") if isinstance(error.fields.get("field"), str) else None
    field, colon, rule = _sentence(error, {**words, "field": named} if named else words).partition(": ")
    if colon and (field == named or labels.PREFIX.match(f"{field}: ")):
        return {field: _rule(rule)}
    return {error.about: _rule(said(error))} if error.about else {}


def _sentence(error: TartipError, words: dict[str, Any]) -> str:
    return labels.with_one_point(error.said(lambda text: labels.tied(gettext(text)), words))


def _rule(text: str) -> str:
    """It stands by itself at its field: as a sentence."""
    return f"{text[:1].upper()}{text[1:]}" + ("" if text.endswith((".", "!", "?")) else ".")


def _plain(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: _plain_one(value) for name, value in fields.items()}


def _plain_one(value: Any) -> int | str | None:
    """A number beyond what every reader of JSON holds exactly is text, as is all that JSON does not know."""
    if isinstance(value, datetime):
        return value.isoformat()
    plain = value is None or isinstance(value, str) or (isinstance(value, int) and abs(value) < 2**53)
    return value if plain else str(value)
