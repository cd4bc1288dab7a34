"""Test ground: one database per run, worked on as the application's role, cleaned without the guards in between."""

from __future__ import annotations

import contextlib
import gc
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

NAME = f"test_tartip_{os.getpid()}"
APPOINTED = datetime(2026, 1, 5, 4, tzinfo=UTC)


def pytest_configure(config: pytest.Config) -> None:
    from django.conf import settings
    from hypothesis import settings as examples

    # The same examples each time, so that a change is judged by itself; `./run test --all` draws new ones.
    examples.register_profile("steady", derandomize=config.option.markexpr == "not slow")
    examples.load_profile("steady")
    # A server for each worker: an open transaction holds up sealing in all databases of a server.
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker and (data := settings.DATABASES["default"].get("EMBEDDED_DATA")):
        os.environ["TARTIP_PG_FOLDER"] = folder = f"postgres-test-{worker}"
        settings.DATABASES["default"]["EMBEDDED_DATA"] = os.path.join(os.path.dirname(data), folder)
        # What a power cut would lose is made again by the next run.
        from tartip.server import postgres

        postgres.OPTIONS |= {"fsync": "off", "full_page_writes": "off"}
    if settings.configured or os.environ.get("DJANGO_SETTINGS_MODULE"):
        settings.DATABASES["default"].setdefault("TEST", {})["NAME"] = NAME
        settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
        # Every client of a test makes the middlewares anew: static files are looked up when asked for, not listed.
        settings.WHITENOISE_AUTOREFRESH = True
        settings.DEMO = True  # personas are log-ins of the demo: no second factor


# Modules that one worker runs: they share what is costly to start, or must not run beside each other.
TOGETHER = {
    "tests/e2e/": "tests/e2e/",
    "src/tartip/server/tests/test_half_sent.py": "stream",
    "src/tartip/server/tests/test_stream.py": "stream",
}


def unit_of(nodeid: str) -> str:
    """What stays with one worker: a module, the tests of an engine (one of them compiles for all), or those `TOGETHER`.

    By the node's id and not by marks: xdist 3.8 loses marks of groups under pytest 9.2 (pytest-xdist issue 1386).
    """
    for beginning, unit in TOGETHER.items():
        if nodeid.startswith(beginning):
            return unit
    return nodeid.split("/tests/" if "/engines/" in nodeid else "::")[0]


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    from xdist.scheduler import LoadScopeScheduling

    class ByUnit(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return unit_of(nodeid)

    return ByUnit(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Units that take long are begun first: begun last, one would keep a worker busy while the others do nothing."""
    weights: dict[str, int] = {}
    for item in items:
        weight = 2 if item.get_closest_marker("long") else 1 if item.get_closest_marker("browser") else 0
        unit = unit_of(item.nodeid)
        weights[unit] = max(weights.get(unit, 0), weight)
    items.sort(key=lambda item: -weights[unit_of(item.nodeid)])


def pytest_collection_finish() -> None:
    """What stands after the collection stands to the end: the collector of garbage need not look at it each time."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def django_db_setup(request: pytest.FixtureRequest, django_test_environment: None, django_db_blocker: Any) -> Any:
    """Make the database as the owner, load what every test stands on, then step down to the application's role."""
    from django.db import connection
    from django.test.utils import setup_databases, teardown_databases

    with django_db_blocker.unblock():
        connection.settings_dict["APP_ROLE"] = None
        _drop_abandoned()
        old = setup_databases(verbosity=0, interactive=False)
        from tartip.server.database_roles import drop_connections
        from tartip.server.prepare import end_sessions, load_reference

        load_reference()
        drop_connections()
        # One process does all in a test. It works as the application, and could not seal under that log-in.
        connection.settings_dict |= {"APP_ROLE": "tartip_app", "EMBEDDED_LOG_IN": "tartip_sealer"}
    yield
    with django_db_blocker.unblock():
        drop_connections()
        connection.settings_dict["APP_ROLE"] = None
        end_sessions()
        teardown_databases(old, verbosity=0)


def _drop_abandoned() -> None:
    """A run that was killed leaves its database; its name holds the process that made it."""
    from django.db import connection

    with connection._nodb_cursor() as cursor:  # type: ignore[attr-defined]
        cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE 'test_tartip_%'")
        for (name,) in cursor.fetchall():
            pid = name.rsplit("_", 1)[-1]
            if pid.isdigit() and not os.path.exists(f"/proc/{pid}") and os.path.exists("/proc/self"):
                with contextlib.suppress(Exception):
                    cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def committed(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """A database test whose commits are real: for several connections, the sealer, the guard. Emptied afterwards.

    Django's own way (flush) would truncate the journal, which the database refuses even to the owner.
    """
    from django.db import connections

    from tartip.server.prepare import empty_tables

    with django_db_blocker.unblock():
        try:
            yield
        finally:
            connections.close_all()
            empty_tables()
            connections.close_all()


@pytest.fixture
def persona(request: pytest.FixtureRequest) -> Any:
    """Make the actor of a log-in, in whichever database the test uses."""
    request.getfixturevalue("committed" if "committed" in request.fixturenames else "db")
    from tartip.core.people.personas import PERSONAS, make
    from tartip.core.time import clock

    def of(username: str) -> Any:
        # What a test does on days of the calendar must not depend on the day on which it runs.
        with clock(APPOINTED) if request.node.get_closest_marker("fixed_days") else contextlib.nullcontext():
            return make(next(found for found in PERSONAS if found.username == username))

    return of


@pytest.fixture
def same_person(persona: Any) -> Any:
    """Two accounts of one person, both on shift: `dispatcher, other = same_person(dispatcher, role="supervisor")`."""
    from tartip.core.people import accounts
    from tartip.core.people.actors import appointment_actor
    from tartip.core.people.models import Account, Appointment
    from tartip.core.people.personas import Persona, make

    def of(actor: Any, role: str = "", territory: str = "") -> tuple[Any, Any]:
        first = Account.objects.get(pk=actor.account)
        if not first.holder:
            accounts.hold(first, f"{first.username}-7")
        second = Persona(
            f"{first.username}-2", first.display_name, role or actor.role, territory or actor.territory,
            holder=first.holder,
        )  # fmt: skip
        other = make(second)
        return appointment_actor(Appointment.objects.get(account=first, role=actor.role)), other

    return of


@pytest.fixture
def dispatcher(persona: Any) -> Any:
    """The duty officer of Almaty, on shift."""
    return persona("dispatcher")


@pytest.fixture
def supervisor(persona: Any) -> Any:
    return persona("supervisor")


@pytest.fixture
def patrol(persona: Any) -> Any:
    return persona("patrol")


@pytest.fixture
def inspector(persona: Any) -> Any:
    return persona("inspector")


@pytest.fixture
def charlie(persona: Any) -> Any:
    """The stranger: a duty officer of Kostanay, who has no business in Almaty."""
    return persona("charlie")


@pytest.fixture
def api(persona: Any) -> Any:
    """Call the HTTP API as somebody: `api(dispatcher)("post", "/incidents", {...}, idempotency_key="1")`."""
    from django.test import Client

    from tartip.core.people.actors import make_token
    from tartip.core.people.models import Appointment

    def of(actor: Any) -> Any:
        appointment = Appointment.objects.get(account=actor.account, role=actor.role)
        token = make_token(appointment, "test")

        def send(method: str, path: str, body: Any = None, **headers: str) -> Any:
            extra = {"HTTP_AUTHORIZATION": f"Bearer {token}", "HTTP_ACCEPT_LANGUAGE": "en"}
            extra |= {"HTTP_" + name.upper(): value for name, value in headers.items()}
            return getattr(Client(), method)("/api/v1" + path, body, content_type="application/json", **extra)

        return send

    return of
