"""A brake on guessing receipt codes that slows the guesser and nobody else.

A code is one of 32^10, about 10^15. With ten million open cases a guess hits one of them once in a hundred million, so
a brake need not be tight. What it must never do is refuse a right code because a neighbour behind the same address, a
proxy or a mobile operator, types wrong ones.

- A browser carries a number in a cookie from its first wrong code on. After 60 wrong codes in ten minutes that browser
  is refused, right codes too: it is the guesser.
- Who keeps no cookie is counted by address. After 600 wrong codes in ten minutes wrong ones from there are answered
  with 429; right ones still open, for they are other people's.
- An address that comes so far is reported once in ten minutes to the log `tartip.security`, for a person to look at.
"""

from __future__ import annotations

import logging
import re
import secrets

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponseBase

from tartip.core.people.clients import address_of, group_of
from tartip.errors import TartipError

log = logging.getLogger("tartip.security")

TRIES, ADDRESS_TRIES, SECONDS = 60, 600, 600
COOKIE = "tries"


class TooManyTries(TartipError):
    code = "receipt.too_many_tries"
    text = "Too many wrong codes. Try again in ten minutes."
    http_status = 429
    again = True


def check_tries(request: HttpRequest) -> None:
    """Call before a code is looked up. Refuses a browser that guesses, so that its right guess tells nothing either."""
    browser = _browser(request)
    if browser and _count(f"browser:{browser}") >= TRIES:
        raise TooManyTries


def count_wrong(request: HttpRequest) -> None:
    """Call after a wrong code. Raises TooManyTries where the browser or the address has had too many."""
    browser, address = _browser(request), group_of(address_of(request))
    if not browser:
        # The number goes out with the answer (`remember_browser`); this code counts for it already.
        browser = secrets.token_hex(16)
        request.tartip_tries = browser  # type: ignore[attr-defined]
    _add(f"browser:{browser}")
    if _add(f"address:{address}") > ADDRESS_TRIES:
        if cache.add(f"receipt-alarm:{address}", True, SECONDS):
            log.error("more than %s wrong receipt codes in ten minutes from %s", ADDRESS_TRIES, address)
        raise TooManyTries


def remember_browser(request: HttpRequest, response: HttpResponseBase) -> None:
    if browser := getattr(request, "tartip_tries", ""):
        response.set_cookie(
            COOKIE, browser, max_age=24 * 3600, httponly=True, secure=settings.HTTPS, samesite="Lax"
        )  # fmt: skip


def _browser(request: HttpRequest) -> str:
    """The number a browser says. It may say another one, then it counts by its address like everybody."""
    said = request.COOKIES.get(COOKIE, "")
    return said if re.fullmatch(r"[0-9a-f]{32}", said) else ""


def _count(key: str) -> int:
    return int(cache.get(f"receipt-tries:{key}", 0))


def _add(key: str) -> int:
    name = f"receipt-tries:{key}"
    cache.add(name, 0, SECONDS)
    try:
        return cache.incr(name)
    except ValueError:  # it ran out in between
        cache.set(name, 1, SECONDS)
        return 1
