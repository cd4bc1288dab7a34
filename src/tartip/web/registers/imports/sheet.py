"""A file with rows, whatever its form: what the readers of CSV and of workbooks make."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

MOST_COLUMNS = 200


class Line(NamedTuple):
    """One row of the file: its number there, its values, and what is wrong with a cell whatever it should hold."""

    number: int
    cells: list[Any]
    faults: dict[int, str]


@dataclass
class Sheet:
    """A file that can be read. `rows` reads it anew each time. `notes` are filled while it is read."""

    head: list[str]
    rows: Callable[[], Iterator[Line]]
    form: str
    # The day that number 0 of a workbook stands for; None for CSV, where a number is no day.
    epoch: datetime | None = None
    formulas: int = field(default=0)
