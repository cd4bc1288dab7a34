"""Watch one camera: from frames to events."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from tartip.engines.camera.events import Event, EventKind, Minute, Watch
from tartip.engines.camera.ground import Change, Ground, Mask
from tartip.engines.camera.params import CameraParams
from tartip.engines.camera.source import Grey, Source
from tartip.engines.camera.things import Blob, Thing, blobs, match
from tartip.engines.camera.traffic import Traffic

PERMILLE = 1000
FREE = 0.3  # share of differing pixels below which a place is empty again
LOST_MS = 800  # a moving thing not seen for so long has gone
HIDDEN_MS = 10_000  # so long may passers-by stand in front of a thing
ENDLESS = 4  # dwell times after which something that is no event belongs to the scene


def watch(where: str | Path, params: CameraParams = CameraParams()) -> Watch:
    """Everything that happened on a file or stream (path or address). Raises NoPicture; a break sets `broken`."""
    source = Source(where, params.side, params.rate)
    watcher = Watcher(params)
    for at, grey in source:
        watcher.look(at, grey)
    return watcher.result(source.frames, source.broken)


def watch_frames(frames: Iterable[tuple[int, Grey]], params: CameraParams = CameraParams()) -> Watch:
    """The same for pictures at hand: (milliseconds, (height, width) grey), in order of time."""
    watcher = Watcher(params)
    for at, grey in frames:
        watcher.look(at, grey)
    return watcher.result(watcher.looks, False)


class Watcher:
    """Feed looks in order of time; `events` grows as things happen."""

    def __init__(self, params: CameraParams) -> None:
        self.params = params
        self.events: list[Event] = []
        self.things: list[Thing] = []
        self.traffic = Traffic(params)
        self.minutes: dict[int, list[tuple[int, bool]]] = defaultdict(list)
        self.first: list[Grey] = []
        self.ground: Ground | None = None
        self.size = (1, 1)
        self.looks = self.number = self.last = 0

    def look(self, at: int, grey: Grey) -> None:
        """One picture; all must have the size of the first (another size starts the scene anew)."""
        self.looks, self.last = self.looks + 1, at
        if self.ground is not None and grey.shape != self.size:
            self.first, self.ground, self.things = [], None, []
        self.size = (grey.shape[0], grey.shape[1])
        if self.ground is None:
            self.first = [picture for picture in self.first if picture.shape == grey.shape] + [grey]
            if at >= self.params.warm_up_ms:
                self.ground, self.first = Ground(self.first, self.params.threshold), []
            return
        mask, steady = self.ground.differs(grey, max(3, self.size[1] // 45))
        found = list(blobs(mask, self.pixels(self.params.object_low)))
        self.follow(found, at)
        for thing in list(self.things):
            self.judge(thing, mask, steady, at)
        self.minutes[at // 60_000].append(self.taken())

    def pixels(self, permille: int) -> int:
        return max(2, permille * self.size[1] // PERMILLE)

    def follow(self, found: list[Blob], at: int) -> None:
        matched = match(self.things, found, at)
        for i, j in matched.items():
            thing, old, before = self.things[i], self.things[i].blob, self.things[i].seen_at
            if thing.stands(at) and grew(thing.blob, found[j]) and at - before < HIDDEN_MS:
                continue  # somebody passes in front of a thing that stands: it has not moved
            thing.see(found[j], at)
            self.count(thing, old, before, at)
        for j, blob in enumerate(found):
            if j not in matched.values():
                self.number += 1
                self.things.append(Thing(self.number, blob, at, at, blob, at, blob.middle))

    def count(self, thing: Thing, old: Blob, before: int, at: int) -> None:
        if max(thing.blob.width, thing.blob.height) < self.pixels(self.params.vehicle_low):
            return
        ways = self.traffic.crossings(thing.number, self.scaled(old.middle), before, self.scaled(thing.blob.middle), at)
        for way in list(ways):
            self.tell(EventKind.COUNTED, thing, way.at_ms, way.line.name, way.direction)
            if way.line.one_way and way.direction < 0:
                self.tell(EventKind.WRONG_WAY, thing, way.at_ms, way.line.name, way.direction)
            for pair, kmh, speed_class, since in self.traffic.speed(thing.number, way.line.name):
                self.tell(EventKind.SPEED, thing, way.at_ms, pair, kmh, speed_class, since)

    def judge(self, thing: Thing, mask: Mask, steady: Grey, at: int) -> None:
        """Begin or end the life of an event; drop what has gone; let the scene take over what is no event."""
        if self.ground is None:
            return
        rows, columns = thing.anchor.rows, thing.anchor.columns
        still, params = at - thing.still_since, self.params
        if thing.reported:
            left = bool((mask[rows, columns] > 0).mean() < FREE) or thing.still_since == at
            thing.missing_since = -1 if not left else at if thing.missing_since < 0 else thing.missing_since
            gone_ms = 0 if thing.still_since == at else params.gone_ms
            if left and at - thing.missing_since >= gone_ms:
                self.end(thing, at)
            return
        unseen = at - thing.seen_at
        hidden = thing.stands(at) and unseen < HIDDEN_MS and (mask[rows, columns] > 0).mean() >= FREE
        if unseen > LOST_MS and not hidden:
            self.things.remove(thing)
        if unseen:
            return  # judged when it is seen again
        wide = max(thing.blob.width, thing.blob.height) * PERMILLE / self.size[1]
        if thing.travelled and wide >= params.vehicle_low and still >= params.stop_ms:
            self.begin(thing, EventKind.VEHICLE_STOPPED, at)
        elif not thing.travelled and still >= params.dwell_ms:
            change = self.ground.change(steady, mask, rows, columns)
            fits = params.object_low <= wide <= params.object_high and not self.at_edge(thing.blob)
            if fits and change is Change.CAME:
                self.begin(thing, EventKind.OBJECT_LEFT, at)
            elif change is Change.LEFT or still >= ENDLESS * params.dwell_ms:
                self.ground.absorb(steady, rows, columns)
                self.things.remove(thing)

    def at_edge(self, blob: Blob) -> bool:
        """Cut off by the border of the picture: too little is seen to call it an object."""
        right, bottom = blob.x + blob.width, blob.y + blob.height
        return min(blob.x, blob.y) <= 1 or right >= self.size[1] - 1 or bottom >= self.size[0] - 1

    def begin(self, thing: Thing, kind: EventKind, at: int) -> None:
        thing.reported, thing.reported_since, thing.missing_since = kind, thing.still_since, -1
        self.tell(kind, thing, at, since=thing.still_since)

    def end(self, thing: Thing, at: int) -> None:
        was_object = thing.reported == EventKind.OBJECT_LEFT
        self.tell(
            EventKind.OBJECT_GONE if was_object else EventKind.VEHICLE_MOVED_ON, thing, at, since=thing.reported_since
        )
        thing.reported = ""
        if at - thing.seen_at > LOST_MS or was_object:
            self.things.remove(thing)

    def tell(
        self,
        kind: EventKind,
        thing: Thing,
        at: int,
        where: str = "",
        value: int = 0,
        speed_class: int = -1,
        since: int | None = None,
    ) -> None:
        h, w = self.size
        b = thing.blob
        box = (b.x * PERMILLE // w, b.y * PERMILLE // h, b.width * PERMILLE // w, b.height * PERMILLE // h)
        begun = thing.born_at if since is None else since
        self.events.append(Event(kind, at, begun, thing.number, *box, where, value, speed_class))

    def scaled(self, middle: tuple[float, float]) -> tuple[float, float]:
        return middle[0] * PERMILLE / self.size[1], middle[1] * PERMILLE / self.size[0]

    def taken(self) -> tuple[int, bool]:
        """Pixels and whether any vehicle is in the picture."""
        low = self.pixels(self.params.vehicle_low)
        seen = [t.blob.area for t in self.things if t.seen_at == self.last and max(t.blob.width, t.blob.height) >= low]
        return sum(seen), bool(seen)

    def result(self, frames: int, broken: bool) -> Watch:
        whole = self.size[0] * self.size[1]
        minutes = tuple(
            Minute(
                number,
                sum(area for area, _ in looks) * PERMILLE // (whole * len(looks)),
                sum(some for _, some in looks) * PERMILLE // len(looks),
            )
            for number, looks in sorted(self.minutes.items())
        )
        return Watch(tuple(self.events), minutes, frames, self.looks, self.last, broken)


def grew(old: Blob, new: Blob) -> bool:
    """A much larger rectangle in the same place: two things melted together in the picture."""
    return 2 * new.width * new.height > 3 * old.width * old.height
