"""Names of those who acted, as a colleague reads them beside an act."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from contextlib import suppress

from tartip.core.people.models import Account


def actor_name(account: uuid.UUID) -> str:
    """How entries and records name who acts under this account."""
    return f"person:{account}"


def account_named(actor: str) -> uuid.UUID | None:
    """The account of an actor «person:…»; None for the system and devices."""
    kind, _colon, identity = actor.partition(":")
    with suppress(ValueError):
        return uuid.UUID(identity) if kind == "person" else None
    return None


def names_of(actors: Iterable[str]) -> dict[str, str]:
    """The display names of actors «person:…»; the system and devices have none."""
    accounts = {account: actor for actor in actors if (account := account_named(actor)) is not None}
    rows = Account.objects.filter(pk__in=accounts).values_list("pk", "display_name")
    return {accounts[pk]: name for pk, name in rows}
