"""A cube on disk: one compressed numpy archive, read without executing anything."""

from __future__ import annotations

import json
import os
import zipfile
from pathlib import Path

import numpy as np

from tartip.engines.errors import EngineError
from tartip.engines.figures.cube import Cube
from tartip.engines.months import Month


def save_cube(cube: Cube, path: Path) -> None:
    """Write beside and rename, so that a reader never sees half a cube."""
    head = {
        "register": cube.register,
        "months": [str(month) for month in cube.months],
        "territories": cube.territories,
        "indicators": cube.indicators,
        "made_of": cube.made_of,
        "not_counted": sorted((str(month), code) for month, code in cube.not_counted),
    }
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    with temporary.open("wb") as file:
        np.savez_compressed(file, head=np.frombuffer(json.dumps(head).encode(), np.uint8), values=cube.values)
    temporary.replace(path)


def load_cube(path: Path) -> Cube | None:
    """The saved cube, or None where there is none that can be read: it is a cache, build it again."""
    try:
        with np.load(path, allow_pickle=False) as saved:
            head, values = json.loads(saved["head"].tobytes()), saved["values"]
        cube = Cube(
            head["register"],
            tuple(Month.parse(text) for text in head["months"]),
            tuple(head["territories"]),
            tuple((code, sha256) for code, sha256 in head["indicators"]),
            tuple(tuple(hashes) for hashes in head["made_of"]),
            values,
            frozenset((Month.parse(text), code) for text, code in head["not_counted"]),
        )
    except (OSError, ValueError, KeyError, TypeError, EOFError, EngineError, zipfile.BadZipFile):
        return None
    shape = (len(cube.months), len(cube.territories), len(cube.indicators))
    return cube if values.shape == shape and values.dtype == np.int64 else None
