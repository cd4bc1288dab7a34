"""One step of a verification, as a person reads it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Step:
    """`ok` is True or False, or None where nothing could be said (it is not needed, or not given)."""

    name: str
    ok: bool | None
    detail: str = ""


def holds(steps: list[Step]) -> bool:
    """True if no step failed and at least one succeeded."""
    return any(step.ok for step in steps) and not any(step.ok is False for step in steps)
