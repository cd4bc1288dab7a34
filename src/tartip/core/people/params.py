"""What a request says besides its fields: the idempotency key, and the version of the record that its sender saw.

The one reading for the API, for pages and for receipts without a log-in. A script sends both as headers, a form as
hidden fields. What cannot be read is refused: whoever sends a key relies on it, and would be served twice without.
"""

from __future__ import annotations

import uuid

from django.http import HttpRequest

from tartip.core.acts import Actor
from tartip.core.acts.keys import hash_of_form
from tartip.core.inputs import whole
from tartip.core.people.actors import page_actor
from tartip.errors import TartipError

MAX_KEY = 100


class BadHeader(TartipError):
    code = "header.bad"
    text = "%(header)s: %(rule)s."
    http_status = 422


def key_of(request: HttpRequest) -> str | None:
    """The key, of the header or else of the form; None where there is none. Raises BadHeader."""
    name, key = _said(request, "Idempotency-Key", "key")
    if key is not None and not (0 < len(key) <= MAX_KEY and key.isprintable()):
        raise BadHeader(header=name, rule="must be 1 to %(most)s printable characters", most=MAX_KEY)
    return key


def seen_of(request: HttpRequest) -> int | None:
    """The version, of the header or else of the form; None where there is none. Raises BadHeader."""
    name, text = _said(request, "If-Match", "version")
    text = (text or "").strip('"')
    seen = whole(text)
    if text and seen is None:
        raise BadHeader(header=name, rule="must be the version you saw, a whole number")
    return seen


def saying(actor: Actor, request: HttpRequest) -> Actor:
    """The actor with the key and the version of the request. Raises BadHeader."""
    return actor.saying(key=key_of(request), seen=seen_of(request))


def form_actor(request: HttpRequest) -> Actor:
    """The actor of a posted form, with the key and the version the form was drawn with; the key stands for the form."""
    return saying(page_actor(request), request).saying(request=hash_of_form(request.path, request.POST.lists()))


def new_key() -> str:
    return uuid.uuid4().hex


def _said(request: HttpRequest, header: str, field: str) -> tuple[str, str | None]:
    """Where it stands and what it says. The API takes JSON, so a form's field means nothing there."""
    if header in request.headers or request.path_info.startswith("/api/"):
        return header, request.headers.get(header)
    return field, request.POST.get(field)
