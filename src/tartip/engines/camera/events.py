"""What a camera tells: events about things and traffic, flaws of the picture and the stream, never about who."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class EventKind(StrEnum):
    """What happened. COUNTED: `value` 1 forward, -1 backward. SPEED: whole km/h, rounded down."""

    OBJECT_LEFT = "object_left"
    OBJECT_GONE = "object_gone"
    VEHICLE_STOPPED = "vehicle_stopped"
    VEHICLE_MOVED_ON = "vehicle_moved_on"
    COUNTED = "counted"
    WRONG_WAY = "wrong_way"
    SPEED = "speed"


@dataclass(frozen=True, slots=True)
class Event:
    """One event. `at_ms`: time of the frame that decided; `since_ms`: when the thing was first seen there.

    x, y, width, height: thousandths of the picture. `thing` joins the begin and the end of one life. `where` names a
    line or pair. `value`: for COUNTED 1 forward and -1 backward, for SPEED whole km/h rounded down, else 0;
    `speed_class`: index of the class, -1 where there is none.
    """

    kind: EventKind
    at_ms: int
    since_ms: int
    thing: int
    x: int
    y: int
    width: int
    height: int
    where: str = ""
    value: int = 0
    speed_class: int = -1


class FlawKind(StrEnum):
    """Why nothing can be said for a while. In brackets: what `value` holds."""

    LIGHT_CHANGED = "light_changed"  # a large part became brighter or darker at once (thousandths of the picture)
    SCENE_CHANGED = "scene_changed"  # the camera was moved or shaken, or shows another place (thousandths)
    SIZE_CHANGED = "size_changed"  # the picture has another shape; the scene is learnt anew (0)
    PICTURE_BLANK = "picture_blank"  # black, or covered (0)
    PICTURE_FROZEN = "picture_frozen"  # the same picture again and again (0)
    PICTURE_BACK = "picture_back"  # end of blank or frozen (milliseconds that it lasted)
    CLOCK_JUMPED = "clock_jumped"  # a stamp was off (milliseconds, below zero for backwards)
    STREAM_LOST = "stream_lost"  # ended, broke or cannot be opened (tries so far)
    STREAM_BACK = "stream_back"  # (milliseconds that it was away)
    STREAM_ENDED = "stream_ended"  # given up (tries)


@dataclass(frozen=True, slots=True)
class Flaw:
    """Something that kept the camera from seeing: begun at `since_ms`, known at `at_ms`. Never an alarm."""

    kind: FlawKind
    at_ms: int
    since_ms: int
    value: int = 0


@dataclass(frozen=True, slots=True)
class Minute:
    """Share of the picture, and of time, that vehicles took: occupancy in thousandths."""

    minute: int
    area_permille: int
    time_permille: int


Told = Event | Flaw | Minute
"""What leaves a watcher while it runs."""


@dataclass(frozen=True, slots=True)
class Watch:
    """Everything seen; `frames` were decoded, `looks` were worked on. `broken`: the source ended in an error.

    `lines`: names of the counting lines asked for.
    """

    events: tuple[Event, ...]
    minutes: tuple[Minute, ...]
    frames: int
    looks: int
    duration_ms: int
    broken: bool
    flaws: tuple[Flaw, ...] = ()
    lines: tuple[str, ...] = ()

    def of(self, kind: EventKind) -> tuple[Event, ...]:
        return tuple(event for event in self.events if event.kind is kind)

    def counts(self) -> dict[str, tuple[int, int]]:
        """By line: vehicles forward and backward; (0, 0) for a line that nothing crossed."""
        result = dict.fromkeys(self.lines, (0, 0))
        for event in self.of(EventKind.COUNTED):
            ahead, back = result[event.where]
            result[event.where] = (ahead + (event.value > 0), back + (event.value < 0))
        return result

    def as_arrow(self) -> Any:
        """The events as a pyarrow Table, one row each, integers and words."""
        import pyarrow as pa

        names = list(Event.__dataclass_fields__)
        rows = [asdict(event) for event in self.events]
        kinds = {name: pa.string() if name in ("kind", "where") else pa.int64() for name in names}
        return pa.table({n: pa.array([str(r[n]) if n == "kind" else r[n] for r in rows], kinds[n]) for n in names})
