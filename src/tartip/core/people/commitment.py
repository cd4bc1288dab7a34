"""What entries commit to of an account that is no record: the log-in itself, its password and its second factors.

An entry holds salted hashes only. A password and a factor are hashed as they are stored, hashed or encrypted already.
A personnel number is short: with the salt beside it, it would be found by trying. Its keyed hash is committed to.
Not committed to: the name shown, the language, the last log-in, and how often a factor was used.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from hashlib import sha256
from typing import Any
from uuid import UUID

from allauth.mfa.models import Authenticator

from tartip.core.people.identifiers import lookup
from tartip.core.people.models import Account
from tartip.core.registers.register import utc_text
from tartip.engines.merkle import SALT_SIZE, canonical_json

# What a factor's use or its owner's name for it changes.
VOLATILE = ("used_mask", "migrated_codes", "name")


def read(accounts: Collection[UUID]) -> dict[UUID, dict[str, str]]:
    """By account, what is committed to, as text. It holds secrets: hash it with `hashed` and keep it nowhere."""
    factors: dict[UUID, list[dict[str, Any]]] = {account: [] for account in accounts}
    for one in Authenticator.objects.filter(user__in=accounts).order_by("type", "pk"):
        stable = {name: value for name, value in one.data.items() if name not in VOLATILE}
        factors[one.user_id].append({"id": one.pk, "type": str(one.type), "data": stable})
    found = {}
    for one in Account.objects.filter(pk__in=accounts):
        found[one.pk] = {
            "username": one.username,
            "email": one.email,
            "one_time_until": utc_text(one.one_time_until) if one.one_time_until else "",
            "password": one.password,
            "holder": lookup("holder", one.holder).hex() if one.holder else "",
            "factors": canonical_json(factors[one.pk]).decode(),
        }
    return found


def hashed(salt: bytes, values: Mapping[str, str]) -> dict[str, str]:
    return {name: sha256(salt + f"{name}\0{value}".encode()).hexdigest() for name, value in values.items()}


def commit(account: UUID) -> dict[str, Any]:
    """What an entry says of the account as it is now."""
    salt = os.urandom(SALT_SIZE)
    return {"salt": salt.hex(), **hashed(salt, read([account])[account])}
