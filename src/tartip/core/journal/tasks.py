"""The background task that runs what listens to entries of the journal."""

from __future__ import annotations

import uuid

from django.utils.module_loading import import_string
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

MOST_ATTEMPTS = 8
RETRY = RetryStrategy(max_attempts=MOST_ATTEMPTS, exponential_wait=2)
EARLIER_NAMES = ["tartip.base.tasks.react", "tartip.server.tasks.react"]


# Jobs that an earlier version queued bear an earlier name.
@app.task(queue="listeners", retry=RETRY, pass_context=False, aliases=EARLIER_NAMES)
def react(listener: str, entry: str) -> None:
    """Run one listener for one journal entry; it uses the entry's id as its idempotency key, so twice is once."""
    import_string(listener)(uuid.UUID(entry))
