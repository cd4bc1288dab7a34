"""Who acts: a person in a role, a device, or the system; with what the call itself says (key, version, time)."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Actor:
    """One who may act. `territory` is the top of the subtree the role covers ("KZ" is everywhere).

    The last five say how this call is made: on whose behalf, for what purpose, under which idempotency key, which
    version of the record was seen, and when it happened by the world's clock.
    """

    name: str
    role: str
    territory: str
    account: uuid.UUID | None = None
    on_shift: bool = False
    on_behalf: str = ""
    purpose: str = ""
    key: str | None = None
    seen: int | None = None
    at: datetime | None = None
    cause: uuid.UUID | None = None

    def saying(
        self,
        *,
        key: str | None = None,
        seen: int | None = None,
        at: datetime | None = None,
        purpose: str | None = None,
        on_behalf: str | None = None,
        cause: uuid.UUID | None = None,
    ) -> Actor:
        """The same actor, with what this one call says."""
        return replace(
            self,
            key=key if key is not None else self.key,
            seen=seen if seen is not None else self.seen,
            at=at if at is not None else self.at,
            purpose=purpose if purpose is not None else self.purpose,
            on_behalf=on_behalf if on_behalf is not None else self.on_behalf,
            cause=cause if cause is not None else self.cause,
        )

    def inside(self) -> Actor:
        """The actor as nested acts see it: the key and the seen version belong to the outer call alone."""
        return replace(self, key=None, seen=None) if self.key or self.seen is not None else self


def system(reason: str = "system") -> Actor:
    """The house itself: timers, breaches, listeners. What it does is appealable like anything else."""
    return Actor(name=reason if reason.startswith("system") else f"system:{reason}", role="system", territory="KZ")
