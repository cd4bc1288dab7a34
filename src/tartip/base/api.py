"""The HTTP API's door: `/api/v1`, OpenAPI, problem responses (RFC 9457), tokens and sessions, idempotency keys."""

from __future__ import annotations

from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.renderers import BaseRenderer
from ninja.utils import check_csrf

from tartip.core.acts import Actor
from tartip.core.people.actors import actor_of
from tartip.core.problems import problem, problem_of
from tartip.errors import TartipError

MAX_KEY = 100


class BadHeader(TartipError):
    code = "header.bad"
    text = "%(header)s: %(rule)s."
    http_status = 422


class Renderer(BaseRenderer):
    media_type = "application/json"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> bytes:
        return orjson.dumps(data)


def authenticate(request: HttpRequest) -> Actor:
    """By token, or by the session of a page (then with CSRF); the call's key, version and purpose ride along."""
    actor = actor_of(request)
    if "Authorization" not in request.headers and request.method not in ("GET", "HEAD", "OPTIONS"):
        refused = check_csrf(request)
        if refused is not None:
            raise HttpError(403, "CSRF")
    return actor.saying(key=_key(request), seen=_seen(request), purpose=request.headers.get("Purpose"))


def _key(request: HttpRequest) -> str | None:
    key = request.headers.get("Idempotency-Key")
    if key is not None and not (0 < len(key) <= MAX_KEY and key.isprintable()):
        raise BadHeader(header="Idempotency-Key", rule="must be 1 to %(most)s printable characters", most=MAX_KEY)
    return key


def _seen(request: HttpRequest) -> int | None:
    text = request.headers.get("If-Match", "").strip('"')
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise BadHeader(header="If-Match", rule="must be the version you saw, a whole number")
    return int(text)


api = NinjaAPI(
    title="Tártip",
    version="1",
    description="The open public-safety system. Errors are problem details (RFC 9457) in the asked language.",
    auth=authenticate,
    renderer=Renderer(),
    urls_namespace="api",
    openapi_extra={"info": {"license": {"name": "Apache-2.0"}}},
)


@api.exception_handler(TartipError)
def on_error(request: HttpRequest, error: TartipError) -> HttpResponse:
    return problem_of(error)


@api.exception_handler(ValidationError)
def on_bad_input(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Each broken rule with the path of its field."""
    errors = [
        {"field": ".".join(str(part) for part in item["loc"] if part not in ("body", "payload")), "rule": item["msg"]}
        for item in error.errors
    ]
    return problem(422, "input.bad", _("Some fields break their rules."), errors=errors)


@api.exception_handler(HttpError)
def on_http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    return problem(error.status_code, "http", str(error))


def load_routers() -> None:
    """One line a room, in the order of the chain."""
    from tartip.appeals.api import router as appeals
    from tartip.cases.api import public as receipts
    from tartip.cases.api import router as cases
    from tartip.core.journal.api import router as journal
    from tartip.operations.calls.api import router as calls
    from tartip.operations.dispatch.api import router as dispatch
    from tartip.operations.incidents.api import router as incidents
    from tartip.operations.units.api import router as units
    from tartip.statistics.api import router as statistics

    for path, router in {
        "": calls,
        "/incidents": incidents,
        "/units": units,
        "/dispatch": dispatch,
        "/cases": cases,
        "/receipts": receipts,
        "/appeals": appeals,
        "/statistics": statistics,
        "/journal": journal,
    }.items():
        api.add_router(path, router)
