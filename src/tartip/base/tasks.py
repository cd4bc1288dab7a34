"""Background work of the house itself: running what listens to acts."""

from __future__ import annotations

import uuid

from django.utils.module_loading import import_string
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

RETRY = RetryStrategy(max_attempts=8, exponential_wait=2)


@app.task(queue="listeners", retry=RETRY, pass_context=False)
def react(listener: str, entry: str) -> None:
    """Run one listener for one journal entry; it uses the entry's id as its idempotency key, so twice is once."""
    import_string(listener)(uuid.UUID(entry))
