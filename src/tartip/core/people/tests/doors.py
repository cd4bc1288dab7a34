"""Helpers of these tests: what the journal says, and a real code of an authenticator app."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import struct
import time
from typing import Any

from django.test import Client

from tartip.core.journal.models import Entry
from tartip.core.people import accounts
from tartip.core.people.models import Account
from tartip.core.people.personas import PASSWORD

OWN = "тихая вода 12"


def log_in(client: Client, username: str, password: str = PASSWORD, **more: str) -> Any:
    return client.post("/login/", {"login": username, "password": password, **more})


def entries(act: str) -> list[tuple[Entry, dict[str, Any]]]:
    return [(e, json.loads(e.content.body)) for e in Entry.objects.filter(act=act).order_by("id")]


def totp(secret: str, moment: float | None = None) -> str:
    """RFC 6238 with SHA-1, 30 seconds, six digits: what a telephone shows."""
    counter = struct.pack(">Q", int(time.time() if moment is None else moment) // 30)
    digest = hmac.new(base64.b32decode(secret), counter, hashlib.sha1).digest()
    start = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[start : start + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}"


def real_account(username: str = "aigul", role: str = "dispatcher", territory: str = "750000000") -> Account:
    """Not of the demo; the one-time password is replaced already."""
    accounts.add(username, name="Айгүл Серікова", role=role, territory=territory, holder="A-17")
    account = Account.objects.get(username=username)
    account.set_password(OWN)
    account.one_time_until = None
    account.save()
    return account
