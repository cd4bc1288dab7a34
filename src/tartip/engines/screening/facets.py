"""What a decision may look at: seven small facets of a call; with two counters they are its state."""

from __future__ import annotations

from enum import IntEnum
from typing import Final

from tartip.engines.screening.plan import Kind


class Ingress(IntEnum):
    """Where the call enters."""

    UNKNOWN = 0
    INTERNATIONAL = 1
    NATIONAL = 2  # from another operator of the country
    SUBSCRIBER = 3  # from the own radio or fixed access


class Called(IntEnum):
    """Who is called, as far as the plan goes."""

    UNCLEAR = 0
    HOME = 1
    FOREIGN = 2
    SHORT = 3
    EMERGENCY = 4


class Listed(IntEnum):
    """The one list that counts for the caller now: an allowance beats a ban, a ban beats never-calls."""

    NO = 0
    ALLOWED = 1
    DENIED = 2
    NEVER_CALLS = 3  # numbers that only receive calls


class Roaming(IntEnum):
    """Is the caller's number abroad by its operator's register? UNKNOWN: no register, or a stale one."""

    NO = 0
    YES = 1
    UNKNOWN = 2


class Diverted(IntEnum):
    """Was the call forwarded, and by a number that is abroad?"""

    NO = 0
    BY_ROAMER = 1
    BY_OTHER = 2


class Owner(IntEnum):
    """Does the operator behind the trunk serve the caller's number (portability first, prefix second)?"""

    UNKNOWN = 0
    SAME = 1
    OTHER = 2


FACETS: Final[dict[str, type[IntEnum]]] = {
    "ingress": Ingress,
    "called": Called,
    "caller": Kind,
    "listed": Listed,
    "roaming": Roaming,
    "diverted": Diverted,
    "owner": Owner,
}
SHAPE: Final = tuple(len(facet) for facet in FACETS.values())
