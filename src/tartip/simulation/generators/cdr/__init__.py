"""Call records of a made-up telephone network with known truth; same seed, same bytes.

>>> from tartip.simulation.generators.cdr import NetworkParams, build_world, make_day
>>> world = build_world(NetworkParams(persons=1000, days=2), seed=7)
>>> day = make_day(world, 0)            # day.calls for a detector, day.truth for its judge
"""

from __future__ import annotations

from tartip.simulation.generators.cdr.day import Day, make_day, make_parts
from tartip.simulation.generators.cdr.params import BoxParams, Kind, NetworkParams, Origin, Role, SpoofParams
from tartip.simulation.generators.cdr.world import World, build_world

__all__ = [
    "BoxParams",
    "Day",
    "Kind",
    "NetworkParams",
    "Origin",
    "Role",
    "SpoofParams",
    "World",
    "build_world",
    "make_day",
    "make_parts",
]
