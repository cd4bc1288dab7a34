from __future__ import annotations

from django.apps import AppConfig
from django.core import checks
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import autodiscover_modules


class ServerConfig(AppConfig):
    name = "tartip.server"
    label = "base"  # the name of its migrations in existing databases

    def ready(self) -> None:
        # Acts and listeners exist once their modules are read; buttons, API and worker all need the whole list.
        autodiscover_modules("actions", "listeners")
        import tartip.server.budget  # noqa: F401 (registers its check)
        from tartip.server.routes import check_paths

        checks.register(check_paths, "paths")

        stop_on_contradictions("law", "rights")


def stop_on_contradictions(*tags: str) -> None:
    """Declarations that contradict each other or the law's tables stop the process, not only `django check`."""
    found = [error for error in checks.run_checks(tags=list(tags)) if error.is_serious()]
    if found:
        raise ImproperlyConfigured("\n".join(str(error) for error in found))
