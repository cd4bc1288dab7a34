"""Closing months by themselves: each night whatever is due, so that a night missed is made up for on the next."""

from __future__ import annotations

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from tartip.statistics.sealing import catch_up

# A month that fails is tried again within hours, and by the next night's job; until then it is on the board.
RETRY = RetryStrategy(max_attempts=4, linear_wait=900)


@app.periodic(cron="30 20 * * *")
@app.task(queue="statistics", queueing_lock="statistics.close", retry=RETRY, pass_context=False)
def close_months(timestamp: int) -> int:
    """Seal every month that is over, and what came late to the sealed ones; returns how many files were sealed.

    Raises MonthsFailed at the end if something could not be sealed: the job fails with its reason.
    """
    closed = catch_up()
    closed.check()
    return len(closed.sealed)
