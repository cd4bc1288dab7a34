"""Read roads from files of the 9th DIMACS challenge: .gr (arcs) and .co (coordinates), plain or .gz."""

from __future__ import annotations

import gzip
import zlib
from pathlib import Path

import numpy as np
import numpy.typing as npt

from tartip.engines.errors import BadInput
from tartip.engines.routing.errors import BadFile, BadWeight, EmptyNetwork, UnknownNode
from tartip.engines.routing.graph.roads import LONGEST_MS, Roads, straight_roads
from tartip.engines.routing.graph.roads_check import first, places
from tartip.engines.routing.jit import Scalar, kernel
from tartip.engines.routing.read.two_way import pair_arcs

Longs = npt.NDArray[np.int64]


def read_dimacs(
    times: str | Path, coordinates: str | Path, lengths: str | Path | None = None, unit_ms: float = 1.0,
    unit_dm: float = 1.0,
) -> Roads:  # fmt: skip
    """Arcs of `times` (in units of unit_ms milliseconds) with the lengths of a second file of the same arcs.

    Without lengths every road is 0 long. Raises BadFile, EmptyNetwork, UnknownNode, BadWeight or BadInput.
    """
    nodes, arcs, lines = read_rows(Path(times), b"a", 3)
    node_count, places_read, place_lines = read_rows(Path(coordinates), b"v", 3)
    if node_count != nodes:
        raise BadFile(coordinates, "problem line", f"{node_count} nodes, but {nodes} in {times}")
    for rows, what, where, columns in ((arcs, times, lines, (0, 1)), (places_read, coordinates, place_lines, (0,))):
        for column in columns:
            row = first((rows[:, column] < 1) | (rows[:, column] > nodes))
            if row is not None:
                raise UnknownNode(int(rows[row, column]), f"{what} line {where[row]}")
    seen = np.bincount(places_read[:, 0] - 1, minlength=nodes)
    row = first(seen != 1)
    if row is not None:
        raise BadInput("v", str(coordinates), f"node {row + 1} has {seen[row]} places")
    place = np.empty((nodes, 2), np.int64)
    place[places_read[:, 0] - 1] = places_read[:, 1:] * 10  # millionths of a degree
    if bool((np.abs(place) > 1_800_000_000).any()):
        row = int((np.abs(place) > 1_800_000_000).any(axis=1).argmax())
        raise BadInput("v", f"{coordinates} node {row + 1}", "not a place in millionths of a degree")
    lon, lat = (np.ascontiguousarray(place[:, i], dtype=np.int32) for i in (0, 1))
    places(lat, 90, f"latitude in {coordinates}")
    row = first((arcs[:, 2] <= 0) | (arcs[:, 2] * unit_ms > LONGEST_MS))
    if row is not None:
        raise BadWeight("weight", f"{times} line {lines[row]}", f"{arcs[row, 2]} is no travel time")
    length_dm = np.zeros(len(arcs), np.int32)
    if lengths is not None:
        _, measured, length_lines = read_rows(Path(lengths), b"a", 3)
        if measured.shape != arcs.shape or bool((measured[:, :2] != arcs[:, :2]).any()):
            raise BadFile(lengths, "arcs", f"not the same arcs as {times}")
        row = first((measured[:, 2] < 0) | (measured[:, 2] * unit_dm >= 2**30))
        if row is not None:
            raise BadWeight("length", f"{lengths} line {length_lines[row]}", f"{measured[row, 2]} is no length")
        length_dm = np.rint(measured[:, 2] * unit_dm).astype(np.int32)
    ms = np.maximum(1, np.rint(arcs[:, 2] * unit_ms)).astype(np.int32)
    ends = [(arcs[:, i] - 1).astype(np.int32) for i in (0, 1)]
    tail, head, back_ms, ahead = pair_arcs(ends[0], ends[1], ms, length_dm, np.zeros(len(ms), np.int32))
    return straight_roads(lon, lat, tail, head, ms[ahead], back_ms, length_dm[ahead], source=Path(times).name)


def read_rows(path: Path, letter: bytes, columns: int) -> tuple[int, Longs, Longs]:
    """(nodes named by the problem line, rows int64 [n, columns], line of each row)."""
    try:
        raw = gzip.open(path).read() if path.suffix == ".gz" else path.read_bytes()  # noqa: SIM115
    except (OSError, EOFError, zlib.error) as error:
        raise BadFile(path, "reading", str(error)) from error
    problem = next((line.split() for line in raw[:100_000].splitlines() if line[:1] == b"p"), [])
    counts = [int(word) for word in problem if word.isdigit() and len(word) < 19]
    if not counts or len(counts) != (2 if letter == b"a" else 1):
        raise BadFile(path, "problem line", "missing, or without its counts")
    if counts[-1] == 0:
        raise EmptyNetwork(path, "rows")
    if counts[-1] > len(raw):
        raise BadFile(path, "problem line", "promises more rows than the file has bytes")
    rows, lines = np.empty((counts[-1], columns), np.int64), np.empty(counts[-1], np.int64)
    count, wrong = parse(np.frombuffer(raw, np.uint8), letter[0], rows, lines)
    if wrong:
        raise BadFile(path, f"line {wrong}", f"not a row of {columns} whole numbers, or one too many")
    if count != counts[-1]:
        raise BadFile(path, "end", f"{count} rows of the {counts[-1]} promised: the file is cut off")
    return counts[0], rows, lines


@kernel
def parse(raw: npt.NDArray[np.uint8], letter: int, rows: Longs, lines: Longs) -> tuple[int, int]:
    """Read rows that begin with the letter, skip comments; (rows read, number of the first wrong line or 0)."""
    count, line, i, size = 0, 1, 0, raw.shape[0]
    while i < size:
        begin = raw[i]
        if begin == letter:
            if count == rows.shape[0]:
                return count, line
            i += 1
            for column in range(rows.shape[1]):
                while i < size and (raw[i] == 32 or raw[i] == 9):
                    i += 1
                minus = i < size and raw[i] == 45
                if minus:
                    i += 1
                value: Scalar = 0
                digits = 0
                while i < size and 48 <= raw[i] <= 57:
                    value = value * 10 + np.int64(raw[i]) - 48
                    digits += 1
                    i += 1
                if digits == 0 or digits > 15:
                    return count, line
                rows[count, column] = -value if minus else value
            while i < size and (raw[i] == 32 or raw[i] == 9 or raw[i] == 13):
                i += 1
            if i < size and raw[i] != 10:
                return count, line
            lines[count] = line
            count += 1
        elif begin != 99 and begin != 112 and begin != 10 and begin != 13:
            return count, line
        while i < size and raw[i] != 10:
            i += 1
        i += 1
        line += 1
    return count, 0
