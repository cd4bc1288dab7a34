"""What the browser tests stand on: people, a city with its crews, the running system, a browser."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from tartip.core.people.personas import PERSONAS, make
from tartip.core.time import now
from tartip.operations.calls.actions import receive_call
from tartip.operations.dispatch import actions as dispatch
from tartip.operations.incidents.actions import open_incident
from tartip.operations.units import actions as units
from tartip.operations.units.positions import put_positions
from tartip.server.supervisor import granian
from tests.e2e.harness import ALMATY, CHROMIUM, answers, free_port, wait_until


@pytest.fixture(scope="package")
def running(django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """The server (pages and stream) and the background process, on the test's database, for all tests here."""
    from django.db import connection, connections

    from tartip.server.prepare import empty_tables

    port = free_port()
    environment = {**os.environ, "TARTIP_DB_NAME": connection.settings_dict["NAME"], "TARTIP_DEMO": "1"}
    server = granian("127.0.0.1", port)
    processes = [
        subprocess.Popen(command, env=environment, start_new_session=True)
        for command in (server, [sys.executable, "-m", "tartip", "keeper"])
    ]
    try:
        wait_until(lambda: answers(port))
        yield f"http://127.0.0.1:{port}"
    finally:
        for process in processes:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        with django_db_blocker.unblock():
            connections.close_all()
            empty_tables()
            connections.close_all()


@pytest.fixture
def committed(running: str, django_db_blocker: Any) -> Iterator[None]:
    """What a test wrote is emptied under the running system, which goes on with its journal."""
    from django.db import connections

    from tartip.server.prepare import empty_tables

    with django_db_blocker.unblock():
        try:
            yield
        finally:
            connections.close_all()
            empty_tables(journal=False)
            connections.close_all()


@pytest.fixture
def people(committed: None) -> dict[str, Any]:
    return {persona.username: make(persona) for persona in PERSONAS}


@pytest.fixture
def city(people: dict[str, Any]) -> dict[str, Any]:
    """Nine units and ten incidents in Almaty; three units sent, one crew in alarm."""
    crews = []
    for number in range(1, 10):
        unit = units.enter_unit(people["supervisor"], territory=ALMATY, callsign=f"Барс-{number:02d}")
        crews.append(units.begin_duty(people["supervisor"], unit))
    put_positions(
        (unit.pk, 76_900_000 + n * 9_000, 43_225_000 + (n * 37 % 9) * 5_000, now()) for n, unit in enumerate(crews)
    )
    kinds = [
        "attack",
        "noise",
        "domestic",
        "crash_injured",
        "fight",
        "theft",
        "missing",
        "suspicious",
        "traffic",
        "drunk",
    ]
    incidents = []
    for n, kind in enumerate(kinds):
        lon, lat, address = 76.905 + (n * 7 % 10) * 0.007, 43.222 + (n * 3 % 10) * 0.005, f"Абай даңғылы {n * 7 + 3}"
        call = receive_call(
            people["operator"], territory=ALMATY, offered_at=now(), answered_at=now(), kind_code=kind, lon=lon, lat=lat,
            address=address, card={"danger_now": n == 0}, note="Подъезд 3, кричит женщина." if n == 0 else "",
        )  # fmt: skip
        incidents.append(
            open_incident(
                people["operator"], territory=ALMATY, kind_code=kind, call=call, lon=lon, lat=lat, address=address,
                note=call.note,
            )
        )  # fmt: skip
    for n in (2, 3, 4):
        sent = dispatch.send_unit(people["dispatcher"], incidents[n], crews[n])
        if n > 2:
            dispatch.acknowledge(people["dispatcher"], sent)
            dispatch.en_route(people["dispatcher"], sent)
        if n > 3:
            dispatch.arrive(people["dispatcher"], sent)
    units.raise_alarm(people["dispatcher"], crews[7])
    return {"units": crews, "incidents": incidents, **people}


@pytest.fixture
def address(city: dict[str, Any], running: str) -> str:
    return running


@pytest.fixture(scope="package")
def chromium() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # playwright runs a loop in this thread; the database calls are ours
    with sync_playwright() as play:
        # Without a graphics card only the map is drawn as if there were one: all else is painted faster without.
        flags = ["--disable-background-networking", "--disable-quic", "--no-first-run", "--disable-gpu-rasterization"]
        found = play.chromium.launch(executable_path=CHROMIUM, chromium_sandbox=False, args=flags)
        yield found
        found.close()
    os.environ.pop("DJANGO_ALLOW_ASYNC_UNSAFE")


@pytest.fixture
def browser(chromium: Any, committed: None) -> Iterator[Any]:
    """One browser for all tests here; what a test opened in it, with its cookies and drafts, goes with the test."""
    yield chromium
    for context in chromium.contexts:
        context.close()
