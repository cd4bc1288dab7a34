from __future__ import annotations

import pytest
from django.core.cache import cache, caches

from tartip.cases.tests.made import ALMATY, handed_over, opened
from tartip.core.people.actions import enter_person


@pytest.fixture(autouse=True)
def fresh_tries(django_db_setup: None, settings: object) -> None:
    # After the database was made: its tables of the caches come from the settings as they are in a real installation.
    memory = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    settings.CACHES = {"default": memory, "figures": {**memory, "LOCATION": "figures"}}  # type: ignore[attr-defined]
    settings.DEMO = True  # type: ignore[attr-defined] (personas need no second factor there)
    cache.clear()
    caches["figures"].clear()


@pytest.fixture
def case(persona):
    return opened(persona("operator"))


@pytest.fixture
def fined(persona):
    return handed_over(persona("operator"), persona("inspector"))


@pytest.fixture
def person(inspector):
    return enter_person(inspector, territory=ALMATY, name="Иванов И. И.")
