"""Read roads from two tables, nodes and arcs, as CSV (plain or .gz)."""

from __future__ import annotations

import csv
import gzip
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from os import PathLike
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from tartip.engines.errors import BadInput, expect
from tartip.engines.routing.errors import BadFile, BadWeight, EmptyNetwork, UnknownNode
from tartip.engines.routing.graph.roads import LONGEST_MS, Roads, straight_roads
from tartip.engines.routing.graph.roads_check import degrees_to_e7, first
from tartip.engines.routing.places.coordinates import unit
from tartip.engines.routing.read.two_way import join_directions

DAY_MS = 86_400_000
POLARS = (pl.exceptions.PolarsError, pl.exceptions.PanicException)


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

    def __post_init__(self) -> None:
        for what in ("node", "lon", "lat", "tail", "head", "time", "length"):
            expect(what, getattr(self, what), str)
        expect("name", self.name, str, type(None))
        for what in ("time_ms", "length_dm"):
            unit(getattr(self, what), what, "TableLayout")

    @classmethod
    def jemss(cls, mode: int = 1) -> TableLayout:
        """The cities of JEMSS.jl: times in days, lengths in km; mode 1 is lights and sirens, 2 is normal driving."""
        return cls("index", "x", "y", "fromNode", "toNode", f"mode_{mode}", DAY_MS, "distance", 10_000.0)


def read_csv(nodes: str | Path, arcs: str | Path, layout: TableLayout = TableLayout()) -> Roads:
    """Directed arcs become roads. Raises BadFile, EmptyNetwork, BadInput, UnknownNode or BadWeight, naming the line."""
    for what, path in (("nodes", nodes), ("arcs", arcs)):
        expect(what, path, str, PathLike)
    expect("layout", layout, TableLayout)
    node_table = read_table(Path(nodes), [layout.node, layout.lon, layout.lat])
    columns = [layout.tail, layout.head, layout.time, layout.length] + ([layout.name] if layout.name else [])
    arc_table = read_table(Path(arcs), columns, layout.name)
    ids = node_table.numbers(layout.node)
    row = first(np.abs(ids) > 2**53)
    if row is not None:
        raise BadInput(layout.node, node_table.line(row), f"{ids[row]:g} is too large to be told from its neighbours")
    order = np.argsort(ids, kind="stable")
    row = first(np.append(ids[order][1:] == ids[order][:-1], False))
    if row is not None:
        raise BadInput(layout.node, node_table.line(int(order[row + 1])), f"{ids[order[row]]:g} is there twice")
    lon, lat = (
        degrees_to_e7(node_table.numbers(column), most, column, f"{nodes} row")
        for column, most in ((layout.lon, 180), (layout.lat, 90))
    )
    ends = [nodes_of(arc_table.numbers(column), ids, order, arc_table) for column in columns[:2]]
    time, length = arc_table.numbers(layout.time), arc_table.numbers(layout.length)
    row = first(~((time > 0) & (time * layout.time_ms <= LONGEST_MS)))
    if row is not None:
        raise BadWeight(layout.time, arc_table.line(row), f"{time[row]:g} is no travel time")
    row = first(~((length >= 0) & (length * layout.length_dm < 2**30)))
    if row is not None:
        raise BadWeight(layout.length, arc_table.line(row), f"{length[row]:g} is no length")
    ms = np.maximum(1, np.rint(time * layout.time_ms)).astype(np.int32)
    length_dm = np.rint(length * layout.length_dm).astype(np.int32)
    names, name = ("",), np.zeros(len(ms), np.int32)
    if layout.name:
        unique, inverse = np.unique(np.array(["", *arc_table.texts(layout.name)]), return_inverse=True)
        names, name = tuple(unique.tolist()), inverse[1:].astype(np.int32)
    tail, head, back_ms, ahead = join_directions(ends[0], ends[1], ms, length_dm, name)
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


class Table:
    """The wanted columns as text, and the line of a row when an error has to name it."""

    def __init__(self, path: Path, frame: pl.DataFrame) -> None:
        self.path, self.frame = path, frame

    def line(self, row: int) -> str:
        """ "FILE line N": the file is read again for that, since lines that are empty are not in the table."""
        return f"{self.path} line {line_of(self.path, self.frame.columns, row)}"

    def texts(self, column: str) -> list[str]:
        return self.frame[column].fill_null("").to_list()

    def numbers(self, column: str) -> npt.NDArray[np.float64]:
        """A column as finite numbers. Raises BadInput naming file and line."""
        values = self.frame[column].str.strip_chars().cast(pl.Float64, strict=False).fill_null(np.nan).to_numpy()
        row = first(~np.isfinite(values))
        if row is not None:
            raise BadInput(column, self.line(row), f"{self.texts(column)[row]!r} is not a finite number")
        return values


def read_table(path: Path, columns: list[str], may_be_empty: str | None = None) -> Table:
    """The header is the first line that names all the columns; rows of empty cells are left out.

    Raises BadFile and EmptyNetwork.
    """
    try:
        header, cells = find_header(path, columns)
        # Tables of the field have a comma more or less here and there, so a row need not be as long as the header.
        frame = pl.read_csv(
            path, skip_lines=header, has_header=False, schema=dict.fromkeys(map(str, range(len(cells))), pl.String),
            truncate_ragged_lines=True, missing_columns="insert", encoding="utf8",
        )  # fmt: skip
    except pl.exceptions.NoDataError as error:
        raise EmptyNetwork(path, "rows") from error
    except (OSError, EOFError, UnicodeDecodeError, zlib.error, csv.Error, *POLARS) as error:
        raise BadFile(path, "reading", str(error)) from error
    frame = frame.filter(~pl.all_horizontal(pl.all().is_null()))
    if not len(frame):
        raise EmptyNetwork(path, "rows")
    table = Table(path, frame.select(pl.col(str(cells.index(column))).alias(column) for column in columns))
    row = first(table.frame.select(pl.any_horizontal(pl.exclude(may_be_empty or "").is_null())).to_series().to_numpy())
    if row is not None:
        raise BadFile(path, f"line {line_of(path, columns, row)}", "the line is shorter than the header, or has a gap")
    return table


def rows_of(path: Path) -> Iterator[tuple[int, list[str]]]:
    """(line, cells) by Python's own reader: to find the header, and the line of an error."""
    with (gzip.open if path.suffix == ".gz" else open)(path, "rt", encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file)
        for cells in reader:
            yield reader.line_num, cells


def find_header(path: Path, columns: list[str]) -> tuple[int, list[str]]:
    for line, cells in rows_of(path):
        if set(columns) <= set(cells):
            return line, cells
    raise BadFile(path, "header", f"no line names the columns {', '.join(columns)}")


def line_of(path: Path, columns: list[str], row: int) -> int:
    """The line of a row of the table."""
    header = find_header(path, columns)[0]
    lines = (line for line, cells in rows_of(path) if line > header and any(cells))
    return next(islice(lines, row, None), 0)


def nodes_of(
    wanted: npt.NDArray[np.float64], ids: npt.NDArray[np.float64], order: npt.NDArray[np.int64], table: Table
) -> npt.NDArray[np.int32]:
    """Rows of the named nodes. Raises UnknownNode naming file and line."""
    place = np.minimum(np.searchsorted(ids[order], wanted), len(ids) - 1)
    row = first(ids[order[place]] != wanted)
    if row is not None:
        raise UnknownNode(f"{wanted[row]:g}", table.line(row))
    return order[place].astype(np.int32)
