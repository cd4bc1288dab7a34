"""Where a request comes from: the one address that every brake and every entry uses."""

from __future__ import annotations

import ipaddress

from django.conf import settings
from django.http import HttpRequest

IPV6_PREFIX = 64  # a household or an office has so many addresses that a single one says nothing


def address_of(request: HttpRequest) -> str:
    """The client's address, or "" where nothing tells it.

    Each proxy appends the address it was called from to X-Forwarded-For. With TARTIP_PROXIES of our own in front, the
    client is the last entry but so many; whatever stands before it was written by the client and is not believed. With
    none in front the header is the client's own words from beginning to end.
    """
    seen = [part for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
    chain = [*seen, request.META.get("REMOTE_ADDR", "")]
    proxies: int = settings.PROXIES
    # Fewer entries than proxies: somebody reached us past a proxy, so the first that we know of is the client.
    return _tidy(chain[max(0, len(chain) - 1 - proxies)]) if proxies else _tidy(chain[-1])


def group_of(address: str) -> str:
    """The address as brakes count it: IPv6 by its /64, IPv4 by itself."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(known, ipaddress.IPv6Address):
        return str(ipaddress.IPv6Network((known, IPV6_PREFIX), strict=False))
    return str(known)


def _tidy(text: str) -> str:
    """One spelling for one address: without port, brackets and zone; IPv4 written as IPv6 is IPv4."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        known = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return ""
    if isinstance(known, ipaddress.IPv6Address) and known.ipv4_mapped:
        return str(known.ipv4_mapped)
    return str(known)
