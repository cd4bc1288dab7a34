"""Test ground: one database per run, worked on as the application's role, cleaned without the guards in between."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from typing import Any

import pytest

NAME = f"test_tartip_{os.getpid()}"


def pytest_configure(config: pytest.Config) -> None:
    from django.conf import settings

    # A server for each worker: an open transaction holds up sealing in all databases of a server.
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker and (data := settings.DATABASES["default"].get("EMBEDDED_DATA")):
        os.environ["TARTIP_PG_FOLDER"] = folder = f"postgres-test-{worker}"
        settings.DATABASES["default"]["EMBEDDED_DATA"] = os.path.join(os.path.dirname(data), folder)
    if settings.configured or os.environ.get("DJANGO_SETTINGS_MODULE"):
        settings.DATABASES["default"].setdefault("TEST", {})["NAME"] = NAME
        settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
        settings.DEMO = True  # personas are log-ins of the demo: no second factor


@pytest.fixture(scope="session")
def django_db_setup(request: pytest.FixtureRequest, django_test_environment: None, django_db_blocker: Any) -> Any:
    """Make the database as the owner, load what every test stands on, then step down to the application's role."""
    from django.db import connection
    from django.test.utils import setup_databases, teardown_databases

    with django_db_blocker.unblock():
        connection.settings_dict["APP_ROLE"] = None
        _drop_abandoned()
        old = setup_databases(verbosity=0, interactive=False)
        from tartip.base.prepare import load_reference

        load_reference()
        connection.close()
        connection.settings_dict["APP_ROLE"] = "tartip_app"
    yield
    from tartip.base.prepare import end_sessions

    with django_db_blocker.unblock():
        connection.close()
        connection.settings_dict["APP_ROLE"] = None
        end_sessions(connection)
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

    from tartip.base.prepare import empty_tables

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

    return lambda username: make(next(found for found in PERSONAS if found.username == username))


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
