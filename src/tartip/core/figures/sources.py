"""Sources: which columns of a register's records are sealed each month. Declared in `sources.py` of the app.

A column may be added at any time: months sealed before keep the columns they have, and an indicator that needs more is
"not counted" there. A column that was sealed is never renamed, and its kind never changes.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db.models import QuerySet

from tartip.core.discovery import declared
from tartip.core.registers.models import Record
from tartip.core.registers.register import register_of
from tartip.engines.months import Column, MonthSchema

COMMON = (
    Column("id", "uuid"),
    Column("version", "int32", low=1),
    Column("date", "date"),
    Column("territory", "string", low=2, high=9),
)


@dataclass(frozen=True, slots=True)
class Source:
    """One register as statistics sees it.

    register: its name in file names and indicators. columns: what is sealed beside id, version, date and territory;
    each is read from the field of the same name. Sealed files are public: no column about a person, and none that no
    indicator asks for.
    """

    register: str
    model: type[Record]
    columns: tuple[Column, ...] = ()

    @property
    def schema(self) -> MonthSchema:
        return MonthSchema(self.register, (*COMMON, *self.columns))

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields of the columns beside the common ones."""
        return tuple(column.name for column in self.columns)

    @property
    def moment(self) -> str:
        """The field whose civil day counts; every entry about such a record commits to that day."""
        return register_of(self.model).counted_by

    @property
    def journal_register(self) -> str:
        """The name of the records' register in the journal."""
        return register_of(self.model).name

    def records(self) -> QuerySet[Any]:
        return self.model._default_manager.all()


@cache
def sources() -> dict[str, Source]:
    """Every source by the name of its register, in the order of the apps. Raises ImproperlyConfigured on a clash."""
    found: dict[str, Source] = {}
    for app, listed in declared("sources", "SOURCES"):
        for source in listed:
            if source.register in found:
                raise ImproperlyConfigured(f"{app}: the register {source.register} is sealed by another app already.")
            if not source.moment:
                raise ImproperlyConfigured(f"{app}: {source.register} has no `counted_by`, the moment that counts.")
            found[source.register] = source
    return found
