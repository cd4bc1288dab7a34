"""What a plain register is declared with: `from tartip.registers.parts import *` begins its file."""

from __future__ import annotations

from typing import Any

from tartip.core.acts import Clocks, Field
from tartip.core.acts.plain import corrects, enters, moves, words
from tartip.core.acts.rights import has_role, in_territory
from tartip.core.people.models import Person
from tartip.core.registers.imported import Imported
from tartip.core.registers.models import Record
from tartip.core.registers.register import Pages, register, years
from tartip.core.registers.sees import Sees

# What every act of a register declares alike: who may do it, and on what ground.
Common = dict[str, Any]

__all__ = [
    "Clocks", "Common", "Field", "Imported", "Pages", "Person", "Record", "Sees", "corrects", "enters", "has_role",
    "in_territory", "moves", "register", "words", "years",
]  # fmt: skip
