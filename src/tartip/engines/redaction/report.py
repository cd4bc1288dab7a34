"""What was covered where: the part of a redaction that goes into the file of a case."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from tartip.engines.redaction.errors import Flaw


class Kind(StrEnum):
    """What was covered; CHOSEN is a place that a person named."""

    FACE = "face"
    PLATE = "plate"
    CHOSEN = "chosen"


@dataclass(frozen=True, slots=True)
class Cover:
    """One covered rectangle on one frame, in pixels of the upright picture.

    `thread` is the number of the track: it joins the covers of one thing within this one file, and means nothing
    outside of it.
    """

    frame: int
    at_ms: int
    kind: Kind
    thread: int
    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Report:
    """`kept` counts plates left readable on request. No pictures, no features, no floats."""

    media: str
    width: int
    height: int
    frames: int
    duration_ms: int
    covers: tuple[Cover, ...]
    kept: int
    params: dict[str, int | str]
    model_sha256: str
    flaws: tuple[Flaw, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Plain integers, words and lists, ready for canonical JSON."""
        data = asdict(self)
        data["covers"] = [{**asdict(cover), "kind": str(cover.kind)} for cover in self.covers]
        data["flaws"] = [str(flaw) for flaw in self.flaws]
        return data
