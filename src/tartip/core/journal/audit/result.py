"""What an audit looked at and what does not fit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import orjson
from django.db import InterfaceError, OperationalError

# More are counted and not kept: a journal that is broken everywhere must not fill the memory.
KEPT = 1_000
PAGE = 1_000
# By how much two machines' wall clocks may differ, that of the audit and that of whoever recorded or sealed.
WALL_CLOCK = timedelta(minutes=5)
Progress = Callable[[str, int, int], None]


@dataclass(slots=True)
class Audit:
    """`findings` empty means clean. `differences` counts them all, also those no longer kept.

    `notes` are what an honest journal may show too, for ever: a wall clock that was wrong, an older version.
    """

    entries: int = 0
    sealed: int = 0
    erased: int = 0
    clocks: int = 0
    records: dict[str, int] = field(default_factory=dict)
    findings: list[str] = field(default_factory=list)
    differences: int = 0
    notes: list[str] = field(default_factory=list)
    noted: int = 0
    # Whether the keys were given by the operator; otherwise they come from the database that they are to verify.
    keys_given: bool = False

    @property
    def clean(self) -> bool:
        return not self.differences

    def add(self, finding: str) -> None:
        self.differences += 1
        if len(self.findings) < KEPT:
            self.findings.append(finding)

    def note(self, text: str) -> None:
        self.noted += 1
        if len(self.notes) < KEPT:
            self.notes.append(text)

    @contextmanager
    def judging(self, what: str) -> Iterator[None]:
        """Whatever cannot be judged is a finding and keeps the audit from nothing else. A lost database is raised."""
        try:
            yield
        except (OperationalError, InterfaceError):
            raise
        except Exception as error:
            self.add(f"{what}: cannot be judged ({type(error).__name__})")


def told(body: str | None) -> dict[str, Any]:
    """What an entry says; nothing where it is gone or no object. `log.py` reports the latter."""
    try:
        payload = orjson.loads(body) if body else {}
    except ValueError:
        return {}
    return payload if isinstance(payload, dict) else {}
