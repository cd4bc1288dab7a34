from __future__ import annotations

from pathlib import Path

import pytest
from django.core.cache import cache

from tartip.core.time import clock
from tartip.statistics.tests.made import AFTER


@pytest.fixture(autouse=True)
def own_folder(settings: object, tmp_path: Path) -> object:
    """Each test seals into a folder of its own, on a day after the months it makes."""
    settings.VAR = tmp_path / "var"  # type: ignore[attr-defined]
    settings.DEMO = True  # type: ignore[attr-defined]
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}  # type: ignore[attr-defined]
    cache.clear()
    with clock(AFTER):
        yield
