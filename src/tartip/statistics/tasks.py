"""Closing months by themselves: the last one on the second night of the next, and supplements for the year before."""

from __future__ import annotations

from procrastinate.contrib.django import app

from tartip.core.time import now
from tartip.engines.months import Month
from tartip.statistics.sealing import seal_month

LOOKED_AT_AGAIN = 12  # months: later corrections are rare, and a figure of an older period stays as published


@app.periodic(cron="30 20 2 * *")
@app.task(queue="statistics", queueing_lock="statistics.close", pass_context=False)
def close_months(timestamp: int) -> int:
    """Seal the last month and what came late to the ones before; returns how many files were sealed."""
    last = Month.of(now().date()).plus(-1)
    return sum(
        len(seal_month(last.plus(-back))) for back in range(LOOKED_AT_AGAIN) if back == 0 or _sealed(last.plus(-back))
    )


def _sealed(month: Month) -> bool:
    from tartip.statistics.models import SealedMonth

    return SealedMonth.objects.filter(month=str(month)).exists()
