"""The duty engineer's board: which part of the system does not do its work, and the jobs that failed."""

from __future__ import annotations

import logging
import time

import orjson
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from ninja import Router, Schema

from tartip.core.acts import Actor
from tartip.core.acts.errors import NotReadable
from tartip.core.journal.tasks import MOST_ATTEMPTS
from tartip.core.people.actors import actor_of, page_actor
from tartip.core.problems import said
from tartip.errors import TartipError
from tartip.server import health, jobs
from tartip.server.reasons import reason_of

log = logging.getLogger("tartip.health")

ROLES = ("administrator",)
# How long an answer of the API is kept: anybody may ask, and asking must cost nothing.
KEPT_SECONDS = 2.0


def engineer(request: HttpRequest) -> Actor:
    actor = page_actor(request)
    if actor.role not in ROLES:
        raise NotReadable(register=_("Duty board"))
    return actor


@never_cache
@require_safe
def board(request: HttpRequest) -> HttpResponse:
    engineer(request)
    parts = health.look()
    context = {"parts": parts, "well": health.healthy(parts), "failed": jobs.failed(), "times": MOST_ATTEMPTS}
    return render(request, "server/duty.html", context)


@require_POST
def run_again(request: HttpRequest, job: int) -> HttpResponse:
    actor = engineer(request)
    try:
        jobs.run_again(job)
    except TartipError as error:
        messages.error(request, said(error))
    else:
        log.warning("job %s is run again by %s", job, actor.name)
        messages.success(request, _("Job %(job)s is in the queue again.") % {"job": job})
    return redirect("server:duty")


router = Router(tags=["health"])


class PartOut(Schema):
    """One part of the system: `state` is ok, late or failed."""

    part: str
    state: str
    since: str | None
    count: int
    error: str


class HealthOut(Schema):
    """`status` is ok, or alarm when any part is late or has failed. `parts` for the duty engineer's role only."""

    status: str
    parts: list[PartOut] | None = None


@router.get("/health", auth=None, response={200: HealthOut, 503: HealthOut}, summary="Whether every part works")
def health_of_all(request: HttpRequest) -> HttpResponse:
    """For monitoring: 200 while every part does its work, else 503. No log-in is needed for the status."""
    parts = _looked()
    status = "ok" if health.healthy(parts) else "alarm"
    out = HealthOut(status=status)
    if _is_engineer(request):
        out.parts = [
            PartOut(part=part.key, state=part.state, since=part.since.isoformat() if part.since else None,
                    count=part.count, error=part.error)
            for part in parts
        ]  # fmt: skip
    answer = HttpResponse(
        orjson.dumps(out.dict()), status=200 if status == "ok" else 503, content_type="application/json"
    )
    answer["Cache-Control"] = "no-store"
    # A 503 is the answer here, no error of the server: the alarm itself is in the log, once.
    answer._has_been_logged = True  # type: ignore[attr-defined]
    return answer


def _is_engineer(request: HttpRequest) -> bool:
    try:
        return actor_of(request).role in ROLES
    except TartipError:
        return False


_kept: list[tuple[float, list[health.Part]]] = []


def _looked() -> list[health.Part]:
    """What was found at most two seconds ago; a database that does not answer is found too."""
    if _kept and time.monotonic() - _kept[0][0] < KEPT_SECONDS:
        return _kept[0][1]
    try:
        parts = health.look()
    except Exception as error:
        log.error("the health of the system cannot be looked at: %s", reason_of(error))
        parts = [health.Part("database", health.FAILED, error=reason_of(error))]
    _kept[:] = [(time.monotonic(), parts)]
    return parts
