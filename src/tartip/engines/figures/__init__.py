"""Figures: an indicator over sealed months is one integer with a receipt that anybody can recompute."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tartip.engines.figures.batch import FigureTable, compute_figures
    from tartip.engines.figures.comparing import Change, Pair, change, share, year_over_year
    from tartip.engines.figures.cube import Cube
    from tartip.engines.figures.cube_file import load_cube, save_cube
    from tartip.engines.figures.errors import (
        BadIndicator,
        BadPeriod,
        BadReceipt,
        BadSum,
        NotAdditive,
        NotCounted,
        NotInCube,
        OtherRegister,
        QueryFailed,
        RecountDiffers,
        TooLarge,
    )
    from tartip.engines.figures.figure import Figure, compute_figure
    from tartip.engines.figures.indicator import KG, PERSONS, RECORDS, TENGE, Indicator, Unit
    from tartip.engines.figures.period import Period
    from tartip.engines.figures.receipt import FigureReceipt
    from tartip.engines.figures.recounting import recount
    from tartip.engines.figures.sumtree import SumProof, SumTree, verify_sum
    from tartip.engines.figures.territory import EVERYWHERE, Territory
    from tartip.engines.figures.verify import verify_figure
    from tartip.engines.figures.writing import _

_HOMES = {
    "batch": ["FigureTable", "compute_figures"],
    "comparing": ["Change", "Pair", "change", "share", "year_over_year"],
    "cube": ["Cube"],
    "cube_file": ["load_cube", "save_cube"],
    "errors": [
        *(
            "BadIndicator",
            "BadPeriod",
            "BadReceipt",
            "BadSum",
            "NotAdditive",
            "NotCounted",
            "NotInCube",
            "OtherRegister",
        ),
        *("QueryFailed", "RecountDiffers", "TooLarge"),
    ],
    "figure": ["Figure", "compute_figure"],
    "indicator": ["KG", "PERSONS", "RECORDS", "TENGE", "Indicator", "Unit"],
    "period": ["Period"],
    "receipt": ["FigureReceipt"],
    "recounting": ["recount"],
    "sumtree": ["SumProof", "SumTree", "verify_sum"],
    "territory": ["EVERYWHERE", "Territory"],
    "verify": ["verify_figure"],
    "writing": ["_"],
}
_HOME = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "EVERYWHERE",
    "KG",
    "PERSONS",
    "RECORDS",
    "TENGE",
    "BadIndicator",
    "BadPeriod",
    "BadReceipt",
    "BadSum",
    "Change",
    "Cube",
    "Figure",
    "FigureReceipt",
    "FigureTable",
    "Indicator",
    "NotAdditive",
    "NotCounted",
    "NotInCube",
    "OtherRegister",
    "Pair",
    "Period",
    "QueryFailed",
    "RecountDiffers",
    "SumProof",
    "SumTree",
    "Territory",
    "TooLarge",
    "Unit",
    "_",
    "change",
    "compute_figure",
    "compute_figures",
    "load_cube",
    "recount",
    "save_cube",
    "share",
    "verify_figure",
    "verify_sum",
    "year_over_year",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(name)
    return getattr(importlib.import_module(f"{__name__}.{_HOME[name]}"), name)
