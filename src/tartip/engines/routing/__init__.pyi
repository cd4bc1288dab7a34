from .dimacs import read_dimacs as read_dimacs
from .isochrone import Isochrone as Isochrone
from .network import Network as Network
from .osm import read_osm as read_osm
from .position import Position as Position, Positions as Positions, SnapParams as SnapParams
from .profile import Profile as Profile
from .roads import Roads as Roads
from .route import Leg as Leg, Route as Route
from .tables import TableLayout as TableLayout, read_csv as read_csv
from .turncosts import TurnCosts as TurnCosts
from .units import NearUnit as NearUnit, UnitIndex as UnitIndex

UNREACHABLE: int
CLOSED: int
