"""What pairing may assume about time and law; rooms pass the edition in force."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise

from tartip.engines.errors import BadInput

LONGEST = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class PairingParams:
    """Times are compared in whole milliseconds, speeds in whole km/h.

    `bands_kmh` are excesses over the limit, ascending; band k means *more than* the k-th of them, so a car exactly on
    an edge falls into the milder band. The default is article 592 of the Administrative Code: over 10, 20, 40, 60 km/h.
    """

    max_gap: timedelta = timedelta(hours=3)
    alone_within: timedelta = timedelta(hours=1)  # any other read this close makes the pair ambiguous
    max_kmh: int = 300  # faster than any car: not one car
    bands_kmh: tuple[int, ...] = (10, 20, 40, 60)

    def __post_init__(self) -> None:
        for name in ("max_gap", "alone_within"):
            value = getattr(self, name)
            if not timedelta(0) < value <= LONGEST:
                raise BadInput(name, value, "must be above zero and at most seven days")
            if value.microseconds % 1000:
                raise BadInput(name, value, "must be whole milliseconds")
        if not 1 <= self.max_kmh <= 1000:
            raise BadInput("max_kmh", self.max_kmh, "must be 1 to 1000")
        rising = all(a < b for a, b in pairwise(self.bands_kmh))
        if not self.bands_kmh or not rising or self.bands_kmh[0] < 0 or self.bands_kmh[-1] > 1000:
            raise BadInput("bands_kmh", self.bands_kmh, "must be ascending whole km/h from 0 to 1000")

    @property
    def max_gap_ms(self) -> int:
        return self.max_gap // timedelta(milliseconds=1)

    @property
    def alone_ms(self) -> int:
        return self.alone_within // timedelta(milliseconds=1)
