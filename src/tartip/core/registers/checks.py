"""What is looked at once at the start, before anything is served."""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage, Error

from tartip.core.registers.register import REGISTERS
from tartip.core.registers.sees import EVERYBODY
from tartip.core.registers.unique import rules_of


def check_may_see(app_configs: Any = None, **_: Any) -> list[CheckMessage]:
    """Each register says who reads it, and names only roles that exist."""
    from tartip.core.people.models import Role

    known = {*Role.values, EVERYBODY}
    found: list[CheckMessage] = []
    for register in REGISTERS.values():
        if register.may_see is None:
            found.append(
                Error(
                    f"The register {register.name} does not say who may read it.",
                    hint="register(…, may_see=[Sees(…), …]); an empty list means nobody but the system.",
                    obj=register.model,
                    id="registers.E001",
                )
            )
            continue
        for line in register.may_see.lines:
            for role in sorted(set(line.named) - known):
                found.append(
                    Error(f"may_see of {register.name} names no role: {role}.", obj=register.model, id="registers.E002")
                )
    return found


def check_clashes(app_configs: Any = None, **_: Any) -> list[CheckMessage]:
    """Each register says in words what no two of its records may share; else a clash would be shown as a failure."""
    found: list[CheckMessage] = []
    for register in REGISTERS.values():
        model = register.model
        needed = {rule.name for rule in rules_of(model) if not rule.drawn}
        for name in sorted(needed - set(model.clashes)):
            found.append(
                Error(
                    f"{register.name} has no words for a clash of {name}.",
                    hint='clashes = {"NAME": ("field", gettext_noop("another … has it already"))}',
                    obj=model,
                    id="registers.E003",
                )
            )
        for name in sorted(set(model.clashes) - needed):
            found.append(Error(f"{register.name} has no rule {name}.", obj=model, id="registers.E004"))
    return found
