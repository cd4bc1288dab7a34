"""The slow, obvious answer: Dijkstra over the last few arcs driven, one Python object a step."""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterator
from functools import cache

from tartip.engines.routing.graph.roads import CLOSED, FULL_SHARE, Roads

Place = tuple[int, int]  # edge, share


class Reference:
    """Answers from the definition: an arc may follow another unless a ban says otherwise; a turn costs by its angle."""

    def __init__(self, roads: Roads, times: list[int] | None = None) -> None:
        self.roads = roads
        self.usual = roads.times.tolist()
        self.times = self.usual if times is None else times
        self.tail = roads.arc_tail.tolist()
        self.head = roads.arc_head.tolist()
        self.length = roads.length_dm.tolist()
        self.bans = set(roads.bans)
        self.memory = max([len(ban) for ban in roads.bans], default=2) - 1
        self.onward: dict[int, list[int]] = {}
        self.meeting: dict[int, int] = {}
        for arc, usual in enumerate(self.usual):
            if usual != CLOSED:
                self.onward.setdefault(self.tail[arc], []).append(arc)
            if arc % 2 == 0 and (usual != CLOSED or self.usual[arc + 1] != CLOSED):
                for node in (self.tail[arc], self.head[arc]):
                    self.meeting[node] = self.meeting.get(node, 0) + 1

    def near(self, arc: int) -> int:
        """A road closed now is still driven by who is on it or going to it."""
        return self.usual[arc] if self.times[arc] == CLOSED else self.times[arc]

    def points(self, edge: int) -> list[tuple[float, float]]:
        r = self.roads
        line = [(r.lon_e7[r.tail[edge]], r.lat_e7[r.tail[edge]])]
        for i in range(r.shape_first[edge], r.shape_first[edge + 1]):
            line.append((r.shape_lon_e7[i], r.shape_lat_e7[i]))
        line.append((r.lon_e7[r.head[edge]], r.lat_e7[r.head[edge]]))
        return [(float(x), float(y)) for x, y in line]

    @cache  # noqa: B019 - lives as long as its test
    def leaving(self, arc: int) -> int:
        """Degrees on setting off; of a road driven back, the opposite of its last piece."""
        line = self.points(arc // 2)
        return bearing(*line[:2]) if arc % 2 == 0 else bearing(*line[-2:]) + 180

    def entering(self, arc: int) -> int:
        return self.leaving(arc ^ 1) + 180

    def turn(self, before: int, after: int) -> int:
        turns, node = self.roads.turns, self.tail[after]
        if after == before ^ 1:
            return turns.u_turn_ms if self.meeting[node] >= 2 else 0
        if self.meeting[node] < 3:
            return 0
        angle = (self.leaving(after) - self.entering(before) + 540) % 360 - 180
        return turns.left_ms if angle <= -45 else turns.right_ms if angle >= 45 else 0

    def best(self, origin: Place, target: Place, ahead_ms: int = 0, back_ms: int = 0) -> tuple[int, int] | None:
        """(ms, dm) of the quickest way, the shortest of these, or None."""
        answers = list(self.direct(origin, target, (ahead_ms, back_ms)))
        queue, settled = [], set()
        for way, extra in ((0, ahead_ms), (1, back_ms)):
            arc = 2 * origin[0] + way
            if self.usual[arc] != CLOSED:
                gone = along(origin, arc)
                ms = self.near(arc) - part(self.near(arc), gone) + extra
                dm = self.length[origin[0]] - part(self.length[origin[0]], gone)
                queue.append((ms, dm, (arc,)))
        heapq.heapify(queue)
        node_of_target = self.node_at(target)
        while queue:
            ms, dm, past = heapq.heappop(queue)
            if answers and (ms, dm) > min(answers):
                break
            if past in settled:
                continue
            settled.add(past)
            if node_of_target == self.head[past[-1]]:
                answers.append((ms, dm))
            for arc in self.onward.get(self.head[past[-1]], []):
                path = (*past, arc)
                if any(path[i:] in self.bans for i in range(len(path) - 1)):
                    continue
                turn = self.turn(past[-1], arc)
                if arc // 2 == target[0] and node_of_target is None:
                    last = along(target, arc)
                    answers.append((ms + turn + part(self.near(arc), last), dm + part(self.length[arc // 2], last)))
                if self.times[arc] != CLOSED:
                    queue_item = (ms + turn + self.times[arc], dm + self.length[arc // 2], path[-self.memory :])
                    heapq.heappush(queue, queue_item)
        return min(answers, default=None)

    def direct(self, origin: Place, target: Place, extra: tuple[int, int]) -> Iterator[tuple[int, int]]:
        """Without leaving the road."""
        if origin[0] != target[0]:
            return
        for way in (0, 1):
            arc = 2 * origin[0] + way
            begin, end = along(origin, arc), along(target, arc)
            if self.usual[arc] != CLOSED and end >= begin:
                ms = part(self.near(arc), end) - part(self.near(arc), begin) + extra[way]
                high, low = max(origin[1], target[1]), min(origin[1], target[1])
                yield ms, part(self.length[origin[0]], high) - part(self.length[origin[0]], low)

    def node_at(self, place: Place) -> int | None:
        """The junction a place at the very end of a road is."""
        return {0: self.tail[2 * place[0]], FULL_SHARE: self.head[2 * place[0]]}.get(place[1])


def along(place: Place, arc: int) -> int:
    return place[1] if arc % 2 == 0 else FULL_SHARE - place[1]


def part(whole: int, share: int) -> int:
    return whole * share // FULL_SHARE


def bearing(here: tuple[float, float], there: tuple[float, float]) -> int:
    """Whole degrees from north."""
    east = (there[0] - here[0]) * math.cos(math.radians(here[1] / 1e7))
    return round(math.degrees(math.atan2(east, there[1] - here[1]))) % 360
