"""Background work of the house itself: running what listens to acts."""

from __future__ import annotations

import uuid

from django.utils.module_loading import import_string
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from tartip.server.jobs import MOST_ATTEMPTS

RETRY = RetryStrategy(max_attempts=MOST_ATTEMPTS, exponential_wait=2)


# Jobs that an earlier version queued bear the earlier name.
@app.task(queue="listeners", retry=RETRY, pass_context=False, aliases=["tartip.base.tasks.react"])
def react(listener: str, entry: str) -> None:
    """Run one listener for one journal entry; it uses the entry's id as its idempotency key, so twice is once."""
    import_string(listener)(uuid.UUID(entry))
