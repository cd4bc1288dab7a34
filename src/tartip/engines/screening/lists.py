"""What is known of single numbers: bans, allowances, roaming registers, ported numbers, trunks. Input of the tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from tartip.engines.screening.facets import Ingress

Int64s = NDArray[np.int64]


def _none() -> Int64s:
    return np.zeros(0, np.int64)


@dataclass(frozen=True, slots=True)
class Listing:
    """`numbers` int64[n], packed; `until` int64[n], milliseconds of the end of validity, or None: until taken off."""

    numbers: Int64s = field(default_factory=_none)
    until: Int64s | None = None


@dataclass(frozen=True, slots=True)
class Register:
    """Numbers of one operator that are abroad, true at `as_of` (ms)."""

    numbers: Int64s
    as_of: int


@dataclass(frozen=True, slots=True)
class Ported:
    """Numbers int64[n] that left the operator of their prefix, and the operator (1..31) that serves them now."""

    numbers: Int64s = field(default_factory=_none)
    operators: NDArray[np.uint8] = field(default_factory=lambda: np.zeros(0, np.uint8))


@dataclass(frozen=True, slots=True)
class Lists:
    """One consistent state of all lists. An allowance beats a ban as long as it holds: the way to correct an error."""

    denied: Listing = field(default_factory=Listing)
    allowed: Listing = field(default_factory=Listing)
    never_calls: Listing = field(default_factory=Listing)
    roamers: Mapping[int, Register] = field(default_factory=dict)
    ported: Ported = field(default_factory=Ported)


@dataclass(frozen=True, slots=True)
class Trunk:
    """An entry to the network; `operator` is who stands behind it (0: several, or transit)."""

    ingress: Ingress
    operator: int = 0
