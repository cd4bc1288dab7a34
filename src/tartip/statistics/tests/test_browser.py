"""The page of figures in a real browser: two years of made-up calls in every region."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from tartip.cases.tests.made import seal_all
from tartip.cases.tests.test_browser import keep
from tartip.core.acts import system
from tartip.core.figures.sources import sources
from tartip.core.journal.sealing import signing_key
from tartip.core.territory import tree
from tartip.engines.months import Month, seal_month
from tartip.statistics import sealing
from tartip.statistics.sealing import enter, folder
from tartip.web.tests.browser import Visitor, axe, chromium, needs_chromium, overflowing, refused, site, until

pytestmark = [pytest.mark.browser, needs_chromium]
RANDOM = np.random.default_rng(102)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    # Playwright keeps an event loop in this thread; the tests' own queries are none of it.
    with pytest.MonkeyPatch.context() as environment, chromium() as browser:
        environment.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        yield browser


@pytest.fixture
def visitor(browser: Any, committed: None) -> Iterator[Visitor]:
    two_years()
    with site() as address:
        visitor = Visitor(browser, address)
        yield visitor
        visitor.leave()
        assert visitor.errors == []


def two_years() -> None:
    """January 2025 to October 2026, about 60 to 400 calls a region and month."""
    folder().mkdir(parents=True)
    for month in Month(2025, 1).through(Month(2026, 10)):
        for source in sources().values():
            seal_month(rows(month, source.schema.names), source.schema, month, folder())
    # As if each had been counted from records of this database.
    with pytest.MonkeyPatch.context() as here:
        here.setattr(sealing, "_check_ours", lambda source, manifest: None)
        for source in sources().values():
            enter(system("made"), source)
    seal_all()


def rows(month: Month, names: tuple[str, ...]) -> pa.Table:
    regions = tree.children(tree.ROOT)
    fall = 0.94 if month.year == 2026 else 1
    counts = [int(RANDOM.integers(60, 100) * (5 - n % 5) * fall) for n in range(len(regions))]
    total = sum(counts)
    days = month.last.day
    columns = {
        "id": pa.array([RANDOM.bytes(16) for _ in range(total)], pa.binary(16)),
        "version": pa.array(np.ones(total, np.int32)),
        "date": pa.array([month.first + timedelta(days=n % days) for n in range(total)], pa.date32()),
        "territory": pa.array(np.repeat(regions, counts).tolist(), pa.string()),
        "state": pa.array(["closed"] * total, pa.string()),
    }
    return pa.table({name: columns[name] for name in names})


def test_the_figures_are_drawn_verified_in_a_drawer_and_break_no_rule_and_fit_a_phone(visitor: Visitor) -> None:
    page = visitor.open("/statistics/?still", language="ru", width=1440)
    until(page, "document.getElementById('chart').dataset.ready !== undefined")
    assert page.locator("#chart canvas").count() == 1
    assert (axe(page), overflowing(page), refused(page)) == ([], [], [])
    keep(page, "figures.png")
    page.locator(".t-figure .t-verify").first.click()
    page.wait_for_selector("#proof .t-figure__v")
    # The key comes from elsewhere: it goes into the command, and another one than the server's is said.
    page.fill("#verify-key", "paper.example/log+00000000+AAAA")
    assert page.inner_text("[data-command]") == 'tartip verify figure.json --key "paper.example/log+00000000+AAAA"'
    assert page.is_visible("[data-other]")
    page.fill("#verify-key", str(signing_key().verifier))
    assert page.is_visible("[data-same]")
    assert not page.is_visible("[data-other]")
    assert axe(page) == []
    keep(page, "figures-verify.png")

    for language in ("kk", "ru", "en"):
        page = visitor.open("/statistics/?still", language=language, theme="night", width=390)
        assert (axe(page), overflowing(page)) == ([], []), language
