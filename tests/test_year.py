"""A year of a republic: a million incidents. The smaller year of test_growth is gone by then: it is of its module."""

from __future__ import annotations

import time
from itertools import islice
from pathlib import Path

import pytest

from bench.pages import PAGES, addresses, ask
from tests.test_growth import YEAR, check, filled


def spent() -> float:
    """Milliseconds of the processor that the pages and their backend of the database have used.

    What others do on the machine meanwhile is no part of it; `./run bench pages` measures what a reader waits.
    """
    from django.db import connection

    connection.ensure_connection()
    backend = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat")
    if not backend.exists():
        return time.perf_counter() * 1000
    return time.process_time() * 1000 + int(backend.read_text().split()[0]) / 1e6


@pytest.mark.slow
def test_every_page_of_a_year_is_served_in_150_ms(django_db_setup, django_db_blocker):
    """The best of five, so that what is read for the first time is not counted."""
    slow = {}
    for year in filled(django_db_blocker, YEAR):
        for page in PAGES:
            check(year, page)
            best = 9e9
            for address in islice(addresses(page, YEAR), 5):
                start = spent()
                ask(year["clients"][page.who], page, address)
                best = min(best, spent() - start)
            if best > 150:
                slow[page.name] = round(best)
    assert slow == {}
