"""What the pages of these rooms share: the actor of a posted form, its key, and the bar of workplaces."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from tartip.core.acts import Actor
from tartip.core.people.actors import page_actor


def form_actor(request: HttpRequest) -> Actor:
    """The actor of a posted form, with the key and the version the form was drawn with."""
    seen = request.POST.get("version", "")
    return page_actor(request).saying(
        key=form_key(request), seen=int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 10 else None
    )


def form_key(request: HttpRequest) -> str | None:
    """The idempotency key a form carries: the second press of a button is the first one."""
    key = request.POST.get("key", "")
    return key if 0 < len(key) <= 64 and key.isprintable() else None


def new_key() -> str:
    return uuid.uuid4().hex


def nav(current: str) -> list[dict[str, Any]]:
    """The bar of workplaces."""
    places = [
        ("cases", _("Cases"), "cases:list"),
        ("appeals", _("Appeals"), "appeals:board"),
        ("statistics", _("Figures"), "statistics:figures"),
    ]
    return [{"href": reverse(url), "text": text, "current": code == current} for code, text, url in places]
