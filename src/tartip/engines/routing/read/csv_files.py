"""Read roads from two tables, nodes and arcs, as CSV (plain or .gz)."""

from __future__ import annotations

import csv
import gzip
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from tartip.engines.errors import BadInput
from tartip.engines.routing.errors import BadFile, BadWeight, EmptyNetwork, UnknownNode
from tartip.engines.routing.graph.roads import LONGEST_MS, Roads, straight_roads
from tartip.engines.routing.graph.roads_check import degrees_to_e7, first
from tartip.engines.routing.read.two_way import pair_arcs

DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class TableLayout:
    """Names of the columns. time_ms: milliseconds in one unit of the time column; length_dm: decimetres in one of
    the length column; name: column of street names, or None. Lines before the header and empty lines are skipped."""

    node: str = "node"
    lon: str = "lon"
    lat: str = "lat"
    tail: str = "tail"
    head: str = "head"
    time: str = "seconds"
    time_ms: float = 1000.0
    length: str = "metres"
    length_dm: float = 10.0
    name: str | None = None

    @classmethod
    def jemss(cls, mode: int = 1) -> TableLayout:
        """The cities of JEMSS.jl: times in days, lengths in km; mode 1 is lights and sirens, 2 is normal driving."""
        return cls("index", "x", "y", "fromNode", "toNode", f"mode_{mode}", DAY_MS, "distance", 10_000.0)


def read_csv(nodes: str | Path, arcs: str | Path, layout: TableLayout = TableLayout()) -> Roads:
    """Directed arcs become roads. Raises BadFile, EmptyNetwork, BadInput, UnknownNode or BadWeight, naming the line."""
    node_table = read_table(Path(nodes), [layout.node, layout.lon, layout.lat])
    columns = [layout.tail, layout.head, layout.time, layout.length] + ([layout.name] if layout.name else [])
    arc_table = read_table(Path(arcs), columns)
    ids, lines = numbers(node_table, layout.node, nodes), node_table["line"]
    order = np.argsort(ids, kind="stable")
    row = first(np.append(ids[order][1:] == ids[order][:-1], False))
    if row is not None:
        raise BadInput(layout.node, f"{nodes} line {lines[order[row + 1]]}", f"{ids[order[row]]:g} is there twice")
    lon, lat = (
        degrees_to_e7(numbers(node_table, column, nodes), most, column, f"{nodes} row")
        for column, most in ((layout.lon, 180), (layout.lat, 90))
    )
    ends = [nodes_of(numbers(arc_table, column, arcs), ids, order, arc_table["line"], arcs) for column in columns[:2]]
    time, length = numbers(arc_table, layout.time, arcs), numbers(arc_table, layout.length, arcs)
    row = first(~((time > 0) & (time * layout.time_ms <= LONGEST_MS)))
    if row is not None:
        raise BadWeight(layout.time, f"{arcs} line {arc_table['line'][row]}", f"{time[row]:g} is no travel time")
    row = first(~((length >= 0) & (length * layout.length_dm < 2**30)))
    if row is not None:
        raise BadWeight(layout.length, f"{arcs} line {arc_table['line'][row]}", f"{length[row]:g} is no length")
    ms = np.maximum(1, np.rint(time * layout.time_ms)).astype(np.int32)
    length_dm = np.rint(length * layout.length_dm).astype(np.int32)
    names, name = ("",), np.zeros(len(ms), np.int32)
    if layout.name:
        unique, inverse = np.unique(np.array(["", *arc_table[layout.name]]), return_inverse=True)
        names, name = tuple(unique.tolist()), inverse[1:].astype(np.int32)
    tail, head, back_ms, ahead = pair_arcs(ends[0], ends[1], ms, length_dm, name)
    return straight_roads(
        lon,
        lat,
        tail,
        head,
        ms[ahead],
        back_ms,
        length_dm[ahead],
        name=name[ahead],
        names=names,
        source=Path(arcs).name,
    )


def read_table(path: Path, columns: list[str]) -> dict[str, list[str]]:
    """The wanted columns as text, and "line" with line numbers. The header is the first line that names them all."""
    table: dict[str, list[str]] = {column: [] for column in (*columns, "line")}
    places: list[int] = []
    try:
        with (gzip.open if path.suffix == ".gz" else open)(path, "rt", encoding="utf-8", newline="") as file:
            reader = csv.reader(file)
            for cells in reader:
                if not places:
                    if set(columns) <= set(cells):
                        places = [cells.index(column) for column in columns]
                elif any(cells):
                    if len(cells) <= max(places):
                        raise BadFile(path, f"line {reader.line_num}", "the line is shorter than the header")
                    for column, place in zip(columns, places, strict=True):
                        table[column].append(cells[place])
                    table["line"].append(str(reader.line_num))
    except (OSError, EOFError, UnicodeDecodeError, zlib.error, csv.Error) as error:
        raise BadFile(path, "reading", str(error)) from error
    if not places:
        raise BadFile(path, "header", f"no line names the columns {', '.join(columns)}")
    if not table["line"]:
        raise EmptyNetwork(path, "rows")
    return table


def numbers(table: dict[str, list[str]], column: str, path: object) -> npt.NDArray[np.float64]:
    """A column as finite numbers. Raises BadInput naming file and line."""
    try:
        values = np.array(table[column], np.float64)
        row = first(~np.isfinite(values))
    except ValueError:
        row = next(i for i, text in enumerate(table[column]) if not is_number(text))
    if row is not None:
        raise BadInput(column, f"{path} line {table['line'][row]}", f"{table[column][row]!r} is not a finite number")
    return values


def is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def nodes_of(
    wanted: npt.NDArray[np.float64],
    ids: npt.NDArray[np.float64],
    order: npt.NDArray[np.int64],
    lines: list[str],
    path: object,
) -> npt.NDArray[np.int32]:
    """Rows of the named nodes. Raises UnknownNode naming file and line."""
    place = np.minimum(np.searchsorted(ids[order], wanted), len(ids) - 1)
    row = first(ids[order[place]] != wanted)
    if row is not None:
        raise UnknownNode(f"{wanted[row]:g}", f"{path} line {lines[row]}")
    return order[place].astype(np.int32)
