"""Read roads from files of the 9th DIMACS challenge: .gr (arcs) and .co (coordinates), plain or .gz."""

from __future__ import annotations

import gzip
import zlib
from io import BytesIO
from os import PathLike
from pathlib import Path

import numpy as np
import numpy.typing as npt

from tartip.engines.errors import BadInput, expect
from tartip.engines.routing.errors import BadFile, BadWeight, EmptyNetwork, UnknownNode
from tartip.engines.routing.graph.roads import LONGEST_MS, Roads, straight_roads
from tartip.engines.routing.graph.roads_check import first, places
from tartip.engines.routing.places.coordinates import unit
from tartip.engines.routing.read.two_way import join_directions

Longs = npt.NDArray[np.int64]


class Rows:
    """Rows of one letter: numbers int64 [n, 3], and the line of a row when an error has to name it."""

    def __init__(self, path: Path, letter: bytes, raw: bytes, nodes: int, numbers: Longs) -> None:
        self.path, self.letter, self.raw, self.nodes, self.numbers = path, letter, raw, nodes, numbers

    def line(self, row: int) -> str:
        return f"{self.path} line {line_of(self.raw, self.letter, row)}"


def read_dimacs(
    times: str | Path, coordinates: str | Path, lengths: str | Path | None = None, unit_ms: float = 1.0,
    unit_dm: float = 1.0,
) -> Roads:  # fmt: skip
    """Arcs of `times` (in units of unit_ms milliseconds) with the lengths of a second file of the same arcs.

    Without lengths every road is 0 long. Raises BadFile, EmptyNetwork, UnknownNode, BadWeight or BadInput, naming
    file and line.
    """
    for what, path in (("times", times), ("coordinates", coordinates), ("lengths", lengths or times)):
        expect(what, path, str, PathLike)
    unit_ms, unit_dm = unit(unit_ms, "unit_ms", "read_dimacs"), unit(unit_dm, "unit_dm", "read_dimacs")
    arcs, placed = read_rows(Path(times), b"a"), read_rows(Path(coordinates), b"v")
    nodes = arcs.nodes
    if placed.nodes != nodes:
        raise BadFile(coordinates, "problem line", f"{placed.nodes} nodes, but {nodes} in {times}")
    for rows, columns in ((arcs, (0, 1)), (placed, (0,))):
        for column in columns:
            wrong = first((rows.numbers[:, column] < 1) | (rows.numbers[:, column] > nodes))
            if wrong is not None:
                raise UnknownNode(int(rows.numbers[wrong, column]), rows.line(wrong))
    lon, lat = node_places(placed, nodes)
    weight = arcs.numbers[:, 2]
    row = first((weight <= 0) | (weight * unit_ms > LONGEST_MS))
    if row is not None:
        raise BadWeight("weight", arcs.line(row), f"{weight[row]} is no travel time")
    length_dm = np.zeros(len(weight), np.int32)
    if lengths is not None:
        measured = read_rows(Path(lengths), b"a")
        if not np.array_equal(measured.numbers[:, :2], arcs.numbers[:, :2]):
            raise BadFile(lengths, "arcs", f"not the same arcs as {times}")
        long = measured.numbers[:, 2]
        row = first((long < 0) | (long * unit_dm >= 2**30))
        if row is not None:
            raise BadWeight("length", measured.line(row), f"{long[row]} is no length")
        length_dm = np.rint(long * unit_dm).astype(np.int32)
    ms = np.maximum(1, np.rint(weight * unit_ms)).astype(np.int32)
    ends = [(arcs.numbers[:, i] - 1).astype(np.int32) for i in (0, 1)]
    tail, head, back_ms, ahead = join_directions(ends[0], ends[1], ms, length_dm, np.zeros(len(ms), np.int32))
    return straight_roads(lon, lat, tail, head, ms[ahead], back_ms, length_dm[ahead], source=Path(times).name)


def node_places(placed: Rows, nodes: int) -> list[npt.NDArray[np.int32]]:
    """Longitude and latitude x 10**7 of every node; the file has millionths of a degree."""
    at = placed.numbers[:, 0] - 1
    seen = np.bincount(at, minlength=nodes)
    row = first(seen != 1)
    if row is not None:
        raise BadInput("v", str(placed.path), f"node {row + 1} has {seen[row]} places")
    far: npt.NDArray[np.bool_] = np.abs(placed.numbers[:, 1:]).max(axis=1) > 180_000_000
    row = first(far)
    if row is not None:
        raise BadInput("v", f"{placed.line(row)}, node {at[row] + 1}", "not a place in millionths of a degree")
    place = np.empty((nodes, 2), np.int64)
    place[at] = placed.numbers[:, 1:] * 10
    lon, lat = (np.ascontiguousarray(place[:, i], dtype=np.int32) for i in (0, 1))
    places(lat, 90, f"latitude in {placed.path}")
    return [lon, lat]


def read_rows(path: Path, letter: bytes) -> Rows:
    """All rows that begin with the letter; other lines are comments, the problem line or empty."""
    import pyarrow as pa
    import pyarrow.compute as pc
    from pyarrow import csv

    try:
        raw = gzip.open(path).read() if path.suffix == ".gz" else path.read_bytes()  # noqa: SIM115
    except (OSError, EOFError, zlib.error) as error:
        raise BadFile(path, "reading", str(error)) from error
    nodes, promised = problem(path, raw, letter)
    lines = one_blank(raw).split(b"\n")
    mine = [line for line in lines if line[:1] == letter]
    strange = next((n for n, line in enumerate(lines, 1) if line[:1] not in (letter, b"c", b"p", b"")), None)
    if strange is not None:
        raise BadFile(path, f"line {strange}", "a line of another kind")
    if len(mine) != promised:
        rule = f"{len(mine)} rows of the {promised} promised: the file is cut off, or has one too many"
        raise BadFile(path, "end", rule)
    types = {"letter": pa.string()} | {name: pa.int64() for name in ("x", "y", "z")}
    try:
        table = csv.read_csv(
            BytesIO(b"\n".join(mine)),
            read_options=csv.ReadOptions(column_names=list(types)),
            parse_options=csv.ParseOptions(delimiter=" ", quote_char=False),
            convert_options=csv.ConvertOptions(column_types=types, null_values=[]),
        )
        if not pc.all(pc.equal(table["letter"], letter.decode())).as_py():
            raise pa.ArrowInvalid("another kind of line")
        numbers = np.column_stack([table[name].to_numpy() for name in ("x", "y", "z")])
    except (pa.ArrowException, ValueError) as error:
        raise BadFile(path, f"line {wrong_row(lines, letter)}", "not a row of 3 whole numbers") from error
    if len(numbers) != promised or bool(((numbers >= 10**15) | (numbers <= -(10**15))).any()):
        raise BadFile(path, "rows", "not as many as promised, or a number of more than 15 digits")
    return Rows(path, letter, raw, nodes, numbers)


def problem(path: Path, raw: bytes, letter: bytes) -> tuple[int, int]:
    """(nodes, rows) by the problem line: `p sp NODES ARCS`, or `p aux sp co NODES`."""
    line = next((line.split() for line in raw[:100_000].splitlines() if line[:1] == b"p"), [])
    counts = [int(word) for word in line if word.isdigit() and len(word) < 19]
    if not counts or len(counts) != (2 if letter == b"a" else 1):
        raise BadFile(path, "problem line", "missing, or without its counts")
    if counts[-1] == 0:
        raise EmptyNetwork(path, "rows")
    if max(counts) > len(raw):
        raise BadFile(path, "problem line", "promises more rows than the file has bytes")
    return counts[0], counts[-1]


def one_blank(raw: bytes) -> bytes:
    """The same lines with one blank between words and none at the end, as a table needs it."""
    raw = raw.replace(b"\r\n", b"\n").replace(b"\t", b" ")
    while b"  " in raw:
        raw = raw.replace(b"  ", b" ")
    return raw.replace(b" \n", b"\n").rstrip(b" ")


def line_of(raw: bytes, letter: bytes, row: int) -> int:
    lines = (number for number, line in enumerate(raw.split(b"\n"), 1) if line[:1] == letter)
    return next((number for i, number in enumerate(lines) if i == row), 0)


def wrong_row(lines: list[bytes], letter: bytes) -> int:
    """The number of the first line that is no comment and no row of three whole numbers; 0 if none looks so."""
    for number, line in enumerate(lines, 1):
        words = line.split()
        if line[:1] in (b"c", b"p", b""):
            continue
        if words[:1] != [letter] or len(words) != 4 or not all(word.lstrip(b"-").isdigit() for word in words[1:]):
            return number
    return 0
