"""One file for a network, made to be mapped into memory: a line of JSON, then the arrays, each on a 64-byte border.

    TARTIP-ROADS 1\n  <length of JSON, 12 digits>\n  {"arrays": {name: [dtype, shape, offset, bytes]}, "meta": …}
    … arrays …  CRC-32 of everything before it, 4 bytes, little-endian

An array of one value all through (no street names, no bends) is kept as that value: offset -1, the value for bytes.
"""

from __future__ import annotations

import json
import mmap
import os
import sys
import tempfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from tartip.engines.routing.errors import BadFile

MAGIC = b"TARTIP-ROADS 1\n"
BORDER = 64
DTYPES = ("<i4", "<u4", "<i8", "|u1")
Arrays = dict[str, npt.NDArray[Any]]


def save_arrays(path: str | Path, arrays: Mapping[str, npt.NDArray[Any]], meta: Mapping[str, Any]) -> None:
    """Write beside, then rename: a reader sees the old file or the whole new one."""
    path = Path(path)
    places, offset = {}, 0
    stored = []
    for name, array in arrays.items():
        if array.size and bool((array == array.flat[0]).all()):
            places[name] = [array.dtype.str, list(array.shape), -1, int(array.flat[0])]
            continue
        places[name] = [array.dtype.str, list(array.shape), offset, array.nbytes]
        offset += -(-array.nbytes // BORDER) * BORDER
        stored.append(array)
    header = json.dumps({"arrays": places, "meta": meta}, sort_keys=True, ensure_ascii=False).encode()
    head = MAGIC + b"%012d\n" % len(header) + header
    head += b" " * (-len(head) % BORDER)
    check = 0
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=path.name, delete=False) as file:
        try:
            blocks = [head]
            for array in stored:
                raw = np.ascontiguousarray(array).tobytes()
                blocks += [raw, b"\0" * (-len(raw) % BORDER)]
            for block in blocks:
                check = zlib.crc32(block, check)
                file.write(block)
            file.write(check.to_bytes(4, "little"))
            file.flush()
            os.fsync(file.fileno())
            os.chmod(file.name, 0o644)
            os.replace(file.name, path)
        except BaseException:
            Path(file.name).unlink(missing_ok=True)
            raise


def load_arrays(path: str | Path, verify: bool = True) -> tuple[Arrays, dict[str, Any]]:
    """Map the file; nothing is copied, pages are read when touched. Raises BadFile for anything but a whole file.

    The arrays may be written to, the file never is. `verify` reads the file once (some 20 ms for a city).
    """
    path = Path(path)
    try:
        with path.open("rb") as file:
            view = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY)
    except (OSError, ValueError) as error:
        raise BadFile(path, "opening", str(error)) from error
    start = len(MAGIC) + 13
    if len(view) < start + 4 or view[: len(MAGIC)] != MAGIC:
        raise BadFile(path, "byte 0", "not a saved road network, or one of another version")
    if sys.byteorder != "little":
        raise BadFile(path, "byte 0", "saved networks are little-endian; this machine is not")
    if verify and zlib.crc32(memoryview(view)[:-4]) != int.from_bytes(view[-4:], "little"):
        raise BadFile(path, f"byte {len(view) - 4}", "the checksum does not fit: the file is cut off or damaged")
    try:
        size = int(view[len(MAGIC) : start])
        header = json.loads(view[start : start + size])
        places, meta = header["arrays"], header["meta"]
        body = -(-(start + size) // BORDER) * BORDER
        arrays = {name: take(view, body, *place) for name, place in places.items()}
    except BadFile:
        raise
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise BadFile(path, "header", str(error)) from error
    if not isinstance(meta, dict):
        raise BadFile(path, "header", "the settings are missing")
    return arrays, meta


def take(view: mmap.mmap, body: int, dtype: str, shape: list[int], offset: int, length: int) -> npt.NDArray[Any]:
    """One array of the file; raises ValueError for a place outside of it or a kind that is not stored here."""
    if dtype not in DTYPES:
        raise ValueError(f"{dtype!r} is not stored here")
    (count,) = shape
    if not all(type(value) is int for value in (count, offset, length)):
        raise ValueError("places in the file are whole numbers")
    if offset < 0:
        # No array is longer than the file: the steps are stored whole, and there is one for every open arc.
        if not 0 <= count <= len(view):
            raise ValueError(f"an array of {count} equal values in a file of {len(view)} bytes")
        return np.full(count, length, dtype)
    size = np.dtype(dtype).itemsize
    if count < 0 or length != count * size or offset % BORDER:
        raise ValueError(f"{length} bytes at {offset} are no {count} values of {size} bytes")
    if body + offset + length > len(view) - 4:
        raise ValueError("the file ends before this array")
    return np.frombuffer(view, dtype, count, body + offset)
