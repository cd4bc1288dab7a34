from __future__ import annotations

from pathlib import Path

import pytest
from django.core.cache import cache, caches

from tartip.core.time import clock
from tartip.statistics.tests.made import AFTER


@pytest.fixture(autouse=True)
def own_folder(settings: object, tmp_path: Path, committed: None) -> object:
    """Each test seals into a folder of its own, on a day after the months it makes.

    Only what the journal has sealed is counted, so the acts must be committed.
    """
    settings.VAR = tmp_path / "var"  # type: ignore[attr-defined]
    settings.DEMO = True  # type: ignore[attr-defined]
    memory = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    settings.CACHES = {"default": memory, "figures": {**memory, "LOCATION": "figures"}}  # type: ignore[attr-defined]
    cache.clear()
    caches["figures"].clear()
    with clock(AFTER):
        yield
