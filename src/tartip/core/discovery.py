"""What apps declare in modules of fixed names, found by folder: a new app edits no central list.

An app is one folder and one line in INSTALLED_APPS; that list is also the order in which declarations are read.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from django.apps import apps
from django.utils.module_loading import module_has_submodule


def declared(module: str, attribute: str) -> list[tuple[str, Any]]:
    """The value of `attribute` in the module of this name of every app that has both, each with the name of its app.

    A module that cannot be imported fails loudly: an app that is half there would be worse than none.
    """
    found = []
    for config in apps.get_app_configs():
        if not module_has_submodule(config.module, module):
            continue
        value = getattr(import_module(f"{config.name}.{module}"), attribute, None)
        if value is not None:
            found.append((config.name, value))
    return found


def read_all(module: str) -> None:
    """Import the module of this name of every app that has it: indicators and acts declare themselves when read."""
    for config in apps.get_app_configs():
        if module_has_submodule(config.module, module):
            import_module(f"{config.name}.{module}")
