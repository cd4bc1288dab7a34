"""What no two records may share: each such rule has a sentence, so that a clash is answered in words.

The database keeps the rule, whatever two people do at once; `Record.clashes` says it to the second of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import IntegrityError, models

from tartip.core.registers.models import Record
from tartip.core.registers.register import REGISTERS
from tartip.errors import TartipError


class NotUnique(TartipError):
    """Another record holds what only one may hold. `constraint` is for programs, `field` and `rule` for people."""

    code = "record.not_unique"
    text = "%(field)s: %(rule)s."
    http_status = 409


@dataclass(frozen=True, slots=True)
class UniqueRule:
    """One unique constraint (by its name) or unique field of a model. Drawn values are drawn again, never told."""

    model: type[Record]
    name: str
    fields: tuple[str, ...]
    drawn: bool = False

    def error(self) -> NotUnique:
        """What the second of two is told; `check_clashes` sees at the start that the model says it."""
        field, rule = self.model.clashes[self.name]
        return NotUnique(field=field, rule=rule, constraint=self.name)


def rules_of(model: type[Record]) -> Iterator[UniqueRule]:
    """Every rule of a model but the one of its key."""
    for column in model._meta.concrete_fields:
        if column.unique and not column.primary_key:
            yield UniqueRule(model, column.name, (column.name,), column.name in model.drawn)
    for constraint in model._meta.constraints:
        if isinstance(constraint, models.UniqueConstraint):
            yield UniqueRule(model, constraint.name, tuple(constraint.fields))


def broken_rule(error: IntegrityError) -> UniqueRule | None:
    """The rule of a register that this error of the database is about, if it is about one."""
    diagnosis = getattr(error.__cause__, "diag", None)
    table, name = getattr(diagnosis, "table_name", None), getattr(diagnosis, "constraint_name", None) or ""
    for register in REGISTERS.values():
        if register.model._meta.db_table == table:
            # The longest name first: `call` must not answer for a constraint of `call_back`.
            for rule in sorted(rules_of(register.model), key=lambda rule: -len(rule.name)):
                if rule.name == name or name.startswith(f"{table}_{_column(rule)}_"):
                    return rule
    return None


def _column(rule: UniqueRule) -> str:
    """The column of a unique field: Django names such constraints by it. A constraint of its own has its own name."""
    columns = {column.name: column.column for column in rule.model._meta.concrete_fields}
    return columns.get(rule.name, rule.name)
