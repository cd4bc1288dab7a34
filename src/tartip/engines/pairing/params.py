"""What pairing may assume about time and law; the app passes the edition in force."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise

from tartip.engines.errors import BadInput, expect
from tartip.engines.pairing.checks import is_whole

LONGEST = timedelta(days=7)
MS = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class PairingParams:
    """Times are compared in whole milliseconds, speeds in whole km/h. Raises BadInput.

    `bands_kmh` are excesses over the limit, ascending; band k means *more than* the k-th of them, so a car exactly on
    an edge falls into the milder band. The default is article 592 of the Administrative Code: over 10, 20, 40, 60 km/h.

    A journey is the way from one read of a plate to its next read, wherever that is. It is impossible if the straight
    line between the devices needs more than `journey_kmh`. Only journeys up to `journey_within` are judged. One of them
    makes the pairs within `alone_within` suspects. Two without a common read, or one between two drives that were seen
    at both ends, prove a second car under the plate: then the pairs within `copied_within` are suspects.
    """

    max_gap: timedelta = timedelta(hours=3)
    alone_within: timedelta = timedelta(hours=1)  # any other read this close makes the pair ambiguous
    max_kmh: int = 300  # faster than any car: not one car
    bands_kmh: tuple[int, ...] = (10, 20, 40, 60)
    journey_kmh: int = 160  # along the straight line; the road is longer, so that this is a very fast drive
    journey_within: timedelta = timedelta(hours=1)
    copied_within: timedelta = timedelta(hours=24)  # how far the proof that a second car carries the plate reaches
    place_error_m: int = 100  # how far a device may stand from its stated place

    def __post_init__(self) -> None:
        for name in ("max_gap", "alone_within", "journey_within", "copied_within"):
            value = getattr(self, name)
            if not isinstance(value, timedelta) or not timedelta(0) < value <= LONGEST:
                raise BadInput(name, value, "must be above zero and at most seven days")
            if value.microseconds % 1000:
                raise BadInput(name, value, "must be whole milliseconds")
        for name in ("max_kmh", "journey_kmh"):
            if not is_whole(getattr(self, name), 1, 1000):
                raise BadInput(name, getattr(self, name), "must be whole km/h from 1 to 1000")
        if not is_whole(self.place_error_m, 0, 10_000):
            raise BadInput("place_error_m", self.place_error_m, "must be whole metres from 0 to 10,000")
        expect("bands_kmh", self.bands_kmh, tuple, list)
        if not self.bands_kmh or not all(is_whole(edge, 0, 1000) for edge in self.bands_kmh):
            raise BadInput("bands_kmh", self.bands_kmh, "must be ascending whole km/h from 0 to 1000")
        if not all(a < b for a, b in pairwise(self.bands_kmh)) or len(self.bands_kmh) > 100:
            raise BadInput("bands_kmh", self.bands_kmh, "must be ascending whole km/h from 0 to 1000, at most 100")
