"""Tables in one file that maps into memory: built once, opened by every worker in milliseconds, shared between them.

Layout: magic, length and CRC of the header, JSON header (version, plan, rules, place and CRC of each array), arrays at
multiples of 64 bytes. Written beside and renamed, so that a reader finds the old file or the new one.
"""

from __future__ import annotations

import json
import math
import os
import struct
import zlib
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from tartip.engines.errors import BadInput
from tartip.engines.screening.automaton import Automaton
from tartip.engines.screening.checking import find_fault
from tartip.engines.screening.plan import NumberPlan
from tartip.engines.screening.rules import compile_rules, read_rules
from tartip.engines.screening.tables import BadTables, Tables

MAGIC: Final = b"tartip-screen-1\n"
ALIGN: Final = 64


def save_tables(tables: Tables, path: str | os.PathLike[str]) -> None:
    """Write the tables to `path`, replacing what is there in one step."""
    arrays: dict[str, NDArray[Any]] = {
        "automaton": tables.plan.automaton.table,
        "of_prefix": tables.plan.operator_of_prefix,
        "words": tables.words,
        "ends": tables.ends,
        "fixed": tables.fixed,
    }
    places: dict[str, dict[str, Any]] = {}
    offset = 0
    for name, array in arrays.items():
        crc = zlib.crc32(_bytes(array))
        places[name] = {"dtype": array.dtype.str, "shape": array.shape, "offset": offset, "crc32": crc}
        offset += -(-array.nbytes // ALIGN) * ALIGN
    header = json.dumps(
        {
            "version": tables.version,
            "count": tables.count,
            "metadata": tables.plan.metadata,
            "operators": {str(number): name for number, name in tables.plan.operators.items()},
            "rules": [rule.as_dict() for rule in tables.policy.rules],
            "arrays": places,
        }
    ).encode()
    beside = Path(path).with_name(f".{Path(path).name}.{os.getpid()}")
    try:
        with beside.open("wb") as file:
            file.write(MAGIC + struct.pack("<II", len(header), zlib.crc32(header)) + header)
            for array in arrays.values():
                file.write(b"\0" * (-file.tell() % ALIGN))
                file.write(_bytes(array))
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def load_tables(path: str | os.PathLike[str]) -> Tables:
    """Open tables written by `save_tables`, mapped read-only.

    Raises BadTables if the file is torn, foreign, or holds what cannot be right though its checksums fit.
    """
    file = Path(path)
    try:
        return _read(file)
    except BadTables:
        raise
    except BadInput as error:
        raise BadTables("file", file.name, f"is damaged: {error}") from error
    except (ArithmeticError, AttributeError, LookupError, MemoryError, RecursionError, TypeError, ValueError) as error:
        raise BadTables("file", file.name, f"is damaged: {type(error).__name__}") from error


def _read(file: Path) -> Tables:
    try:
        raw = np.memmap(file, np.uint8, "r")
    except (OSError, ValueError) as error:
        raise BadTables("file", file.name, f"cannot be mapped: {error}") from error
    if raw[: len(MAGIC)].tobytes() != MAGIC:
        raise BadTables("file", file.name, "is no file of screening tables")
    start = len(MAGIC) + 8
    if len(raw) < start:
        raise BadTables("header", file.name, "is cut off")
    size, crc = struct.unpack("<II", raw[len(MAGIC) : start].tobytes())
    end = start + size
    text = raw[start:end].tobytes()
    if zlib.crc32(text) != crc:
        raise BadTables("header", file.name, "does not match its checksum")
    header = json.loads(text)
    arrays = {name: _array(raw, -(-end // ALIGN) * ALIGN, place) for name, place in header["arrays"].items()}
    for name, place in header["arrays"].items():
        if zlib.crc32(_bytes(arrays[name])) != place["crc32"]:
            raise BadTables("array", f"{file.name} {name}", "does not match its checksum")
    policy = compile_rules(read_rules(header["rules"]))
    if fault := find_fault(arrays, policy):
        raise BadTables("file", file.name, fault)
    names = {int(number): str(name) for number, name in header["operators"].items()}
    plan = NumberPlan(Automaton(arrays["automaton"]), arrays["of_prefix"], names, str(header["metadata"]))
    version, count = header["version"], header["count"]
    if type(version) is not int or type(count) is not int:
        raise BadTables("header", file.name, "needs whole numbers for version and count")
    return Tables(version, plan, policy, arrays["words"], arrays["ends"], arrays["fixed"], count)


def _bytes(array: NDArray[Any]) -> memoryview:
    return np.ascontiguousarray(array).data.cast("B")


def _array(raw: NDArray[np.uint8], base: int, place: dict[str, Any]) -> NDArray[Any]:
    dtype = np.dtype(place["dtype"])
    if dtype.hasobject or any(type(one) is not int or one < 0 for one in (*place["shape"], place["offset"])):
        raise ValueError("an array of objects, or of a negative size")
    size = math.prod(place["shape"]) * dtype.itemsize
    first = base + place["offset"]
    if first + size > len(raw):
        raise ValueError("an array goes on behind the end of the file")
    flat: NDArray[Any] = np.asarray(raw[first : first + size]).view(dtype)
    return flat.reshape(place["shape"])
