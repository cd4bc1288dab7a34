"""The journal only grows, whoever asks."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection


@pytest.mark.parametrize("table", ["journal_entry", "journal_seal", "journal_checkpoint"])
def test_the_application_may_not_touch_what_is_written(committed, table):
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ("tartip_app",)
    for statement in (f"DELETE FROM {table}", f"TRUNCATE {table}"):
        with pytest.raises(DatabaseError, match="permission denied"), connection.cursor() as cursor:
            cursor.execute(statement)
