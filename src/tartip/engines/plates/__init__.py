"""Kazakh number plates: grammar, repair by position, vote over frames, a gate that refuses, reading, a 64-bit code."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tartip.engines.plates.code import BadCode, pack, pack_columns, unpack
    from tartip.engines.plates.frame import Frame
    from tartip.engines.plates.grammar import BadPlate, Kind, Plate, normalise, parse
    from tartip.engines.plates.reader import BadCrop, ModelMissing, Reader
    from tartip.engines.plates.vote import Decision, Gate, Refusal, decide, repair

_HOME = {
    "BadCode": "code",
    "pack": "code",
    "pack_columns": "code",
    "unpack": "code",
    "Frame": "frame",
    "BadPlate": "grammar",
    "Kind": "grammar",
    "Plate": "grammar",
    "normalise": "grammar",
    "parse": "grammar",
    "BadCrop": "reader",
    "ModelMissing": "reader",
    "Reader": "reader",
    "Decision": "vote",
    "Gate": "vote",
    "Refusal": "vote",
    "decide": "vote",
    "repair": "vote",
}

__all__ = [
    "BadCode",
    "BadCrop",
    "BadPlate",
    "Decision",
    "Frame",
    "Gate",
    "Kind",
    "ModelMissing",
    "Plate",
    "Reader",
    "Refusal",
    "decide",
    "normalise",
    "pack",
    "pack_columns",
    "parse",
    "repair",
    "unpack",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(name)
    return getattr(importlib.import_module(f"{__name__}.{_HOME[name]}"), name)
