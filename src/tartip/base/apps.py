from __future__ import annotations

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class BaseConfig(AppConfig):
    name = "tartip.base"
    label = "base"

    def ready(self) -> None:
        # Acts and listeners exist once their modules are read; buttons, API and worker all need the whole list.
        autodiscover_modules("actions", "listeners")
