"""A cube on disk: one compressed numpy archive, read without executing anything.

It names the hash of its own content, so that a bad disk is noticed. Whoever can write the file can write another hash:
`Cube.check` counts again.
"""

from __future__ import annotations

import os
import zipfile
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from tartip.engines.figures.cube import Cube
from tartip.engines.figures.errors import BadCube
from tartip.engines.figures.territory import Code
from tartip.engines.merkle import canonical_json, read_json
from tartip.engines.months import Month

FORMAT = "tartip-cube/1"
# A hundred years of 25 indicators in 9,000 territories take 2.2 GB; what is read is what the head says, and no more.
MAX_CELLS = 2**28
MAX_HEAD = 64 * 1024 * 1024


def save_cube(cube: Cube, path: Path) -> None:
    """Write beside and rename, so that a reader never sees half a cube."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    with temporary.open("wb") as file:
        np.savez_compressed(file, head=np.frombuffer(_head(cube), np.uint8), values=cube.values)
    temporary.replace(path)


def load_cube(path: Path) -> Cube | None:
    """The saved cube, or None where there is none that can be read: it is a cache, build it again."""
    try:
        return read_cube(path)
    except BadCube:
        return None


def read_cube(path: Path) -> Cube:
    """The saved cube. Raises BadCube with what is wrong: no such file, no archive, another content than it names."""
    try:
        with zipfile.ZipFile(path) as package, np.load(path, allow_pickle=False) as saved:
            sizes = {member.filename: member.file_size for member in package.infolist()}
            if sizes.get("head.npy", MAX_HEAD) >= MAX_HEAD or sizes.get("values.npy", 0) > 8 * MAX_CELLS:
                raise BadCube("is larger than a cube can be")
            head = saved["head"].tobytes()
            cube = _cube(read_json(head), saved["values"])
    except BadCube:
        raise
    except Exception as error:  # zipfile, zlib, numpy and the reader of heads raise a dozen kinds for broken files
        raise BadCube(f"cannot be read: {type(error).__name__}: {str(error)[:120]}") from None
    if _head(cube) != head:
        raise BadCube("its cells are not those that were saved, or its head is written in another way")
    return cube


def _head(cube: Cube) -> bytes:
    return canonical_json(
        {
            "format": FORMAT,
            "register": cube.register,
            "months": [str(month) for month in cube.months],
            "territories": list(cube.territories),
            "indicators": [list(pair) for pair in cube.indicators],
            "made_of": [list(hashes) for hashes in cube.made_of],
            "not_counted": sorted([str(month), code] for month, code in cube.not_counted),
            "values_sha256": sha256(np.ascontiguousarray(cube.values, "<i8").tobytes()).hexdigest(),
        }
    )


def _cube(head: Any, values: Any) -> Cube:
    """The parts in their types, or some exception."""
    months = tuple(Month.parse(text) for text in head["months"])
    cube = Cube(
        _text(head["register"]),
        months,
        tuple(_code(code) for code in head["territories"]),
        tuple((_text(code), _text(digest)) for code, digest in head["indicators"]),
        tuple(tuple(_text(digest) for digest in hashes) for hashes in head["made_of"]),
        values,
        frozenset((Month.parse(text), _text(code)) for text, code in head["not_counted"]),
    )
    shape = (len(months), len(cube.territories), len(cube.indicators))
    if values.shape != shape or values.dtype != np.int64 or len(cube.made_of) != len(months):
        raise BadCube("its parts do not fit one another")
    if list(months) != sorted(set(months)) or len(set(cube.territories)) != len(cube.territories):
        raise BadCube("a month or a territory stands twice, or months are out of order")
    return cube


def _text(value: Any) -> str:
    if type(value) is not str:
        raise TypeError("text is expected")
    return value


def _code(value: Any) -> Code:
    if type(value) not in (int, str):
        raise TypeError("a code is a number or text")
    code: Code = value
    return code
