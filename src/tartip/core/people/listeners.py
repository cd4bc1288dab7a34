"""What follows from the end of a term."""

from __future__ import annotations

import uuid
from contextlib import suppress

from tartip.core.acts import NotOpen, listens, system
from tartip.core.clocks.models import Clock
from tartip.core.people.models import AccountRequest
from tartip.core.people.requests import TERM, expire


@listens("clock.breach")
def expire_unconfirmed_request(entry_id: uuid.UUID) -> None:
    """A request that nobody confirmed in time ends by itself."""
    clock = Clock.objects.filter(breached_by=entry_id, register="account_request", rule=TERM).first()
    if clock is not None:
        actor = system("people").saying(cause=entry_id, key=f"expired-{clock.pk}")
        with suppress(NotOpen):  # confirmed between the end of the term and this job
            expire(actor, AccountRequest.objects.get(pk=clock.subject))
