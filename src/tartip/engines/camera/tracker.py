"""What becomes of the things in the picture: tracks them from look to look and tells what happened to them."""

from __future__ import annotations

from tartip.engines.camera.background import Background, Change, Mask, widened
from tartip.engines.camera.events import Event, EventKind
from tartip.engines.camera.params import CameraParams
from tartip.engines.camera.source import Grey
from tartip.engines.camera.things import Blob, Thing, blobs, match
from tartip.engines.camera.traffic import Traffic

PERMILLE = 1000
FREE = 0.3  # share of differing pixels below which a place is empty again
LOST_MS = 800  # a moving thing not seen for so long has gone
HIDDEN_MS = 10_000  # so long may passers-by stand in front of a thing
LEAST_SIDE = 4  # pixels; less is too little to tell a thing from the edge of another
SLIMMEST = 5  # a thing is at most so many times longer than wide
ENDLESS = 4  # dwell times after which something that is no event belongs to the scene


class Tracker:
    """`step` with each mask, in order of time; returns the events of this look. Keeps only what is in the picture."""

    def __init__(self, params: CameraParams, size: tuple[int, int], first: int = 0) -> None:
        self.params, self.size = params, size
        self.things: list[Thing] = []
        self.traffic = Traffic(params)
        self.events: list[Event] = []
        self.number = first

    def step(self, at: int, mask: Mask, steady: Grey, background: Background) -> list[Event]:
        self.events = []
        self.follow(list(blobs(mask, self.pixels(self.params.object_low))), at)
        for thing in list(self.things):
            self.judge(thing, mask, steady, background, at)
        return self.events

    def keep_standing(self, at: int) -> list[tuple[slice, slice]]:
        """Drop what moves; the places of what stands."""
        for thing in [thing for thing in self.things if not thing.stands(at)]:
            self.remove(thing)
        self.resume(at)
        return [widened(thing.anchor.rows, thing.anchor.columns, 2) for thing in self.things]

    def drop_all(self) -> list[tuple[slice, slice]]:
        """Another scene: what stood somewhere in the old one has no place in it."""
        for thing in list(self.things):
            self.remove(thing)
        return []

    def resume(self, at: int) -> None:
        """Nothing could be seen until now: what stands was hidden, not gone."""
        for thing in self.things:
            if thing.stands(at):
                thing.seen_at, thing.missing_since = at, -1

    def remove(self, thing: Thing) -> None:
        self.things.remove(thing)
        self.traffic.forget(thing.number)

    def vehicle_area(self, at: int) -> int:
        """Pixels of all vehicles that were seen in this look."""
        low = self.pixels(self.params.vehicle_low)
        return sum(t.blob.area for t in self.things if t.seen_at == at and max(t.blob.width, t.blob.height) >= low)

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

    def judge(self, thing: Thing, mask: Mask, steady: Grey, background: Background, at: int) -> None:
        """Begin or end the life of an event; drop what has gone; let the scene take over what is no event."""
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
            self.remove(thing)
        if unseen:
            return  # judged when it is seen again
        wide = max(thing.blob.width, thing.blob.height) * PERMILLE / self.size[1]
        if thing.travelled and wide >= params.vehicle_low and still >= params.stop_ms:
            # Light that wandered in and stands has no edge of its own, and what is under it shows through.
            if solid(thing.blob) and background.change(steady, mask, rows, columns) is Change.CAME:
                self.begin(thing, EventKind.VEHICLE_STOPPED, at)
        elif not thing.travelled and still >= params.dwell_ms:
            change = background.change(steady, mask, rows, columns)
            fits = (
                params.object_low <= wide <= params.object_high and solid(thing.blob) and not self.at_edge(thing.blob)
            )
            if fits and change is Change.CAME:
                self.begin(thing, EventKind.OBJECT_LEFT, at)
            elif change is Change.LEFT or still >= ENDLESS * params.dwell_ms:
                background.absorb(steady, rows, columns)
                self.remove(thing)

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
            self.remove(thing)

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


def grew(old: Blob, new: Blob) -> bool:
    """A much larger rectangle in the same place: two things melted together in the picture."""
    return 2 * new.width * new.height > 3 * old.width * old.height


def solid(blob: Blob) -> bool:
    """No mere strip: along every edge of the scene a nudge of the camera or another light leaves one."""
    return min(blob.width, blob.height) >= max(LEAST_SIDE, max(blob.width, blob.height) // SLIMMEST)
