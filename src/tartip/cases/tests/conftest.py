from __future__ import annotations

import pytest
from django.core.cache import cache

from tartip.cases.tests.made import handed_over, opened


@pytest.fixture(autouse=True)
def fresh_tries(settings: object) -> None:
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}  # type: ignore[attr-defined]
    settings.DEMO = True  # type: ignore[attr-defined] (personas need no second factor there)
    cache.clear()


@pytest.fixture
def case(persona):
    return opened(persona("operator"))


@pytest.fixture
def fined(persona):
    return handed_over(persona("operator"), persona("inspector"))
