from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class RegistersConfig(AppConfig):
    name = "tartip.core.registers"
    label = "core_registers"

    def ready(self) -> None:
        post_migrate.connect(protect, sender=self)
        from django.core import checks

        from tartip.core.registers.checks import check_clashes, check_may_see

        checks.register(check_may_see, "rights")
        checks.register(check_clashes, "registers")


def protect(**_: Any) -> None:
    from tartip.core.registers import guard, indexes

    guard.make_role()
    guard.install()
    guard.grant()
    indexes.install()
