"""The memory on disk, so that a restart reads what rules can still reach and not the years before.

A file is: magic, length and CRC-32 of the header, the header (JSON), then each array, at a multiple of 64 bytes. It is
written beside its place, synced and renamed. It is one of a generation: the log of the same generation goes on from it.
"""

from __future__ import annotations

import json
import os
import struct
import zlib
from collections.abc import Mapping
from dataclasses import asdict
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from tartip.engines.errors import EngineError
from tartip.engines.transfers import layout
from tartip.engines.transfers.checking import find_fault
from tartip.engines.transfers.layout import C_ACCOUNTS, C_EVENTS, C_LINKS, COUNTERS
from tartip.engines.transfers.memory import State
from tartip.engines.transfers.params import RuleParams
from tartip.engines.transfers.texts import Texts

MAGIC: Final = b"tartip-transfer-memory-1\n"
_HEAD: Final = struct.Struct("<II")
_ALIGN: Final = 64
MAX_HEADER: Final = 1 << 20
SHAPES: Final[Mapping[str, tuple[str, tuple[int, ...]]]] = {
    "accounts": ("int64", (layout.ACCOUNT_WIDTH,)),
    "events": ("int64", (layout.EVENT_WIDTH,)),
    "links": ("int64", (3,)),
    "account_map": ("int64", (2,)),
    "party_map": ("int64", (2,)),
    "pair_map": ("int64", (2,)),
    "id_map": ("int64", (2,)),
    "counters": ("int64", ()),
    "texts": ("int64", ()),
    "points": ("int32", ()),
}


class BrokenSnapshot(EngineError):
    """A snapshot that is damaged or cannot be right; nothing of it was used."""

    code = "transfers.broken_snapshot"
    text = "%(name)s cannot be used: %(why)s"
    http_status = 500


class OtherParams(EngineError):
    """The memory was made with other windows or bounds: sums and what was forgotten depend on them."""

    code = "transfers.other_params"
    text = "%(name)s was made with another %(field)s: open it with the same, or begin a new log"
    http_status = 409


def write_snapshot(path: Path, state: State, texts: Texts, params: RuleParams, generation: int) -> None:
    """Write the memory to `path`, or nothing. Raises OSError."""
    events, accounts, links = (int(state.counters[place]) for place in (C_EVENTS, C_ACCOUNTS, C_LINKS))
    used = {"events": events, "accounts": accounts, "links": links, "texts": len(texts.words) + 1}
    used["points"] = int(texts.ends[len(texts.words)])
    arrays = {}
    for name in SHAPES:
        array = texts.ends if name == "texts" else texts.points if name == "points" else getattr(state, name)
        arrays[name] = np.ascontiguousarray(array[: used.get(name, len(array))])
    header = json.dumps(
        {
            "generation": generation,
            "params": asdict(params),
            "arrays": {name: {"rows": len(one), "crc": zlib.crc32(_bytes(one))} for name, one in arrays.items()},
        }
    ).encode()
    beside = path.with_name(path.name + ".new")
    with beside.open("wb") as file:
        file.write(MAGIC + _HEAD.pack(len(header), zlib.crc32(header)) + header)
        for array in arrays.values():
            file.write(bytes(-file.tell() % _ALIGN))
            file.write(_bytes(array))
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def read_snapshot(path: Path, params: RuleParams) -> tuple[State, Texts, int]:
    """Memory, descriptions and generation. Raises BrokenSnapshot, OtherParams; checked before a kernel sees it."""
    try:
        with path.open("rb") as file:
            header = _header(path, file)
            _check_params(path, header, params)
            arrays = {name: _array(path, file, name, header["arrays"].get(name)) for name in SHAPES}
            if file.read(1):
                raise _broken(path, "it goes on behind its last array")
    except OSError as error:
        raise _broken(path, error.strerror or str(error)) from error
    if len(arrays["counters"]) != COUNTERS:
        raise _broken(path, "its counters are not those of this version")
    state = State(**arrays, params=params.as_numbers())
    if fault := find_fault(state):
        raise _broken(path, fault)
    texts = _texts(path, state)
    return state._replace(texts=texts.ends, points=texts.points), texts, header["generation"]


def _broken(path: Path, why: str) -> BrokenSnapshot:
    return BrokenSnapshot(name=path.name, why=why)


def _bytes(array: NDArray[Any]) -> memoryview:
    return memoryview(array.reshape(-1).view(np.uint8))  # type: ignore[arg-type]


def _header(path: Path, file: Any) -> dict[str, Any]:
    start = file.read(len(MAGIC) + _HEAD.size)
    if len(start) != len(MAGIC) + _HEAD.size or not start.startswith(MAGIC):
        raise _broken(path, "it does not begin as a snapshot does")
    size, crc = _HEAD.unpack(start[len(MAGIC) :])
    data = file.read(min(size, MAX_HEADER))
    if zlib.crc32(data) != crc:
        raise _broken(path, "its header is damaged")
    try:
        header = json.loads(data)
        parts = isinstance(header["arrays"], dict) and isinstance(header["params"], dict)
        if parts and type(header["generation"]) is int:
            return dict(header)
    except (ValueError, KeyError, TypeError, RecursionError):
        pass
    raise _broken(path, "its header lacks what it must hold")


def _check_params(path: Path, header: dict[str, Any], params: RuleParams) -> None:
    known, ours = header["params"], asdict(params)
    for name in {**known, **ours}:
        if known.get(name) != ours.get(name):
            raise OtherParams(name=path.name, field=name)


def _array(path: Path, file: Any, name: str, told: Any) -> NDArray[Any]:
    kind, rest = SHAPES[name]
    rows = told.get("rows") if isinstance(told, dict) else None
    if type(rows) is not int or rows < 0 or "crc" not in told:
        raise _broken(path, f"the header does not tell the size of {name}")
    file.seek(-file.tell() % _ALIGN, os.SEEK_CUR)
    count = rows * int(np.prod(rest, dtype=np.int64))
    left = os.fstat(file.fileno()).st_size - file.tell()
    if count * np.dtype(kind).itemsize > left:
        raise _broken(path, f"it ends within {name}")
    array: NDArray[Any] = np.fromfile(file, kind, count).reshape(rows, *rest)
    if zlib.crc32(_bytes(array)) != told["crc"]:
        raise _broken(path, f"{name} is damaged")
    return array


def _texts(path: Path, state: State) -> Texts:
    texts = Texts()
    texts.ends, texts.points = state.texts.copy(), state.points.copy()
    data, ends = state.points.tobytes(), state.texts.tolist()
    for start, end in pairwise(ends[1:]):
        try:
            word = data[4 * start : 4 * end].decode("utf-32-le")
        except UnicodeDecodeError:
            raise _broken(path, "a description is no text") from None
        texts.number[word] = len(texts.words)
        texts.words.append(word)
    if len(texts.number) != len(texts.words):
        raise _broken(path, "a description stands twice")
    return texts
