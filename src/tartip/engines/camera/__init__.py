"""Watch a road or square camera: left objects, stopped and wrong-way vehicles, counts, speeds. Nothing about people."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tartip.engines.camera.errors import NoPicture
    from tartip.engines.camera.events import Event, EventKind, Minute, Watch
    from tartip.engines.camera.params import CameraParams, Line, LinePair, Point
    from tartip.engines.camera.watching import Watcher, watch, watch_frames

_HOME = {
    "NoPicture": "errors",
    "Event": "events",
    "EventKind": "events",
    "Minute": "events",
    "Watch": "events",
    "CameraParams": "params",
    "Line": "params",
    "LinePair": "params",
    "Point": "params",
    "Watcher": "watching",
    "watch": "watching",
    "watch_frames": "watching",
}

__all__ = [
    "CameraParams",
    "Event",
    "EventKind",
    "Line",
    "LinePair",
    "Minute",
    "NoPicture",
    "Point",
    "Watch",
    "Watcher",
    "watch",
    "watch_frames",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(name)
    return getattr(importlib.import_module(f"{__name__}.{_HOME[name]}"), name)
