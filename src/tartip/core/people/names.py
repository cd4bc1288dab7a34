"""Names of those who acted, as a colleague reads them beside an act."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from contextlib import suppress

from tartip.core.people.models import Account


def actor_name(account: uuid.UUID) -> str:
    """How entries and records name who acts under this account."""
    return f"person:{account}"


def names_of(actors: Iterable[str]) -> dict[str, str]:
    """The display names of actors «person:…»; the system and devices have none."""
    accounts = {}
    for actor in actors:
        kind, _colon, identity = actor.partition(":")
        if kind == "person":
            with suppress(ValueError):
                accounts[uuid.UUID(identity)] = actor
    rows = Account.objects.filter(pk__in=accounts).values_list("pk", "display_name")
    return {accounts[pk]: name for pk, name in rows}
