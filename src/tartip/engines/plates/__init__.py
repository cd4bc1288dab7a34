"""Kazakh number plates: grammar, repair by position, vote over frames, a gate that refuses, reading, a 64-bit code."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tartip.engines.plates.code import BadCode, pack, pack_columns, unpack
    from tartip.engines.plates.grammar import BadPlate, Kind, Plate, normalise, parse

_HOME = {
    "BadCode": "code",
    "pack": "code",
    "pack_columns": "code",
    "unpack": "code",
    "BadPlate": "grammar",
    "Kind": "grammar",
    "Plate": "grammar",
    "normalise": "grammar",
    "parse": "grammar",
}

__all__ = [
    "BadCode",
    "BadPlate",
    "Kind",
    "Plate",
    "normalise",
    "pack",
    "pack_columns",
    "parse",
    "unpack",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(name)
    return getattr(importlib.import_module(f"{__name__}.{_HOME[name]}"), name)
