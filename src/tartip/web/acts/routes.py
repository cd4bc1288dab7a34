"""One API route per act: `POST /api/v1/{register}/acts/{act}` and `POST /api/v1/{register}/{id}/acts/{act}`.

Nothing is written by hand: the body comes from the act's signature, the version from `If-Match`, the key from
`Idempotency-Key`, the words in the description from the declaration.
"""

from __future__ import annotations

import inspect
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema, Status

from tartip.core.acts import ACTS, Act
from tartip.core.acts.access import may_read
from tartip.core.acts.declare import CALLERS
from tartip.core.acts.fields import NotAField, fields_of
from tartip.core.people.actors import acting
from tartip.core.people.models import Role
from tartip.core.people.rights import may_ever
from tartip.core.registers.models import Record
from tartip.core.registers.present import present
from tartip.core.registers.register import register_of
from tartip.web.acts.bodies import body_of, given
from tartip.web.acts.perform import perform_given


class Done(Schema):
    """What an act left: the record with its new version. `record` is empty for one who may not read it."""

    id: uuid.UUID
    version: int
    state: str
    repeated: bool
    record: dict[str, Any] | None


def routed_acts() -> tuple[Act, ...]:
    """Acts that somebody may do from outside, each caller's function once, in the order of declaration."""
    return _routed(len(ACTS))


@lru_cache(maxsize=4)
def _routed(known: int) -> tuple[Act, ...]:
    """Kept: asked for on every page of a register. `known` tells whether acts were declared since."""
    return tuple(_find_routed())


def _find_routed() -> Iterator[Act]:
    seen: set[Callable[..., Any]] = set()
    for act in ACTS.values():
        if act.inner or not any(may_ever(act, role) for role in Role.values):
            continue
        if (caller := CALLERS.get(act.code)) is not None:
            if caller in seen:
                continue
            seen.add(caller)
        try:
            fields_of(act)
        except NotAField:
            continue
        yield act


def path_name(act: Act) -> str:
    """The act in an address: its code without the register; the whole code where another act would have that name."""
    return _path_names(len(ACTS))[act.code]


@lru_cache(maxsize=4)
def _path_names(known: int) -> dict[str, str]:
    shorts = Counter((act.model, act.code.partition(".")[2]) for act in _routed(known))
    return {
        act.code: act.code if shorts[act.model, act.code.partition(".")[2]] > 1 else act.code.partition(".")[2]
        for act in _routed(known)
    }


def add_act_routes(routers: Mapping[str, Router]) -> None:
    """Add the route of every act to the router of its register."""
    for act in routed_acts():
        name = path_name(act)
        path = f"/{{uuid:record_id}}/acts/{name}" if act.of else f"/acts/{name}"
        routers[register_of(act.model).name].add_api_operation(
            path,
            ["POST"],
            _view(act),
            response={200: Done} if act.of else {201: Done, 200: Done},
            summary=act.names["en"],
            description=_described(act),
            operation_id=f"act_{act.code.replace('.', '_')}",
            openapi_extra={"x-names": dict(act.names), "x-code": act.code},
        )


def answer(actor: Any, record: Record) -> dict[str, Any]:
    """A record after an act, as the API shows it to this actor."""
    return {
        "id": record.pk,
        "version": record.version,
        "state": record.state,
        "repeated": record.repeated,
        "record": present(actor, record) if may_read(actor, record) else None,
    }


def _view(act: Act) -> Callable[..., Any]:
    body = body_of(act)

    def perform(request: HttpRequest, record_id: uuid.UUID | None = None, payload: Any = None) -> Any:
        actor = acting(request)
        record = perform_given(act, actor, given(payload), record_id)
        said = answer(actor, record)
        return said if act.of else Status(200 if record.repeated else 201, said)

    parameters = [inspect.Parameter("request", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=HttpRequest)]
    if act.of:
        parameters.append(inspect.Parameter("record_id", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=uuid.UUID))
    if body is not None:
        # An act that needs nothing may be sent without a body.
        needed = any(field.required for field in fields_of(act))
        default = inspect.Parameter.empty if needed else None
        annotation: Any = body if needed else body | None
        parameters.append(
            inspect.Parameter(
                "payload", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=annotation, default=default
            )
        )
    perform.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    perform.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    perform.__name__ = f"act_{act.code.replace('.', '_')}"
    perform.__doc__ = _described(act)
    return perform


def _described(act: Act) -> str:
    """The act's own docstring, and its name in the three languages."""
    words = " · ".join(act.names[language] for language in ("kk", "ru", "en"))
    said = inspect.getdoc(act.through) or inspect.getdoc(act.function) or ""
    return f"{said}\n\n{words}".strip()
