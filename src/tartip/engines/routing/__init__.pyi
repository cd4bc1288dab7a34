from .errors import (
    BadFile as BadFile,
    BadWeight as BadWeight,
    EmptyNetwork as EmptyNetwork,
    OffNetwork as OffNetwork,
    RoutingError as RoutingError,
    SwappedPlace as SwappedPlace,
    UnknownNode as UnknownNode,
    UnknownUnit as UnknownUnit,
    Unreachable as Unreachable,
)
from .graph.roads import Roads as Roads
from .graph.turncosts import TurnCosts as TurnCosts
from .network import Network as Network
from .places.eligible import Eligible as Eligible
from .places.position import Position as Position, Positions as Positions, SnapParams as SnapParams
from .read.csv_files import TableLayout as TableLayout, read_csv as read_csv
from .read.dimacs import read_dimacs as read_dimacs
from .read.osm import read_osm as read_osm
from .read.profile import Profile as Profile
from .search.isochrone import Isochrone as Isochrone
from .search.route import Leg as Leg, Route as Route
from .units import NearUnit as NearUnit, UnitIndex as UnitIndex

UNREACHABLE: int
CLOSED: int
