"""What the head of a request says, judged before Django reads it: there nothing would catch what it trips over.

Django asks `Content-Type` for the character set of form and query, and takes any name that Python knows as a codec:
rot13 too, which decodes no bytes. Pages and the API read UTF-8 alone, so anything else is refused. A header that names
the page somebody came from is only a convenience: one that is no address counts as none.
"""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any

from django.utils.http import parse_header_parameters

from tartip.core.people.addresses import is_address
from tartip.errors import TartipError

Scope = MutableMapping[str, Any]

# ASCII is a part of UTF-8; a name left empty says nothing.
UTF_8 = {"utf-8", "utf8", "us-ascii", "ascii", ""}
CAME_FROM = {b"referer", b"hx-current-url"}


class BadContentType(TartipError):
    code = "content_type.bad"
    text = "Content-Type: cannot be read. Text is taken in UTF-8 only."
    http_status = 415


def without_bad_addresses(scope: Scope) -> Scope:
    """The request without headers that ought to hold an address and do not."""
    kept = [
        (name, value) for name, value in scope["headers"] if name not in CAME_FROM or is_address(value.decode("latin1"))
    ]
    return {**scope, "headers": kept}


def check_content_type(scope: Scope) -> None:
    """Raises BadContentType. Several of them are read as one, as they are further on."""
    line = ",".join(value.decode("latin1") for name, value in scope["headers"] if name == b"content-type")
    try:
        _, parameters = parse_header_parameters(line)
    except (ValueError, LookupError):  # a UnicodeError is a ValueError
        raise BadContentType from None
    if parameters.get("charset", "").strip().lower() not in UTF_8:
        raise BadContentType


def without_content_type(scope: Scope) -> Scope:
    """For whoever looks at other headers of a request that is refused."""
    return {**scope, "headers": [(name, value) for name, value in scope["headers"] if name != b"content-type"]}
