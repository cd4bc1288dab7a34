"""Every file of this folder that declares a register: a new one is found by being here."""

from __future__ import annotations

import pkgutil
from importlib import import_module

from tartip import registers

NO_REGISTERS = {"apps", "migrations", "models", "parts", "tests", "urls", "workplaces"}

for found in sorted(module.name for module in pkgutil.iter_modules(registers.__path__)):
    if found not in NO_REGISTERS:
        import_module(f"tartip.registers.{found}")
