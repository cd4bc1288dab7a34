from __future__ import annotations

from django.apps import AppConfig
from django.core import checks


class ClocksConfig(AppConfig):
    name = "tartip.core.clocks"
    label = "clocks"

    def ready(self) -> None:
        from tartip.core.clocks.checks import clocks_fit_the_tables, moments_are_known

        checks.register(clocks_fit_the_tables, "law")
        checks.register(moments_are_known, "law")
