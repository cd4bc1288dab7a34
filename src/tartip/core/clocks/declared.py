"""Which deadlines an act touches: the part of its declaration that speaks of clocks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

# A clock's rule key, or a function of the record that gives it (response times depend on the priority) or None.
Rule = str | Callable[[Any], str | None]


@dataclass(frozen=True)
class Clocks:
    """Which deadlines an act starts, stops, pauses and resumes. Stopping names rules or their common beginning."""

    starts: Sequence[Rule] = ()
    stops: Sequence[str] = ()
    pauses: Sequence[str] = ()
    resumes: Sequence[str] = ()

    def __bool__(self) -> bool:
        return bool(self.starts or self.stops or self.pauses or self.resumes)
