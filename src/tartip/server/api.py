"""The HTTP API's door: `/api/v1`, OpenAPI, problem responses (RFC 9457), tokens and sessions, idempotency keys."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import orjson
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Router
from ninja.errors import HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema
from ninja.renderers import BaseRenderer
from ninja.utils import check_csrf

from tartip.core.acts import Actor
from tartip.core.discovery import declared
from tartip.core.gaps import queries as gaps
from tartip.core.people.actors import actor_of, names_key
from tartip.core.people.params import BadHeader, saying
from tartip.core.people.reading import PURPOSES
from tartip.core.problems import problem, problem_of
from tartip.core.registers.register import REGISTERS
from tartip.core.rules import rule_in_words
from tartip.errors import TartipError
from tartip.server import duty
from tartip.server.api_docs import ApiDocs
from tartip.server.pages import known
from tartip.web.acts.routes import add_act_routes
from tartip.web.registers.routes import add_read_routes

# An answer about a long list of bad items names the first of them.
MOST_ERRORS = 100


class Renderer(BaseRenderer):
    media_type = "application/json"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> bytes:
        return orjson.dumps(data)


def authenticate(request: HttpRequest) -> Actor:
    """By token, or by the session of a page (then with CSRF); the call's key, version and purpose ride along."""
    actor = actor_of(request)
    if not names_key(request) and request.method not in ("GET", "HEAD", "OPTIONS"):
        refused = check_csrf(request)
        if refused is not None:
            raise HttpError(403, "CSRF")
    return saying(actor, request).saying(purpose=_purpose(request))


def _purpose(request: HttpRequest) -> str | None:
    """What personal data is read for: it goes into the journal, so it is a code of the list and never free text."""
    purpose = request.headers.get("Purpose")
    if purpose is not None and purpose not in PURPOSES:
        raise BadHeader(header="Purpose", rule="must be one of %(allowed)s", allowed=", ".join(PURPOSES))
    return purpose


class Api(NinjaAPI):
    """Describes itself once: the making takes longer than any other answer, and anybody may ask for it."""

    _described: OpenAPISchema | None = None

    def get_openapi_schema(self, *, path_prefix: str | None = None, path_params: Any = None) -> OpenAPISchema:
        if path_prefix is not None:
            return super().get_openapi_schema(path_prefix=path_prefix, path_params=path_params)
        if self._described is None:
            self._described = super().get_openapi_schema(path_params=path_params)
        return self._described


api = Api(
    title="Tártip",
    version="1",
    description="The open public-safety system. Errors are problem details (RFC 9457) in the asked language.",
    auth=authenticate,
    renderer=Renderer(),
    urls_namespace="api",
    docs=ApiDocs(),
    openapi_extra={"info": {"license": {"name": "Apache-2.0"}}},
)


@api.exception_handler(TartipError)
def on_error(request: HttpRequest, error: TartipError) -> HttpResponse:
    gaps.notice(error)
    return problem_of(error)


@api.exception_handler(OperationalError)
@api.exception_handler(InterfaceError)
def on_lost_database(request: HttpRequest, error: Exception) -> HttpResponse:
    found = known(error)
    if not isinstance(found, TartipError):
        raise error
    return problem_of(found)


@api.exception_handler(ValidationError)
def on_bad_input(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Each broken rule with the path of its field."""
    errors = [
        {"field": _path(item["loc"]), "rule": rule_in_words(item["type"], item.get("ctx") or {}, item["msg"])}
        for item in error.errors[:MOST_ERRORS]
    ]
    return problem(422, "input.bad", _("Some fields break their rules."), errors=errors)


def _path(parts: Iterable[Any]) -> str:
    """The path of a field in the body; the body itself where it is a list and breaks a rule as a whole."""
    return ".".join(str(part) for part in parts if part not in ("body", "payload")) or "body"


@api.exception_handler(HttpError)
def on_http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    return problem(error.status_code, "http", str(error))


# Every app names its routers so, in its `api.py`: the path below /api/v1 and the router.
routers = {"": duty.router}


def load_routers() -> None:
    """Routers of all apps, in the order of INSTALLED_APPS. `server/routes.py` checks that no two claim one path."""
    for _app, named in declared("api", "routers"):
        for path, router in named.items():
            api.add_router(path, router)
    # After the routes that are written by hand: an address of theirs is never taken.
    generated = {name: Router(tags=[name]) for name in REGISTERS}
    add_act_routes(generated)
    for name, router in generated.items():
        if REGISTERS[name].pages is not None:
            add_read_routes(router, REGISTERS[name])
        api.add_router(f"/{name}", router)
