"""Where a point lies, by the outlines of the database."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from tartip.core.territory import cache
from tartip.core.territory.errors import LooksSwapped, OutsideCountry
from tartip.core.territory.locator import TOLERANCE_M, Place

# Outlines end at the shore; the republic's part of the Caspian reaches farther, and so do crews at the border.
FAR_M: Final = 200_000


def locate(lon: float, lat: float, tolerance_m: int = TOLERANCE_M) -> Place:
    """`Locator.locate` over the outlines of the database, cached in this process."""
    return cache.locator().locate(lon, lat, tolerance_m)


def locate_e6(lon_e6: int, lat_e6: int, tolerance_m: int = TOLERANCE_M) -> Place:
    """The same for micro-degrees, as records store them."""
    return locate(lon_e6 / 1_000_000, lat_e6 / 1_000_000, tolerance_m)


def near(where: Mapping[str, Any], *, typed: bool = False) -> Place | None:
    """The territory of a place as `core.places.place` gives it; None where only an address is known, or the point lies
    in none but near the country: at sea, or just over the border.

    Asked where a person says or corrects a place, and of the positions of units. Raises OutsideCountry for one that
    is farther from every outline than FAR_M: nobody can be sent there. Typed numbers raise LooksSwapped however
    near the point is: a device exchanges none.
    """
    if where["lon_e6"] is None:
        return None
    try:
        return locate_e6(where["lon_e6"], where["lat_e6"])
    except OutsideCountry as error:
        if typed and isinstance(error, LooksSwapped):
            raise
        locate_e6(where["lon_e6"], where["lat_e6"], FAR_M)
        return None
