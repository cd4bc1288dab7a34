"""Figures are asked for by anybody; the desks do not notice how many do."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from tartip.server import asgi

ASKED = asgi.MOST_COUNTED + 8


def scope_of(path: str, client: str, headers: list[tuple[bytes, bytes]]) -> dict[str, Any]:
    return {
        "type": "http", "http_version": "1.1", "method": "GET", "path": path, "raw_path": path.encode(),
        "query_string": b"", "root_path": "", "scheme": "http", "headers": [(b"host", b"localhost"), *headers],
        "client": (client, 1), "server": ("127.0.0.1", 80),
    }  # fmt: skip


async def ask(
    path: str, client: str = "127.0.0.1", headers: list[tuple[bytes, bytes]] | None = None
) -> tuple[int, bytes]:
    said: list[dict[str, Any]] = []
    never = asyncio.Event()
    begun = False

    async def receive() -> dict[str, Any]:
        nonlocal begun
        if begun:
            await never.wait()
        begun = True
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        said.append(message)

    await asgi.application(scope_of(path, client, headers or []), receive, send)
    assert said[0]["status"] != 503 or (b"retry-after", b"60") in said[0]["headers"]
    return said[0]["status"], b"".join(message.get("body", b"") for message in said)


@pytest.mark.parametrize("figures", ["/statistics/package.zip", "/api/v1/statistics/figures/calls.received"])
def test_a_crowd_that_asks_for_figures_holds_up_no_other_page(monkeypatch, figures):
    import threading

    counting, released = [], threading.Event()

    def answered(scope: dict[str, Any], body: bytes) -> asgi.Answer:
        if scope["path"] == figures:
            counting.append(threading.current_thread().name)
            assert released.wait(60)
        return asgi.text_of(200, [], b"")

    async def crowd() -> None:
        asked = [asyncio.ensure_future(ask(figures, f"192.0.2.{number % 9}")) for number in range(ASKED)]
        refused, _ = await asyncio.wait(asked, timeout=60, return_when=asyncio.FIRST_COMPLETED)
        while len(refused) < ASKED - asgi.MOST_COUNTED:
            refused, _ = await asyncio.wait(asked, timeout=0.05)
        # All that may be counted is being counted or waits; the console is answered all the same.
        assert (await asyncio.wait_for(ask("/console/"), 60))[0] == 200
        released.set()
        answers = await asyncio.gather(*asked)
        statuses = [status for status, _body in answers]
        assert (statuses.count(200), statuses.count(503)) == (asgi.MOST_COUNTED, ASKED - asgi.MOST_COUNTED)
        if figures.startswith("/api/"):
            problem = next(json.loads(body) for status, body in answers if status == 503)
            assert (problem["code"], problem["again"]) == ("figures.crowded", True)
        assert (await ask(figures))[0] == 200, "the next one is counted again"

    monkeypatch.setattr(asgi, "_answered", answered)
    try:
        asyncio.run(crowd())
    finally:
        released.set()
    assert len(set(counting)) <= asgi.budget.COUNTING_THREADS


@pytest.mark.parametrize("proxies", [0, 1])
def test_one_address_takes_its_share_of_the_places_and_leaves_the_others(monkeypatch, settings, proxies):
    """Behind a proxy of ours the address is the client's, and not the proxy's."""
    import threading

    settings.PROXIES, released = proxies, threading.Event()
    path = "/statistics/"

    def answered(scope: dict[str, Any], body: bytes) -> asgi.Answer:
        assert released.wait(60)
        return asgi.text_of(200, [], b"")

    def of(address: str) -> Any:
        if proxies:
            return ask(path, headers=[(b"x-forwarded-for", address.encode())])
        return ask(path, address)

    async def crowd() -> None:
        greedy = [asyncio.ensure_future(of("192.0.2.1")) for _ in range(asgi.MOST_COUNTED)]
        greedy += [asyncio.ensure_future(of("192.0.2.1")) for _ in range(100)]
        for _ in range(20):
            await asyncio.sleep(0)
        assert sum(task.done() for task in greedy) == len(greedy) - asgi.MOST_OF_ONE
        other = asyncio.ensure_future(of("192.0.2.2"))
        await asyncio.sleep(0.05)
        assert not other.done(), "it waits for a thread and is not refused"
        released.set()
        assert (await other)[0] == 200
        statuses = [status for status, _ in await asyncio.gather(*greedy)]
        assert statuses.count(200) == asgi.MOST_OF_ONE
        assert (await of("192.0.2.1"))[0] == 200, "its places are free again"
        assert not asgi._counted

    monkeypatch.setattr(asgi, "_answered", answered)
    try:
        asyncio.run(crowd())
    finally:
        released.set()
