"""Who acts: a person in a role, a device, or the system; with what the call itself says (key, version, time)."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from datetime import datetime

from tartip.core.time import utc


@dataclass(frozen=True, slots=True)
class Actor:
    """One who may act. `territory` is the top of the subtree the role covers ("KZ" is everywhere).

    `also` are the names of the other accounts of the same person. They take away and never give: who may not be the
    second person under one account is not under another. Rights, keys and entries hang on `name` alone.

    The last ones say how this call is made: on whose behalf, for what purpose, under which idempotency key, which
    version of the record was seen, and when it happened by the world's clock.
    """

    name: str
    role: str
    territory: str
    account: uuid.UUID | None = None
    also: tuple[str, ...] = ()
    on_shift: bool = False
    on_behalf: str = ""
    purpose: str = ""
    key: str | None = None
    seen: int | None = None
    at: datetime | None = None
    cause: uuid.UUID | None = None
    # What the key is bound to where one request performs several acts (keys.request_hash); else the act's arguments.
    request: bytes | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Every name under which entries and records know this person."""
        return (self.name, *self.also)

    def is_self(self, name: str) -> bool:
        """Whether the name that an entry or a record holds is this person's, under whichever account."""
        return name in self.names

    def saying(
        self,
        *,
        key: str | None = None,
        seen: int | None = None,
        at: datetime | None = None,
        purpose: str | None = None,
        on_behalf: str | None = None,
        cause: uuid.UUID | None = None,
        request: bytes | None = None,
    ) -> Actor:
        """The same actor, with what this one call says."""
        return replace(
            self,
            key=key if key is not None else self.key,
            seen=seen if seen is not None else self.seen,
            at=utc(at) if at is not None else self.at,
            purpose=purpose if purpose is not None else self.purpose,
            on_behalf=on_behalf if on_behalf is not None else self.on_behalf,
            cause=cause if cause is not None else self.cause,
            request=request if request is not None else self.request,
        )

    def inside(self) -> Actor:
        """The actor as nested acts see it: the key and the seen version belong to the outer call alone."""
        if self.key is None and self.seen is None and self.request is None:
            return self
        return replace(self, key=None, seen=None, request=None)


def system(reason: str = "system") -> Actor:
    """The house itself: timers, breaches, listeners. What it does is appealable like anything else."""
    return Actor(name=reason if reason.startswith("system") else f"system:{reason}", role="system", territory="KZ")
