"""`./run demo`: a whole operations centre on one machine, with a living city and one log-in for each role."""

from __future__ import annotations

import argparse
import contextlib
import errno
import os
import pathlib
import socket
import sys
import threading
import time
import urllib.error
import urllib.request

from rich.console import Console
from rich.table import Table

from tartip.errors import TartipError

READY_SECONDS = 60.0


class PortTaken(TartipError):
    code = "demo.port_taken"
    text = "Port %(port)s on %(host)s is in use. Choose another: ./run demo --port 8010"


class NoSuchAddress(TartipError):
    code = "demo.no_address"
    text = "%(host)s port %(port)s cannot be listened on: %(reason)s. Set TARTIP_HOST to an address of this machine."


def run(options: argparse.Namespace) -> int:
    os.environ["TARTIP_DEMO"] = "1"
    if options.port:
        os.environ["TARTIP_PORT"] = str(options.port)
    console = Console(highlight=False)
    begun = time.monotonic()

    import django

    django.setup()
    from django.conf import settings
    from django.db import connections

    _check_port(settings.HOST, settings.PORT)
    data = settings.DATABASES["default"].get("EMBEDDED_DATA")
    with console.status("Preparing the database …") as status:
        from tartip.core.people import identifiers
        from tartip.server import budget
        from tartip.server.prepare import prepare

        prepare(lambda step: status.update(f"Preparing: {step} …"))
        budget.check()
        identifiers.check_keys()
        status.update("Preparing: people, units and a few hours of history …")
        if options.no_city:
            from tartip.core.people.personas import make_all

            make_all()
        else:
            from tartip.simulation.city.run import seed_demo

            seed_demo(options.seed)
            _close_months()
    connections.close_all()

    from tartip.server.supervisor import Part, Supervisor, granian

    me = [sys.executable, "-m", "tartip"]
    parts = [
        Part("keeper", [*me, "keeper"], seals=True),
        Part("worker", [*me, "worker"]),
        Part("pages", granian(settings.HOST, settings.PORT)),
    ]
    if not options.no_city:
        parts.append(Part("city", [*me, "city", "--seed", str(options.seed), "--speed", str(options.speed)]))
    supervisor = Supervisor(parts, pathlib.Path(str(data)) if data else None, console.print)
    address = f"http://{settings.HOST}:{settings.PORT}/"
    threading.Thread(target=_greet, args=(console, address, begun, supervisor.stopping), daemon=True).start()
    supervisor.run()
    console.print("Stopped.")
    return 0


def _close_months() -> None:
    """The seeded months are over: the worker seals them at once, not in the night, so that there are figures to see."""
    from procrastinate.exceptions import AlreadyEnqueued

    from tartip.statistics.tasks import close_months

    with contextlib.suppress(AlreadyEnqueued):
        close_months.defer(timestamp=0)  # type: ignore[call-arg]


def _check_port(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise PortTaken(host=host, port=port) from error
            raise NoSuchAddress(host=host, port=port, reason=error.strerror or str(error)) from error


def _greet(console: Console, address: str, begun: float, stopping: threading.Event) -> None:
    """Say where the pages are once they answer."""
    end = time.monotonic() + READY_SECONDS
    while not stopping.is_set() and time.monotonic() < end:
        try:
            with urllib.request.urlopen(address + "login/", timeout=2):  # noqa: S310 (our own address)
                break
        except (urllib.error.URLError, OSError):
            stopping.wait(0.2)
    else:
        console.print(f"The pages did not answer within {READY_SECONDS:g} s; what went wrong stands above.")
        return
    from tartip.core.people.personas import PASSWORD, PERSONAS

    table = Table("role", "log-in", "password", "works in")
    for persona in PERSONAS:
        table.add_row(
            persona.role,
            persona.username,
            PASSWORD,
            "республика"
            if persona.territory == "KZ"
            else "Қостанай облысы"
            if persona.username == "charlie"
            else "Алматы",
        )
    console.print(f"\n[bold]Tártip is ready[/bold] after {time.monotonic() - begun:.1f} s: [bold]{address}[/bold]")
    console.print(table)
    from tartip.core.journal.keys import newest

    if key := newest():
        console.print(f'Check what it hands out: ./run tartip verify FILE --key "{key}"', soft_wrap=True)
    console.print("One user runs all parts of a demo, so all can read its signing key: see docs/settings.md.")
    console.print("These log-ins exist in the demo only. Ctrl-C stops everything.")
