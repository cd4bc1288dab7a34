"""What the tests themselves stand on: a database that nobody holds any more when it is dropped."""

from __future__ import annotations

import threading
import time

import psycopg
import pytest
from django.db import connection

from tartip.server import asgi
from tartip.server.prepare import empty_tables, end_sessions


def test_sessions_of_every_role_are_ended_although_this_process_borrows_from_a_pool(committed) -> None:
    """A page server that is just being killed still holds the application's log-in: not the sealer's to end."""
    assert asgi, "importing the page server gives this process its pool"
    with connection.cursor() as cursor:
        cursor.execute("SELECT session_user")
        before = cursor.fetchone()
    params = connection.plain_params()  # type: ignore[attr-defined]
    for role in ("tartip_app", "tartip_sealer"):
        if connection.settings_dict.get("EMBEDDED_DATA"):
            params["user"] = role
        with psycopg.connect(**params) as left:
            end_sessions()
            with pytest.raises(psycopg.OperationalError):
                left.execute("SELECT 1")
    with connection.cursor() as cursor:
        cursor.execute("SELECT session_user")
        assert cursor.fetchone() == before


def test_tables_are_emptied_although_a_request_under_way_holds_one_and_wants_another(committed) -> None:
    """Who waited longest is broken off by the database: here the emptying, which begins again."""
    names = [name for name in connection.introspection.table_names() if name in ("appeals_appeal", "cases_case")]
    done: list[bool] = []
    with psycopg.connect(**connection.plain_params()) as request:  # type: ignore[attr-defined]
        request.execute("SET ROLE tartip_app")
        request.execute(f'LOCK TABLE "{names[1]}" IN ROW EXCLUSIVE MODE')
        emptying = threading.Thread(target=lambda: done.append(emptied()))
        emptying.start()
        while not request.execute(WAITING, (names[1],)).fetchone():
            time.sleep(0.01)
        request.execute(f'LOCK TABLE "{names[0]}" IN ROW EXCLUSIVE MODE')
        request.rollback()
    emptying.join(60)
    assert done == [True]


WAITING = "SELECT 1 FROM pg_locks WHERE NOT granted AND relation = %s::regclass"


def emptied() -> bool:
    try:
        empty_tables()
    finally:
        connection.close()
    return True
