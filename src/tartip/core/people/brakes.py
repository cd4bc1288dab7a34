"""Brakes on guessing: who is slowed down, and who never is.

Passwords. Wrong ones are counted per name *and source*, so nobody elsewhere can lock an officer out of his desk. A
source is the device, if its signed cookie says that this name logged in there before; else the address. A name from
addresses it never logged in from has one more count over all of them together. A device or an address that knows the
name is not touched by that count, and a device that knows it not by the count of its address either. Nor is an address
of TARTIP_TRUSTED_NETWORKS, nor the right password of an account with a second factor (`adapters.py`).
"""

from __future__ import annotations

import hashlib
import ipaddress
import secrets
from dataclasses import dataclass

from django.conf import settings
from django.core.cache import cache
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, HttpResponseBase

from tartip.core.people.clients import address_of, group_of

DEVICE_COOKIE = "device"
DEVICE_LASTS = 400 * 24 * 3600
KNOWN_LASTS = 60 * 24 * 3600
# Per minute from an address; per name from one source; per name from everywhere it is not known.
PER_ADDRESS, PER_SOURCE, ELSEWHERE = "30/m/ip", "5/5m/key", "20/h/key"
_signer = Signer(salt="tartip.device")


@dataclass(frozen=True, slots=True)
class Source:
    """Where somebody types a name and a password."""

    device: str
    address: str
    knows_device: bool
    knows_address: bool
    trusted: bool  # in a network of the operator's

    @property
    def key(self) -> str:
        return f"device:{self.device}" if self.knows_device else f"address:{self.address}"

    @property
    def rates(self) -> str:
        return PER_SOURCE if self.knows_device else f"{PER_ADDRESS},{PER_SOURCE}"

    @property
    def known(self) -> bool:
        return self.knows_device or self.knows_address or self.trusted


def source_of(request: HttpRequest, name: str) -> Source:
    device, address = device_of(request), group_of(address_of(request))
    return Source(
        device,
        address,
        bool(device and cache.get(_known(name, f"device:{device}"))),
        bool(address and cache.get(_known(name, f"address:{address}"))),
        is_trusted(address_of(request)),
    )


def is_trusted(address: str) -> bool:
    """Whether the address lies in one of TARTIP_TRUSTED_NETWORKS."""
    return bool(address) and any(ipaddress.ip_address(address) in network for network in settings.TRUSTED_NETWORKS)


def remember(request: HttpRequest, name: str) -> None:
    """After a log-in: this device and this address know the name."""
    device = device_of(request) or secrets.token_urlsafe(16)
    request.tartip_device = device  # type: ignore[attr-defined]
    for source in (f"device:{device}", f"address:{group_of(address_of(request))}"):
        cache.set(_known(name, source), True, KNOWN_LASTS)


def device_of(request: HttpRequest) -> str:
    """The device's number from its cookie; a cookie we did not sign is none."""
    try:
        return _signer.unsign(request.COOKIES.get(DEVICE_COOKIE, ""))
    except BadSignature:
        return ""


def put_device(request: HttpRequest, response: HttpResponseBase) -> None:
    device = getattr(request, "tartip_device", "")
    if device:
        response.set_cookie(
            DEVICE_COOKIE,
            _signer.sign(device),
            max_age=DEVICE_LASTS,
            httponly=True,
            secure=settings.HTTPS,
            samesite="Lax",
        )


def _known(name: str, source: str) -> str:
    # The table holds no name in clear: what is typed there may be a password.
    return "known:" + hashlib.sha256(f"{name.strip().lower()}\0{source}".encode()).hexdigest()
