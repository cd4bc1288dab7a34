"""The page server, the background process and the worker as processes of their own, on the test's database."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tartip.server.supervisor import granian


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def environment(**more: str) -> dict[str, str]:
    from django.db import connection

    return {**os.environ, "TARTIP_DB_NAME": connection.settings_dict["NAME"], "TARTIP_DEMO": "1", **more}


@contextmanager
def processes(*commands: list[str], **more: str) -> Iterator[list[subprocess.Popen[bytes]]]:
    started = [subprocess.Popen(command, env=environment(**more), start_new_session=True) for command in commands]
    try:
        yield started
    finally:
        for one in started:
            if one.poll() is None:
                os.killpg(one.pid, signal.SIGKILL)
            one.wait()


@contextmanager
def pages(*others: str, **more: str) -> Iterator[int]:
    """The page server with the stream (and the named commands of tartip); gives its port."""
    port = free_port()
    server = granian("127.0.0.1", port)
    commands = [[sys.executable, "-m", "tartip", name] for name in others]
    with processes(server, *commands, **more):
        wait_until(lambda: get(port, "/api/v1/journal/key")[0] == 200, 120)
        yield port


def get(port: int, path: str, **headers: str) -> tuple[int, bytes]:
    """Status and body; 0 if the server cannot be reached."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.read()
    except OSError:
        return 0, b""
    finally:
        connection.close()


def wait_until(condition: Callable[[], object], seconds: float = 60) -> None:
    """Long enough for a busy machine: what comes is not waited for a moment longer than it takes."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"not within {seconds} s"
        time.sleep(0.05)
