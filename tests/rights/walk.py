"""Every route of the program with something to call it with, read from the URL resolver and the API's declarations."""

from __future__ import annotations

import json
import re
import sys
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin
from urllib.parse import urlencode

from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from tartip.core.registers.register import REGISTERS
from tartip.core.time import now

# What stands in a route for an id or a word that no record gives.
WORDS: Mapping[str, Any] = {
    "indicator": "calls.received", "level": 0, "index": "0", "pk": 1, "job": 1, "name": "x",
    # Of these there is none here; who reaches them is tried beside their pages (people, registers).
    "batch_id": uuid.UUID(int=0), "number": 0, "request_id": uuid.UUID(int=0), "appointment_id": uuid.UUID(int=0),
}  # fmt: skip
# Names of acts that a page reads from its address; a page with a table ACTS gives its own.
SLUGS = {"step": ["acknowledge", "arrive"], "alarm": ["accept", "safe"]}
FORMS = {
    "relief": "postponed", "reference": "7", "closed_for": "other",
    "reason": "false_call", "outcome": "settled", "article": "koap-437-1", "facts": "Музыка после 23:00.",
    "penalty": "person.first.1", "amount": "21625", "result": "left", "reasons": "Проверено.", "priority": "2",
    "lon": "76.92", "lat": "43.24", "purpose": "call_back", "username": "dispatcher", "act": "begin", "language": "ru",
    "kind": "noise",
}  # fmt: skip
BODY: Mapping[str, Any] = {
    "kind": "noise", "article": "koap-437-1", "facts": "Музыка после 23:00.", "priority": 2, "territory": "750000000",
    "callsign": "Сұңқар-01", "reason": "false_call", "outcome": "settled", "lon": 76.92, "lat": 43.24, "result": "left",
    "relief": "postponed", "reference": "7", "to": "390000000",
    "reasons": "Проверено.", "text": "Меня там не было, есть свидетели.", "amount_tenge": 21_625,
    "account": None,
}  # fmt: skip
# A generated route names its record by the register in its address: the world's record of that register.
RECORDS = {
    "assignment": "assignment_id", "appeal": "appeal_id", "call": "call_id", "case": "case_id",
    "handover": "hand_over_id", "incident": "incident_id", "joining": "joining_id", "lawgap": "gap_id",
    "gap": "gap_id", "lost_property": "lost_property_id", "unit": "unit_id",
}  # fmt: skip
GENERATED = re.compile(r"^/api/v1/(\w+)/\{record_id\}")
# The generated pages are walked for one register, whose records every desk but the judge's keeps.
REGISTER = {"name": "lost_property", "kind": "csv"}
OPERATION = re.compile(r"<(?:(\w+):)?(\w+)>")


def braced(name: str) -> str:
    return "{" + name + "}"


@dataclass
class Route:
    """One way to call the program: method, address with names in braces, and values for the names."""

    method: str
    path: str
    names: tuple[str, ...]
    fixed: dict[str, str] = field(default_factory=dict)
    body: Any = None

    @property
    def of_a_record(self) -> bool:
        return any(name.endswith("_id") for name in self.names)

    @property
    def shown(self) -> str:
        path = self.path
        for name, value in self.fixed.items():
            if not name.endswith("_id"):
                path = path.replace(braced(name), value)
        return f"{self.method} {path}"

    def address(self, values: Mapping[str, Any]) -> str:
        path = self.path
        for name in self.names:
            path = path.replace(braced(name), str(self.fixed.get(name) or self._value(name, values)))
        return path

    def _value(self, name: str, values: Mapping[str, Any]) -> Any:
        if name == "code" and (self.path.startswith("/a/") or (self.method == "GET" and "by-receipt" in self.path)):
            return values["appeal_code"]
        return values.get(name) or WORDS.get(name, "x")


def routes(values: Mapping[str, Any]) -> list[Route]:
    found = [*_pages(values), *_operations(values)]
    return sorted(found, key=lambda route: (route.path.startswith("/api/"), route.shown))


def _pages(values: Mapping[str, Any]) -> Iterator[Route]:
    for pattern, callback in _walk(get_resolver().url_patterns):
        if pattern.startswith("api/v1/") and not pattern.startswith(("api/v1/openapi", "api/v1/docs")):
            continue
        if pattern == "stream":
            continue  # another server's: see test_stream_rights
        path = "/" + OPERATION.sub(lambda found: braced(found[2]), pattern)
        names = tuple(name for _kind, name in OPERATION.findall(pattern))
        if pattern.startswith("registers/") and "<str:name>" in pattern:
            act = "return" if "record_id" in names else "hand_in"
            fixed = REGISTER | {"act_name": act, "record_id": str(values["lost_property_id"])}
            for method in ("GET", "POST"):
                yield Route(method, path, names, {name: fixed[name] for name in names if name in fixed})
            continue
        slugs = [None]
        if "<slug:name>" in pattern:
            known = getattr(sys.modules[callback.__module__], "ACTS", {})
            slugs = list(known) if callback.__name__ == "act" and known else SLUGS.get(callback.__name__, ["x"])
        for slug in slugs:
            for method in ("GET", "POST"):
                yield Route(method, path, names, {"name": slug} if slug else {})


def _walk(patterns: list[Any], before: str = "") -> Iterator[tuple[str, Any]]:
    for one in patterns:
        if isinstance(one, URLResolver):
            yield from _walk(one.url_patterns, before + str(one.pattern))
        elif isinstance(one, URLPattern):
            yield before + str(one.pattern), one.callback


def _operations(values: Mapping[str, Any]) -> Iterator[Route]:
    from tartip.server.api import api

    for prefix, router in api._routers:
        for path, view in router.path_operations.items():
            for operation in view.operations:
                full = "/api/v1" + prefix + path
                full = re.sub(r"\{\w+:(\w+)\}", r"{\1}", full)
                names = tuple(re.findall(r"\{(\w+)\}", full))
                models = {model.__name__: model for model in operation.models}
                body = _body(models["BodyParams"], values) if "BodyParams" in models else None
                query = _query(models["QueryParams"]) if "QueryParams" in models else ""
                generated = GENERATED.match(full)
                for fixed in _literals(models.get("PathParams")):
                    if generated:
                        fixed = {**fixed, "record_id": str(values.get(RECORDS.get(generated[1], ""), uuid.uuid4()))}
                    for method in operation.methods:
                        route = Route(method, full, names, fixed, body)
                        route.path += query
                        yield route


def _literals(model: Any) -> list[dict[str, str]]:
    if model is None:
        return [{}]
    for name, known in model.model_fields.items():
        if get_origin(known.annotation) is Literal:
            return [{name: value} for value in get_args(known.annotation)]
    return [{}]


def _query(model: Any) -> str:
    known = {"period": "2026-10", "old": "1", "new": "1"}
    required = [name for name, f in model.model_fields.items() if f.is_required() and name in known]
    return "?" + "&".join(f"{name}={known[name]}" for name in required) if required else ""


def _body(model: Any, values: Mapping[str, Any]) -> Any:
    (payload,) = model.model_fields.values()
    asked = payload.annotation
    if get_origin(asked) in (Union, UnionType):  # a body that may be left out
        asked = next(kind for kind in get_args(asked) if kind is not NoneType)
    if get_origin(asked) is list:
        return [_filled(get_args(asked)[0], values)]
    return _filled(asked, values)


def _filled(model: type[BaseModel], values: Mapping[str, Any]) -> dict[str, Any]:
    """A body that keeps the schema's rules: what a field must hold by its name, else by its type."""
    made: dict[str, Any] = {}
    for name, known in model.model_fields.items():
        if name in BODY:
            made[name] = BODY[name]
        elif name in days():
            made[name] = days()[name]
        elif name in values and "UUID" in str(known.annotation):
            made[name] = str(values[name])
        elif name == "place":
            made[name] = {"lon": 76.92, "lat": 43.24}
        elif known.default is PydanticUndefined and known.default_factory is None:
            made[name] = _of_type(known.annotation)
    return made


def _of_type(annotation: Any) -> Any:
    text = str(annotation)
    kind = next((one for one in (annotation, *get_args(annotation)) if isinstance(one, type)), None)
    if kind is not None and issubclass(kind, BaseModel):
        return {"name": "Асан"}
    if "dict" in text:
        return {}
    if "UUID" in text:
        return str(uuid.uuid4())
    if "datetime" in text.lower():
        return now().isoformat()
    if "date" in text.lower():
        return str(now().date())
    return 1 if annotation is int else "x"


def days() -> dict[str, str]:
    """Days that forms ask for: what was paid or handed over today, what is put off for some weeks."""
    today = now().date()
    return {"paid_on": str(today), "handed_on": str(today), "until": str(today + timedelta(days=20))}


def target(route: Route, values: Mapping[str, Any]) -> dict[str, str]:
    """The record a form was drawn for, its version, and a key: without them a page refuses before it asks a right."""
    name = next((name for name in route.names if name.endswith("_id")), "")
    named = route.fixed.get(name) or values.get(name)
    # In a protocol it is whom the part punishes.
    subject = "person" if route.path.startswith("/cases/") else str(named)
    return {"subject": subject, "version": str(version_of(name, named)), "key": uuid.uuid4().hex}


def version_of(name: str, subject: Any) -> int:
    """The version of the record that a part of an address (`incident_id`) names."""
    if subject is None:
        return 0
    first = name.removesuffix("_id").replace("_", "")
    for register in sorted(REGISTERS.values(), key=lambda one: one.model._meta.model_name != first):
        found = register.model._default_manager.filter(pk=subject).values_list("version", flat=True).first()
        if found is not None:
            return int(found)
    return 0


def call(route: Route, cookie: str | None, values: Mapping[str, Any]) -> tuple[int, Any]:
    """The status of one call, after which everything is as it was."""
    client = Client(raise_request_exception=False)
    client.cookies["django_language"] = "en"
    if cookie:
        client.cookies["sessionid"] = cookie
    with transaction.atomic():
        if route.path.startswith("/api/"):
            body = None if route.body is None else json.dumps(route.body)
            answer = client.generic(route.method, route.address(values), body or "", content_type="application/json")
        elif route.method == "POST":
            form = {**FORMS, **days(), **{k: str(v) for k, v in values.items()}, **target(route, values)}
            answer = client.post(route.address(values), urlencode(form), "application/x-www-form-urlencoded")
        else:
            answer = client.get(route.address(values))
        transaction.set_rollback(True)
    return answer.status_code, answer


def outcome(status: int, answer: Any) -> str:
    """What the caller learned: `yes` reached it (whatever its rules said), `no` was refused, `–` is told of nothing."""
    if status == 302 and "/login/?next=" in answer.headers.get("Location", ""):
        return "log in"
    if status == 401:
        return "log in"
    if status == 403:
        return "no"
    if status in (404, 405):
        return "–" if status == 404 else "405"
    # 503 is what the board of health says while a part is down.
    return "ERROR" if status >= 500 and status != 503 else "yes"
