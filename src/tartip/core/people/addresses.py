"""Addresses of pages as a visitor sends them: in `next`, `Referer`, `HX-Current-URL`. Any text may stand there."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme


def is_address(text: str) -> bool:
    """Whether it can be taken apart at all. `http://[` cannot, and whoever tries gets a ValueError."""
    try:
        urlsplit(text).port  # noqa: B018 (the port is read only when asked for)
    except ValueError:
        return False
    return True


def own_page(request: HttpRequest, text: str) -> str:
    """The path and the query of a page of ours that an address with host names; "" for any other text."""
    if not is_address(text):
        return ""
    ours = url_has_allowed_host_and_scheme(text, {request.get_host()}, require_https=request.is_secure())
    parts = urlsplit(text)
    if not (ours and parts.netloc and parts.path.startswith("/")) or parts.path.startswith("//"):
        return ""
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
