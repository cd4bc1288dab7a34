"""Calls of two Octobers, by the same acts as live ones."""

from __future__ import annotations

from datetime import UTC, datetime

from tartip.cases.tests.made import seal_all
from tartip.core.acts import Actor
from tartip.engines.months import Month
from tartip.operations.calls import actions as calls
from tartip.operations.calls.models import Call
from tartip.operations.incidents import actions as incidents

# A neighbouring system that hands over calls of the whole country; incidents are opened from them by operators.
GATEWAY = Actor(name="gateway:test", role="gateway", territory="KZ")
ALMATY, KOSTANAY = "750000000", "390000000"
OCTOBER, LAST_OCTOBER = Month(2026, 10), Month(2025, 10)
AFTER = datetime(2026, 11, 22, 6, tzinfo=UTC)


def call(at: datetime, territory: str = ALMATY) -> Call:
    """One call, answered at once, with its incident."""
    actor = GATEWAY.saying(at=at)
    made = calls.receive_call(actor, territory=territory, offered_at=at, answered_at=at, kind_code="noise")
    incidents.open_incident(actor, territory=territory, kind_code="noise", call=made)
    seal_all()
    return made


def lone_call(at: datetime, territory: str = ALMATY) -> Call:
    """A call of which no incident was opened."""
    made = calls.receive_call(
        GATEWAY.saying(at=at), territory=territory, offered_at=at, answered_at=at, kind_code="noise"
    )
    seal_all()
    return made


def october(year: int, day: int, hour: int = 9) -> datetime:
    """An hour of Almaty (UTC+5) as UTC."""
    return datetime(year, 10, day, hour, tzinfo=UTC)
