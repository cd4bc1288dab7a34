from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture(autouse=True)
def only_web(settings: Any) -> None:
    settings.ROOT_URLCONF = "tartip.web.tests.urls"
    settings.CSRF_FAILURE_VIEW = "tartip.web.errors.csrf_failure"
