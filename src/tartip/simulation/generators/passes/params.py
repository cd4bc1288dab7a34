"""How bad the made day is. A detector is never shown these."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import UTC, datetime

import numpy as np

from tartip.engines.errors import BadInput


@dataclass(frozen=True, slots=True)
class PassParams:
    """Sizes of the world and shares of everything that goes wrong (shares are of one, times in ms)."""

    cars: int = 20_000
    sections: int = 50
    hours: int = 12
    trips: float = 5.0  # mean drives through some section per car
    towns: int = 20  # sections lie around towns; few towns if there are few sections
    away: float = 0.05  # cars one of whose usual sections lies anywhere in the country
    start: datetime = datetime(2026, 3, 2, 1, tzinfo=UTC)
    cloned: float = 0.001  # cars whose plate a second car carries
    missed: float = 0.08  # passes no device read
    misread: float = 0.01  # reads with one sign taken for another of its class, often another car's plate
    doubled: float = 0.001  # reads delivered twice
    stops: float = 0.03  # drives with a rest on the way
    fast: float = 0.12  # drivers who keep well above the limit
    clock_error_ms: int = 40  # each device stays within this while synchronised, drift included
    unsynchronised: float = 0.02  # devices that lose their time once a day; the span is known
    lost_error_ms: int = 20_000  # and how far they may stray then

    def __post_init__(self) -> None:
        for name in ("cars", "sections", "hours", "towns"):
            if getattr(self, name) < 1:
                raise BadInput(name, getattr(self, name), "must be at least 1")
        for name in ("cloned", "missed", "misread", "doubled", "stops", "fast", "unsynchronised", "away"):
            if not 0 <= getattr(self, name) <= 1:
                raise BadInput(name, getattr(self, name), "must be a share from 0 to 1")
        if self.trips < 1:
            raise BadInput("trips", self.trips, "must be at least 1")
        if not 0 <= self.clock_error_ms <= 1000:
            raise BadInput("clock_error_ms", self.clock_error_ms, "must be 0 to 1000")

    @classmethod
    def drawn(cls, rng: np.random.Generator, **fixed: int | float) -> PassParams:
        """Chosen by nobody: every share drawn between nothing and twice its default; sizes as given or default."""
        plain = cls()
        shares = {f.name: getattr(plain, f.name) for f in fields(cls) if isinstance(getattr(plain, f.name), float)}
        shares.pop("trips")
        drawn = {name: round(value * 2 * rng.random(), 6) for name, value in shares.items()}
        return cls(**(drawn | fixed))
