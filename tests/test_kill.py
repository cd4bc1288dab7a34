"""kill -9 of the page server and of PostgreSQL under load: every acknowledged call exists exactly once, with its entry.

The whole product runs as `tartip demo --no-city` on a data folder of its own; its supervisor brings back what fell.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import pathlib
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime

import psycopg
import pytest

from tartip.server import postgres
from tartip.server.tests.running import free_port, wait_until

TOKEN = """
import django; django.setup()
from tartip.core.people import accounts
from tartip.core.people.models import Appointment
print(accounts.token(Appointment.objects.get(role="operator").account, role="operator", name="kill"))
"""


@pytest.fixture
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, pathlib.Path, dict[str, str]]]:
    """Port, data folder and environment of a running product."""
    folder = pathlib.Path("/tmp") / f"tartip-kill-{os.getpid()}"
    folder.mkdir(mode=0o755)
    port = free_port()
    environment = {
        k: v for k, v in os.environ.items() if k not in ("TARTIP_DATABASE_URL", "TARTIP_DB_NAME", "TARTIP_PG_FOLDER")
    }
    environment |= {"TARTIP_VAR": str(folder), "TARTIP_DEMO": "1", "TARTIP_LOG_LEVEL": "ERROR"}
    command = [sys.executable, "-m", "tartip", "demo", "--no-city", "--port", str(port)]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_until(lambda: alive(port))
        yield port, folder, environment
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(120)
        assert not postgres.running(folder / "postgres"), "a stopped demo leaves no server behind"
        subprocess.run(["rm", "-rf", str(folder)], check=True)


def alive(port: int) -> bool:
    try:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        connection.request("GET", "/api/v1/journal/key")
        return connection.getresponse().status == 200
    except OSError:
        return False


@pytest.mark.long
def test_no_acknowledged_call_is_lost_or_doubled(product):
    port, folder, environment = product
    token = subprocess.run([sys.executable, "-c", TOKEN], env=environment, check=True, capture_output=True, text=True)
    acknowledged: dict[str, str] = {}
    failures: Counter[str] = Counter()
    stop = threading.Event()
    clients = [
        threading.Thread(target=client, args=(n, port, token.stdout.strip(), stop, acknowledged, failures))
        for n in range(4)
    ]

    def more(calls: int) -> None:
        goal = len(acknowledged) + calls
        wait_until(lambda: len(acknowledged) >= goal)

    for one in clients:
        one.start()
    try:
        for kill in (kill_pages, lambda: kill_postgres(folder)):
            more(20)
            before = failures.total()
            for _ in range(10):  # a busy machine may heal before any client notices: then it is killed again
                with contextlib.suppress(OSError):
                    kill()
                with contextlib.suppress(AssertionError):
                    wait_until(lambda known=before: failures.total() > known, 10)
                    break
            assert failures.total() > before  # else nothing was hit
        more(20)
    finally:
        stop.set()
        for one in clients:
            one.join()
    wait_until(lambda: alive(port))
    with psycopg.connect(f"host={postgres.socket_folder(folder / 'postgres')} user=postgres dbname=tartip") as database:
        rows = database.execute(
            "SELECT e.key, i.id FROM journal_entry e JOIN calls_call c ON c.id = e.subject "
            "JOIN incidents_incident i ON i.first_call_id = c.id WHERE e.act = 'call.receive'"
        ).fetchall()
        entries = database.execute(
            "SELECT count(*), count(DISTINCT subject) FROM journal_entry WHERE act = 'incident.open'"
        ).fetchone()
    stored = {str(key): str(incident) for key, incident in rows}
    assert len(stored) == len(rows), "one key, one call"
    assert {key: stored.get(key) for key in acknowledged} == acknowledged
    assert entries == (len(rows), len(rows)), "each incident has its one entry"
    audit = subprocess.run([sys.executable, "-m", "tartip", "audit"], env=environment, check=False, capture_output=True)
    assert audit.returncode == 0, audit.stdout.decode()


def client(
    number: int, port: int, token: str, stop: threading.Event, acknowledged: dict[str, str], failures: Counter[str]
) -> None:
    """Sends calls one after another; each is repeated under its key until it is acknowledged."""
    count = 0
    while not stop.is_set():
        key = f"{number}-{count}"
        while True:
            try:
                acknowledged[key] = send(port, token, key)
                break
            except (OSError, http.client.HTTPException, AssertionError) as error:
                failures[type(error).__name__] += 1
                time.sleep(0.2)
                if stop.is_set():
                    return
        count += 1


def send(port: int, token: str, key: str) -> str:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    now = datetime.now(UTC).isoformat()
    call = {"offered_at": now, "answered_at": now, "kind": "noise", "place": {"lon": 76.92, "lat": 43.24}}
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json", "Idempotency-Key": key}
    connection.request("POST", "/api/v1/incidents", json.dumps({"call": call}), headers)
    answer = connection.getresponse()
    body = answer.read()
    assert answer.status in (200, 201), (answer.status, body[:200])
    return str(json.loads(body)["id"])


def kill_pages() -> None:
    """The whole page server of this product, parent and worker."""
    for pid in processes_with("tartip.server.asgi:application"):
        os.kill(pid, signal.SIGKILL)


def kill_postgres(folder: pathlib.Path) -> None:
    postmaster = int((folder / "postgres" / "postmaster.pid").read_text().splitlines()[0])
    children = [int(p.name) for p in pathlib.Path("/proc").glob("[0-9]*") if parent_of(p) == postmaster]
    for pid in (postmaster, *children):
        os.kill(pid, signal.SIGKILL)


def processes_with(words: str) -> list[int]:
    """Processes whose command holds these words and whose environment is that of a product of this test."""
    found = []
    for folder in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            command, environment = (folder / "cmdline").read_bytes(), (folder / "environ").read_bytes()
        except OSError:
            continue
        if words.encode() in command and f"tartip-kill-{os.getpid()}".encode() in environment:
            found.append(int(folder.name))
    return found


def parent_of(folder: pathlib.Path) -> int:
    try:
        return int((folder / "stat").read_text().rsplit(")", 1)[1].split()[1])
    except OSError:
        return 0
