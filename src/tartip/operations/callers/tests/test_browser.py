"""The caller's receipt on a telephone: it fits, it can be read by everybody, and it changes by itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tartip.core.acts import Actor
from tartip.operations.callers.receipts import kept
from tartip.operations.callers.tests.test_receipt import opened, ring
from tartip.web.tests.browser import Visitor, axe, chromium, needs_chromium, overflowing, refused, site

pytestmark = [pytest.mark.browser, needs_chromium]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    # Playwright keeps an event loop in this thread; the tests' own queries are none of it.
    with pytest.MonkeyPatch.context() as environment, chromium() as browser:
        environment.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        yield browser


@pytest.fixture
def visitor(browser: Any, committed: None) -> Iterator[Visitor]:
    with site() as address:
        visitor = Visitor(browser, address)
        yield visitor
        visitor.leave()
        assert visitor.errors == []


def test_the_receipt_fits_a_telephone_in_every_language(visitor: Visitor, committed: None, persona: Any) -> None:
    operator: Actor = persona("operator")
    call = ring(operator)
    opened(operator, call)
    for language in ("kk", "ru", "en"):
        page = visitor.open(f"/c/{call.receipt}/?still", language=language, width=390, height=844)
        assert (axe(page), overflowing(page), refused(page)) == ([], [], [])


def test_the_page_changes_by_itself(visitor: Visitor, committed: None, persona: Any) -> None:
    operator: Actor = persona("operator")
    call = ring(operator)
    page = visitor.open(f"/c/{call.receipt}/", language="ru", width=390, height=844)
    assert "Вызов принят" in page.locator("#live .lg").inner_text()
    opened(operator, call)
    kept.clear()
    page.evaluate("() => document.dispatchEvent(new Event('visibilitychange'))")
    page.wait_for_function("() => document.querySelector('#live .lg').innerText.includes('зарегистрировано')")
    assert (axe(page), overflowing(page), refused(page)) == ([], [], [])
