"""Background jobs that were lost or failed: taken up again, or kept with their reason until somebody runs them again.

A job is lost when its worker has given no sign of life for a while (killed, out of memory, cut off). A listener uses
its entry's id as idempotency key, so running it twice does its work once.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from tartip.core.journal.tasks import MOST_ATTEMPTS
from tartip.core.time import now
from tartip.errors import TartipError
from tartip.server import budget
from tartip.server.models import JobTrouble
from tartip.server.reasons import reason_of

log = logging.getLogger("tartip.jobs")

# Four signs of life are missed before a worker counts as lost.
SIGNS = 4
# A job that nobody takes for so long means that no worker runs.
WAIT_AT_MOST = timedelta(minutes=2)

LOST = """
SELECT j.id, j.attempts FROM procrastinate_jobs j LEFT JOIN procrastinate_workers w ON w.id = j.worker_id
WHERE j.status = 'doing' AND (w.id IS NULL OR w.last_heartbeat < clock_timestamp() - make_interval(secs => %s))
ORDER BY j.id FOR UPDATE OF j SKIP LOCKED
"""

FAILED = """
SELECT j.id, j.task_name, j.args, j.attempts, coalesce(t.error, ''),
  coalesce(t.at, (SELECT max(e.at) FROM procrastinate_events e WHERE e.job_id = j.id))
FROM procrastinate_jobs j LEFT JOIN base_job_trouble t ON t.job = j.id
WHERE j.status = 'failed' ORDER BY j.id LIMIT %s
"""

WAITING = """
SELECT min(since), count(*) FROM (
  SELECT coalesce(j.scheduled_at,
    (SELECT min(e.at) FROM procrastinate_events e WHERE e.job_id = j.id AND e.type = 'deferred')) AS since
  FROM procrastinate_jobs j WHERE j.status = 'todo') waiting
WHERE since <= clock_timestamp()
"""


# What succeeded is needed by nobody after a while; the acts it led to are in the journal.
KEPT_DAYS = 7
BATCH = 5_000
DONE = """
DELETE FROM procrastinate_jobs WHERE id IN (
  SELECT id FROM (SELECT id FROM procrastinate_jobs WHERE status = 'succeeded' ORDER BY id LIMIT %s) oldest
  WHERE NOT EXISTS (SELECT 1 FROM procrastinate_events e
    WHERE e.job_id = oldest.id AND e.at > clock_timestamp() - make_interval(days => %s)))
"""


class NoSuchJob(TartipError):
    code = "job.not_failed"
    text = "There is no failed job %(job)s. `tartip jobs` lists them."
    http_status = 404


@dataclass(frozen=True, slots=True)
class FailedJob:
    """One job after its last attempt. `what` is its listener or task, `entry` the journal entry it reacts to."""

    id: int
    what: str
    entry: str
    attempts: int
    error: str
    at: datetime | None


def take_up_lost() -> int:
    """Give lost jobs back to the queue; one that lost its worker too often fails. Returns how many were found."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(LOST, (settings.WORKER_LOST,))
        found = cursor.fetchall()
        for job, attempts in found:
            if attempts + 1 >= MOST_ATTEMPTS:
                log.error("job %s lost its worker %d times and is not tried again", job, attempts + 1)
                cursor.execute("SELECT procrastinate_finish_job_v1(%s, 'failed', false)", (job,))
                _remember(job, "worker.lost")
            else:
                log.warning("job %s lost its worker and is tried again", job)
                _retry(cursor, job)
    return len(found)


def forget_done() -> int:
    """Remove one batch of jobs that succeeded over a week ago; returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(DONE, (BATCH, KEPT_DAYS))
        return int(cursor.rowcount)


def failed(most: int = 200) -> list[FailedJob]:
    """Jobs whose attempts are used up, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(FAILED, (most,))
        rows = cursor.fetchall()
    return [
        FailedJob(number, _what(task, args), str(args.get("entry", "")), attempts, error, at)
        for number, task, args, attempts, error, at in ((r[0], r[1], _mapping(r[2]), *r[3:]) for r in rows)
    ]


def last_sign_of_life() -> datetime | None:
    """When a worker last said that it lives; None if there is none."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(last_heartbeat) FROM procrastinate_workers")
        found: datetime | None = cursor.fetchone()[0]
    return found


def waiting() -> tuple[datetime | None, int]:
    """Since when the oldest job waits that could run now, and how many do."""
    with connection.cursor() as cursor:
        cursor.execute(WAITING)
        since, count = cursor.fetchone()
    return since, count


def run_again(job: int) -> None:
    """Put a failed job back into the queue, with all its attempts."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM procrastinate_jobs WHERE id = %s AND status = 'failed' FOR UPDATE", (job,))
        if cursor.fetchone() is None:
            raise NoSuchJob(job=job)
        _retry(cursor, job)
        cursor.execute("UPDATE procrastinate_jobs SET attempts = 0 WHERE id = %s", (job,))


def work() -> None:
    """Run jobs until stopped."""
    from procrastinate.contrib.django import app
    from procrastinate.contrib.django.django_connector import DjangoConnector

    connector = app.connector
    assert isinstance(connector, DjangoConnector)

    async def run() -> None:
        async with app.open_async():
            await app.run_worker_async(
                concurrency=budget.TASKS,
                update_heartbeat_interval=settings.WORKER_LOST / SIGNS,
                stalled_worker_timeout=settings.WORKER_LOST,
                task_middleware=[*app.worker_defaults.get("task_middleware", []), remember_trouble],
            )

    with app.replace_connector(connector.get_worker_connector()):
        asyncio.run(run())


def remember_trouble(call_next: Callable[[], Any], context: Any, worker: Any) -> Any:
    """Around each task: why it failed is kept with the job, until it succeeds."""
    job = context.job
    try:
        result = call_next()
    except Exception as error:
        try:
            _remember(job.id, reason_of(error))
        except Exception:
            log.exception("the reason of job %s is lost", job.id)
        raise
    if job.attempts:
        JobTrouble.objects.filter(job=job.id).delete()
    return result


def _remember(job: int, error: str) -> None:
    JobTrouble.objects.update_or_create(job=job, defaults={"error": error, "at": now()})


def _retry(cursor: Any, job: int) -> None:
    cursor.execute("SELECT procrastinate_retry_job_v2(%s, clock_timestamp(), NULL, NULL, NULL)", (job,))


def _mapping(value: Any) -> dict[str, Any]:
    import orjson

    return value if isinstance(value, dict) else orjson.loads(value)


def _what(task: str, args: dict[str, Any]) -> str:
    """The listener of a reaction, else the task, without the package's name."""
    return str(args.get("listener", task)).removeprefix("tartip.")
