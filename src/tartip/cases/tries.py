"""A brake on guessing codes: so many tries an address and ten minutes, right or wrong alike."""

from __future__ import annotations

from django.core.cache import cache
from django.http import HttpRequest

from tartip.errors import TartipError

TRIES, SECONDS = 60, 600


class TooManyTries(TartipError):
    code = "receipt.too_many_tries"
    text = "Too many tries from this address. Try again in ten minutes."
    http_status = 429
    again = True


def count_try(request: HttpRequest) -> None:
    """Call before looking a code up. Raises TooManyTries."""
    key = f"receipt-tries:{request.META.get('REMOTE_ADDR', '')}"
    cache.add(key, 0, SECONDS)
    try:
        tried = cache.incr(key)
    except ValueError:  # it ran out in between
        cache.set(key, 1, SECONDS)
        tried = 1
    if tried > TRIES:
        raise TooManyTries
