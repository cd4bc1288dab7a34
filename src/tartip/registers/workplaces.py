"""Registers in the menu, for every role that may read one of them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tartip.core.people.menu import Workplace
from tartip.core.registers.register import REGISTERS

READERS = frozenset(
    role
    for register in REGISTERS.values()
    if register.pages is not None and register.may_see is not None
    for line in register.may_see.lines
    for role in line.named
)

WORKPLACES = [
    Workplace(
        "registers:index",
        _("Registers"),
        _("Wanted, missing, lost: what is kept, by its state and its terms."),
        order=350,
        roles=READERS,
    ),
]
