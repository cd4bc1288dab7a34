from .batch import FigureTable as FigureTable, compute_figures as compute_figures
from .comparing import (
    Change as Change,
    Pair as Pair,
    change as change,
    share as share,
    year_over_year as year_over_year,
)
from .cube import Cube as Cube
from .cube_file import load_cube as load_cube, read_cube as read_cube, save_cube as save_cube
from .errors import (
    BadCube as BadCube,
    BadIndicator as BadIndicator,
    BadPeriod as BadPeriod,
    BadReceipt as BadReceipt,
    BadSum as BadSum,
    CubeDiffers as CubeDiffers,
    NotAdditive as NotAdditive,
    NotCounted as NotCounted,
    NotInCube as NotInCube,
    OtherRegister as OtherRegister,
    QueryFailed as QueryFailed,
    RecountDiffers as RecountDiffers,
    TooLarge as TooLarge,
)
from .figure import Figure as Figure, compute_figure as compute_figure
from .indicator import (
    KG as KG,
    PERSONS as PERSONS,
    RECORDS as RECORDS,
    TENGE as TENGE,
    Indicator as Indicator,
    Unit as Unit,
)
from .period import Period as Period
from .receipt import FigureReceipt as FigureReceipt
from .recounting import recount as recount
from .sumproof import SumProof as SumProof, verify_sum as verify_sum
from .sumtree import SumTree as SumTree
from .territory import EVERYWHERE as EVERYWHERE, Territory as Territory
from .verify import verify_figure as verify_figure
from .writing import _ as _
