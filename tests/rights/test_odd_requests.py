"""Every route × what a request may say of itself: odd headers, keys, versions and numbers. None of it makes it fail."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import transaction

from tartip.cases.tests.made import browser
from tartip.server import asgi
from tests.rights.test_routes import world
from tests.rights.walk import FORMS, Route, days, routes, target

__all__ = ["world"]

TOKEN = "t" * 32
KINDS = [
    *(
        f"text/plain; charset={name}"
        for name in ("rot13", "hex", "base64", "zlib", "bz2", "uu", "quopri", "punycode", "undefined", "idna", "utf-16")
    ),
    "application/x-www-form-urlencoded; charset=utf-7",
    "text/plain; x*=nobody_knows''a",
    "text/plain; x*=undefined''%41",
    "text/plain; x*" + "9" * 5000 + "=a",
    "multipart/form-data; boundary=\xe4",
]
ADDRESSES = {"Referer": "http://[", "HX-Current-URL": "http://[bad", "HX-Request": "true"}
OTHERS = {
    "Accept-Language": "\xff", "X-Forwarded-For": "[::1", "Range": "bytes=9-1,\xb2-", "If-Range": "\xff",
    "If-None-Match": "\xff", "If-Modified-Since": "\xff", "Purpose": "\xff", "Authorization": "",
}  # fmt: skip
# The API and the scripts of the console send these two; elsewhere they mean nothing.
CALLS = [
    *(("Idempotency-Key", key) for key in ("", "k" * 101, "k" * 10_000, "a\tb", "\xa0", "\x7f")),
    *(("If-Match", seen) for seen in ("\xb2", "9" * 5000, "9" * 10, "-1", "*", 'W/"1"')),
]
NUMBERS = ("version", "key", "priority", "amount", "penalty", "lon", "lat", "job", "limit", "page")
# What once failed, and under --all whatever else a number may not be.
FAILED = ("\xb2", "9" * 5000, "k" * 101)
SAID = (*FAILED, "-1", "\u0663", "1e400", "nan", "")


@pytest.fixture
def door(monkeypatch: pytest.MonkeyPatch) -> None:
    """The whole way of a request, but in this thread, which has the test's transaction."""

    async def here(scope: Any, body: bytes, address: str) -> Any:
        return asgi._answered(scope, body)

    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    monkeypatch.setattr(asgi, "_in_its_threads", here)


def ask(method: str, address: str, body: bytes, heads: dict[str, str]) -> int:
    """The status of one request, after which everything is as it was."""
    path, _, query = address.partition("?")
    given = {"Host": "testserver", "Content-Length": str(len(body)), **heads}
    scope = {
        "type": "http", "http_version": "1.1", "method": method, "path": path, "raw_path": path.encode(),
        "query_string": query.encode(), "root_path": "", "scheme": "http",
        "headers": [(name.lower().encode(), value.encode("latin1")) for name, value in given.items()],
        "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80),
    }  # fmt: skip
    said: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        said.append(message)

    with transaction.atomic():
        asyncio.run(asgi.application(scope, receive, send))
        transaction.set_rollback(True)
    return int(said[0]["status"])


def call(route: Route, values: Any, session: str, heads: dict[str, str], **fields: str) -> int:
    """One call of the walk over all routes, with these headers and fields instead of the right ones."""
    kept = {"Cookie": f"sessionid={session}; csrftoken={TOKEN}", "X-CSRFToken": TOKEN}
    address = route.address(values)
    if route.path.startswith("/api/"):
        body = b"" if route.body is None else json.dumps(route.body).encode()
        kind = "application/json"
    elif route.method == "POST":
        form = {**FORMS, **days(), **{k: str(v) for k, v in values.items()}, **target(route, values), **fields}
        body, kind = urlencode(form).encode(), "application/x-www-form-urlencoded"
    else:
        body, kind = b"", "text/plain"
        address += ("&" if "?" in address else "?") + urlencode({"next": "http://[", **fields})
    return ask(route.method, address, body, {"Content-Type": kind, **kept, **heads})


def of(actor: Any) -> str:
    return browser(actor).cookies["sessionid"].value if actor else ""


def failures(asked: Iterator[tuple[str, int]]) -> list[str]:
    """503 is what the board of health says while a part is down."""
    return [f"{status} {what}" for what, status in asked if status >= 500 and "health" not in what]


def reached(values: Any, session: str) -> list[Route]:
    """The routes that do not refuse a reader whatever is sent: only there is anything read."""
    return [route for route in routes(values) if call(route, values, session, {}) not in (401, 403, 404, 405)]


@pytest.mark.long
@pytest.mark.parametrize("who", ["", "dispatcher"])
def test_no_header_makes_any_route_fail(persona: Any, world: Any, door: None, who: str) -> None:
    session = of(persona(who) if who else None)
    mine = reached(world, session)
    assert len(mine) > 20

    def asked() -> Iterator[tuple[str, int]]:
        for route in routes(world):
            for value in KINDS:
                yield (
                    f"{route.shown} Content-Type: {value[:40]!r}",
                    call(route, world, session, {"Content-Type": value}),
                )
            yield f"{route.shown} addresses", call(route, world, session, ADDRESSES)
            yield f"{route.shown} others", call(route, world, session, OTHERS)
        for route in mine:
            if who and (route.method == "POST" or "/api/" in route.path):
                for name, value in CALLS:
                    yield f"{route.shown} {name}: {value[:40]!r}", call(route, world, session, {name: value})

    assert failures(asked()) == []


@pytest.mark.long
@pytest.mark.parametrize("words", [FAILED, pytest.param(SAID, marks=pytest.mark.slow)], ids=["some", "all"])
@pytest.mark.parametrize("who", ["dispatcher", "inspector", "administrator", "prosecutor"])
def test_no_number_key_or_version_makes_any_form_fail(
    persona: Any, world: Any, door: None, who: str, words: tuple[str, ...]
) -> None:
    session = of(persona(who))

    def asked() -> Iterator[tuple[str, int]]:
        for route in reached(world, session):
            if route.method == "POST" and not route.path.startswith("/api/"):
                yield f"{route.shown} article", call(route, world, session, {}, article="koap-" + "9" * 5000)
                for name in NUMBERS:
                    for said in words:
                        what = f"{route.shown} {name}={said[:40]!r}"
                        yield what, call(route, world, session, {}, **{name: said})
            elif not route.path.startswith("/api/"):
                for said in words:
                    yield (
                        f"{route.shown} {said[:40]!r}",
                        call(route, world, session, {}, **dict.fromkeys(NUMBERS, said)),
                    )

    assert failures(asked()) == []


@pytest.mark.parametrize("said", ["http://[", "//[x", "http://[bad", "https://testserver:99999999/", "\\\\[x"])
@pytest.mark.parametrize("path", ["/login/", "/accounts/login/", "/login/as/", "/logout/", "/language/"])
def test_an_address_that_is_none_leads_nowhere_and_is_no_failure(
    db: Any, persona: Any, door: None, path: str, said: str
) -> None:
    for session in ("", of(persona("dispatcher"))):
        kept = {"Cookie": f"sessionid={session}; csrftoken={TOKEN}", "X-CSRFToken": TOKEN}
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        form = urlencode({"next": said, "username": "dispatcher", "language": "ru"})
        for heads in ({}, {"Referer": said}, {"HX-Current-URL": said, "HX-Request": "true"}):
            for method, query, body in (
                ("GET", f"?next={said}", ""),
                ("POST", f"?next={said}", form),
                ("POST", "", form),
            ):
                assert ask(method, path + query.replace(" ", ""), body.encode(), {**kept, **kind, **heads}) < 500


def test_every_route_is_asked(world: Any) -> None:
    assert len(routes(world)) > 100
    assert uuid.UUID(str(world["incident_id"]))
