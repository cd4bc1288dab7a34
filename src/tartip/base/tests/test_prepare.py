"""What the tests themselves stand on: a database that nobody holds any more when it is dropped."""

from __future__ import annotations

import psycopg
import pytest
from django.db import connection

from tartip.base import asgi
from tartip.base.prepare import end_sessions


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
