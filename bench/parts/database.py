"""A database for the benches: its own, made as the tests make theirs, dropped at the end."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

NAME = f"test_tartip_{os.getpid()}"


@contextmanager
def database() -> Iterator[None]:
    """An empty, migrated database with reference data, worked on as the application's role."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tartip.server.settings")
    import django

    django.setup()
    from django.conf import settings
    from django.db import connection
    from django.test.utils import setup_databases, teardown_databases

    connection.settings_dict.setdefault("TEST", {})["NAME"] = NAME
    settings.DATABASES["default"]["APP_ROLE"] = connection.settings_dict["APP_ROLE"] = None
    old = setup_databases(verbosity=0, interactive=False)
    try:
        from tartip.server.database_roles import drop_connections
        from tartip.server.prepare import end_sessions, load_reference

        load_reference()
        drop_connections()
        connection.settings_dict |= {"APP_ROLE": "tartip_app", "EMBEDDED_LOG_IN": "tartip_sealer"}
        yield
    finally:
        connection.close()
        connection.settings_dict["APP_ROLE"] = None
        end_sessions()
        teardown_databases(old, verbosity=0)


def environment() -> dict[str, str]:
    """For processes of a bench: the same database, by URL."""
    from django.db import connection

    settings = connection.settings_dict
    return {**os.environ, "TARTIP_DB_NAME": settings["NAME"], "TARTIP_LOG_LEVEL": "ERROR"}
