"""Whether every part of the system does its work: for the duty engineer's board, `/api/v1/health` and the log.

Each part reports to the table `base_duty`; what has not reported for too long is late, whatever the reason.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import import_module
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from tartip.core.clocks.models import Clock
from tartip.core.journal import queries
from tartip.core.time import now
from tartip.server import budget, jobs
from tartip.server.models import Duty
from tartip.server.patience import PATIENCE
from tartip.server.reasons import reason_of

log = logging.getLogger("tartip.health")

OK, LATE, FAILED = "ok", "late", "failed"
ALARM_EVERY = 600.0

# From this share of the server's connections on somebody should look.
CROWDED = 0.9

NAMES = {
    "seal": _("Sealing of the journal"),
    "unsealed": _("Entries that wait for their seal"),
    "clocks": _("Legal deadlines"),
    "alarms": _("Crew alarms that nobody accepted raised to the next level"),
    "jobs": _("Jobs taken up again"),
    "roles": _("Settings that the database's log-ins gave themselves taken back"),
    "worker": _("Worker of background jobs"),
    "failed_jobs": _("Failed jobs"),
    "waiting_jobs": _("Jobs that wait"),
    "law": _("Working days and gaps in the law tables"),
    "aside": _("Terms that could not be judged"),
    "tidy": _("Old sessions removed"),
    "retention": _("Personal data erased at the end of its retention"),
    "stream": _("Live stream"),
    "months": _("Monthly statistics"),
    "connections": _("Database connections"),
}

# The streams of page servers report as stream, stream-2, stream-3 and so on (`stream.report`).
STREAM = "stream-"
STREAM_LOCK = 20_102
TOO_MANY = "more page servers run than TARTIP_PAGE_SERVERS says"

PUT = """
INSERT INTO base_duty (name, reported_at, done_at, failures, error) VALUES (%s, %s, %s, %s, %s)
ON CONFLICT (name) DO UPDATE SET reported_at = EXCLUDED.reported_at,
  done_at = coalesce(EXCLUDED.done_at, base_duty.done_at), failures = EXCLUDED.failures, error = EXCLUDED.error
"""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the system as the board shows it."""

    key: str
    state: str
    since: datetime | None = None
    count: int = 0
    error: str = ""

    @property
    def name(self) -> Any:
        if self.key.startswith(STREAM):
            return _("Live stream of page server %(number)s") % {"number": self.key.removeprefix(STREAM)}
        return NAMES.get(self.key, self.key)


def stream_of(number: int) -> str:
    """Under which name the stream of a page server reports."""
    return "stream" if number == 1 else f"{STREAM}{number}"


def report(states: Mapping[str, tuple[datetime | None, int, str]]) -> None:
    """Write down how duties fare: name → when it last ended well, failures in a row, the last error."""
    with transaction.atomic(), connection.cursor() as cursor:
        for name, (done_at, failures, error) in sorted(states.items()):
            cursor.execute(PUT, (name, now(), done_at, failures, error))


def look() -> list[Part]:
    """Every part. A part that cannot be looked at has failed; it hides no other."""
    return [
        *_duties(),
        _looked("unsealed", _unsealed),
        _looked("worker", _worker),
        *[_looked(key, find) for key, find in (("failed_jobs", _failed_jobs), ("waiting_jobs", _waiting_jobs))],
        _looked("aside", _aside),
        *([_looked("months", _months)] if _late_months() else []),
        _looked("connections", _connections),
    ]


def healthy(parts: list[Part]) -> bool:
    return all(part.state == OK for part in parts)


def _looked(key: str, find: Callable[[], Part]) -> Part:
    try:
        with transaction.atomic():
            return find()
    except Exception as error:
        log.error("%s cannot be looked at: %s", key, reason_of(error))
        return Part(key, FAILED, error=reason_of(error))


def _duties() -> list[Part]:
    known = {duty.name: duty for duty in Duty.objects.all()}
    parts = [_duty(name, known.get(name), patience) for name, patience in PATIENCE.items()]
    # Each page server has a stream of its own: one that is well must not hide another that stands still.
    streams = [stream_of(number) for number in range(2, settings.PAGE_SERVERS + 1)]
    parts += [_duty(name, known.get(name), PATIENCE["stream"]) for name in streams]
    fresh = now() - PATIENCE["stream"]
    for name in sorted(known.keys() - PATIENCE.keys() - set(streams)):
        if name.startswith(STREAM) and known[name].reported_at > fresh:
            parts.append(Part(name, FAILED, known[name].done_at, error=TOO_MANY))
    return parts


def _duty(name: str, duty: Duty | None, patience: timedelta) -> Part:
    if duty is None:
        return Part(name, LATE)
    if duty.failures:
        return Part(name, FAILED, duty.done_at, duty.failures, duty.error)
    # A duty that is done once a day still reports every few seconds that it lives.
    late = duty.done_at is None or now() - duty.done_at > patience
    silent = now() - duty.reported_at > min(patience, timedelta(minutes=1))
    return Part(name, LATE if late or silent else OK, duty.done_at)


def _unsealed() -> Part:
    unsealed = queries.waiting()
    return Part("unsealed", LATE if unsealed.late else OK, unsealed.oldest, unsealed.count)


def _worker() -> Part:
    since = jobs.last_sign_of_life()
    late = since is None or now() - since > timedelta(seconds=settings.WORKER_LOST)
    return Part("worker", LATE if late else OK, since)


def _failed_jobs() -> Part:
    failed = jobs.failed()
    return Part("failed_jobs", FAILED if failed else OK, failed[0].at if failed else None, len(failed))


def _aside() -> Part:
    """Clocks that were put aside; /law/gaps/ names each with its reason."""
    aside = Clock.objects.exclude(set_aside="").order_by("due_at")
    first = aside.first()
    return Part("aside", FAILED if first else OK, first.due_at if first else None, aside.count())


def _waiting_jobs() -> Part:
    since, count = jobs.waiting()
    late = since is not None and now() - since > jobs.WAIT_AT_MOST
    return Part("waiting_jobs", LATE if late else OK, since, count)


def _late_months() -> Callable[[], Any] | None:
    """Statistics say which months should be sealed and are not."""
    found = getattr(import_module("tartip.statistics.queries"), "late_months", None)
    return found if callable(found) else None


def _months() -> Part:
    find = _late_months()
    late = list(find()) if find else []
    return Part("months", LATE if late else OK, count=len(late))


def _connections() -> Part:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'")
        used = cursor.fetchone()[0]
    return Part("connections", LATE if used > CROWDED * budget.allowed() else OK, count=used)


class Alarms:
    """Log lines of the board: when a part goes wrong, every ten minutes while it lasts, and when it is well again."""

    def __init__(self) -> None:
        self._said: dict[str, float] = {}
        self._begun = time.monotonic()

    def look(self) -> None:
        for part in look():
            before = self._said.get(part.key)
            if part.state == OK:
                if before is not None:
                    log.warning("%s is well again", part.key)
                    del self._said[part.key]
            elif time.monotonic() - self._begun < 60 and part.state == LATE:
                continue  # everything is late that has just been started
            elif before is None or time.monotonic() - before > ALARM_EVERY:
                self._said[part.key] = time.monotonic()
                log.error("ALARM: %s is %s since %s (%d) %s", part.key, part.state, part.since, part.count, part.error)
