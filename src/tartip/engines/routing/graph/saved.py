"""Which arrays of a network go into its file, under which names."""

from __future__ import annotations

from dataclasses import asdict, fields
from pathlib import Path

import numpy as np

from tartip.engines.errors import EngineError
from tartip.engines.routing.errors import BadFile
from tartip.engines.routing.graph.index import Index
from tartip.engines.routing.graph.metric import Metric
from tartip.engines.routing.graph.roads import Roads
from tartip.engines.routing.graph.roads_check import check
from tartip.engines.routing.graph.saved_check import Wrong, check_grid, check_index, check_weights
from tartip.engines.routing.graph.store import load_arrays, save_arrays
from tartip.engines.routing.graph.turncosts import TurnCosts
from tartip.engines.routing.places.grid import Grid

NOT_ARRAYS = {"names", "bans", "turns", "source", "attribution", "notes"}
ROAD_ARRAYS = [field.name for field in fields(Roads) if field.name not in NOT_ARRAYS]


def save_network(roads: Roads, index: Index, grid: Grid, metric: Metric, path: str | Path) -> None:
    """Write roads, index, grid and the weights of the usual times."""
    arrays = {f"roads.{name}": getattr(roads, name) for name in ROAD_ARRAYS}
    arrays |= {f"index.{name}": array for name, array in index._asdict().items()}
    arrays |= {f"grid.{name}": array for name, array in grid._asdict().items()}
    arrays |= {"metric.up": metric.up, "metric.down": metric.down}
    meta = {name: getattr(roads, name) for name in NOT_ARRAYS - {"turns"}} | {"turns": asdict(roads.turns)}
    save_arrays(path, arrays, meta)


def load_network(path: str | Path, verify: bool) -> tuple[Roads, Index, Grid, Metric]:
    """Everything of a saved network, checked. Raises BadFile naming the array and its rule."""
    arrays, meta = load_arrays(path, verify)
    try:
        roads = Roads(
            **{name: arrays[f"roads.{name}"] for name in ROAD_ARRAYS},
            names=tuple(text(name) for name in meta["names"]),
            bans=tuple(tuple(number(arc) for arc in ban) for ban in meta["bans"]),
            turns=TurnCosts(**{name: number(ms) for name, ms in meta["turns"].items()}),
            source=text(meta["source"]),
            attribution=text(meta["attribution"]),
            notes={text(name): number(times) for name, times in meta["notes"].items()},
        )
        index = Index(*(arrays[f"index.{name}"] for name in Index._fields))
        grid = Grid(*(arrays[f"grid.{name}"] for name in Grid._fields))
        up, down = arrays["metric.up"], arrays["metric.down"]
        check(roads)
        check_index(index, roads)
        check_grid(grid, roads)
        check_weights(up, down, len(index.head))
    except (KeyError, TypeError, AttributeError) as error:
        raise BadFile(path, "header", f"an array or a setting is missing or of another kind: {error}") from error
    except Wrong as error:
        raise BadFile(path, *error.args) from error
    except EngineError as error:
        raise BadFile(path, "roads", str(error)) from error
    times = np.ascontiguousarray(roads.times)
    return roads, index, grid, Metric(times, times, up, down, 0)


def text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value


def number(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"{value!r} is no whole number")
    return value
