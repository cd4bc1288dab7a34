from __future__ import annotations

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def no_attempts_yet(request: pytest.FixtureRequest) -> None:
    """The brake counts across tests of one database: each begins with an empty cache."""
    if "committed" in request.fixturenames:
        request.getfixturevalue("committed")
        cache.clear()
    elif "db" in request.fixturenames or "client" in request.fixturenames:
        request.getfixturevalue("db")
        cache.clear()
