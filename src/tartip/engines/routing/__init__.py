"""Nearest units, travel times, routes and reach on real roads. See README.md for the words and traps."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tartip.engines.routing.network import Network as Network
    from tartip.engines.routing.units import UnitIndex as UnitIndex

_HOMES = {
    "Network": "network",
    "UnitIndex": "units",
    "NearUnit": "units",
    "Position": "position",
    "Positions": "position",
    "SnapParams": "position",
    "Roads": "roads",
    "TurnCosts": "turncosts",
    "Route": "route",
    "Leg": "route",
    "Isochrone": "isochrone",
    "Profile": "profile",
    "read_osm": "osm",
    "read_csv": "tables",
    "TableLayout": "tables",
    "read_dimacs": "dimacs",
}
UNREACHABLE = CLOSED = 1_073_741_823

__all__ = ["CLOSED", "UNREACHABLE", *_HOMES]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__} has no attribute {name}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
