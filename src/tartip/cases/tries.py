"""A brake on guessing codes: so many wrong ones from an address in ten minutes, then none at all is looked up."""

from __future__ import annotations

from django.core.cache import cache
from django.http import HttpRequest

from tartip.errors import TartipError

# Whole towns share one address of a mobile operator, so right codes cost nothing.
TRIES, SECONDS = 60, 600


class TooManyTries(TartipError):
    code = "receipt.too_many_tries"
    text = "Too many tries from this address. Try again in ten minutes."
    http_status = 429
    again = True


def check_tries(request: HttpRequest) -> None:
    """Call before looking a code up, so that a right guess tells nothing either. Raises TooManyTries."""
    if int(cache.get(_key(request), 0)) >= TRIES:
        raise TooManyTries


def count_wrong(request: HttpRequest) -> None:
    key = _key(request)
    cache.add(key, 0, SECONDS)
    try:
        cache.incr(key)
    except ValueError:  # it ran out in between
        cache.set(key, 1, SECONDS)


def _key(request: HttpRequest) -> str:
    return f"receipt-tries:{request.META.get('REMOTE_ADDR', '')}"
