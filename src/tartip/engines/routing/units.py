"""Where the units are, and which of them are nearest by road: the class rooms use for recommendations."""

from __future__ import annotations

import threading
from collections.abc import Hashable, Iterable, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from tartip.engines.errors import BadInput
from tartip.engines.routing.errors import UnknownUnit
from tartip.engines.routing.graph.roads import Ints
from tartip.engines.routing.network import Network
from tartip.engines.routing.places.position import Position, Positions, as_positions, on_network

UnitId = Hashable
Mask = npt.NDArray[np.bool_]


class NearUnit(NamedTuple):
    """A unit and its quickest way: whole seconds rounded up, whole metres."""

    unit_id: UnitId
    seconds: int
    metres: int


class UnitIndex:
    """Moving units on a network. All methods may be called from any thread.

    A unit keeps its slot while it is known; ties in time and length go to the lower slot, the unit known longer.
    """

    def __init__(self, network: Network, room: int = 1024) -> None:
        self.network = network
        self._lock = threading.Lock()
        self._slot_of: dict[UnitId, int] = {}
        self._id_of: npt.NDArray[np.object_] = np.empty(room, object)
        self._known = 0
        self._free: list[int] = []
        self._chain = np.full(network.index.states, -1, np.int32)
        self._following, self._before = np.full(2 * room, -1, np.int32), np.full(2 * room, -1, np.int32)
        self._edge, self._share = np.full(room, -1, np.int32), np.zeros(room, np.int32)
        self._extra = np.zeros((room, 2), np.int32)
        self._everyone = np.ones(room, np.bool_)
        self._names: tuple[UnitId, ...] | None = None  # who has a place, until somebody comes or goes
        self._rows = np.zeros(0, np.int64)

    def __len__(self) -> int:
        return len(self._slot_of)

    def __contains__(self, unit_id: UnitId) -> bool:
        return unit_id in self._slot_of

    # Writing

    def update(self, unit_id: UnitId, lon: float, lat: float, heading: float | None = None) -> Position:
        """Put a unit where it now is. heading: degrees from north; without it both directions of a road are equal.

        Raises BadInput or OffNetwork; then the unit stays where it was.
        """
        position = self.network.snap(lon, lat, heading)
        self.place(unit_id, position)
        return position

    def update_many(
        self,
        unit_ids: Sequence[UnitId],
        lon: npt.ArrayLike,
        lat: npt.ArrayLike,
        heading: npt.ArrayLike | None = None,
    ) -> Mask:
        """Many at once; the last row of a unit counts. Returns bool [n], False where no road was within reach."""
        found = self.network.snap_many(lon, lat, heading)
        if len(unit_ids) != len(found):
            raise BadInput("unit_ids", "update_many", f"{len(unit_ids)} units, but {len(found)} places")
        self._hang(unit_ids, found)
        return found.edge >= 0

    def place(self, unit_id: UnitId, position: Position) -> None:
        """Put a unit on a position already found."""
        self._hang([unit_id], as_positions(position, len(self.network.roads.tail)))

    def remove(self, unit_id: UnitId) -> None:
        """Forget a unit. Raises UnknownUnit."""
        from tartip.engines.routing.places.chains import unhang

        with self._lock:
            slot = self._slot_of.pop(unit_id, None)
            if slot is None:
                raise UnknownUnit(unit_id)
            unhang(self._chain, self._following, self._before, self.network.index.arc_end, self._edge, slot)
            self._id_of[slot] = None
            self._free.append(slot)
            self._names = None

    # Reading

    def position(self, unit_id: UnitId) -> Position:
        """Where a unit stands. Raises UnknownUnit."""
        with self._lock:
            slot = self._slot_of.get(unit_id)
            if slot is None:
                raise UnknownUnit(unit_id)
            extra = self._extra[slot]
            against = int(extra.argmax()) if extra.any() else -1
            return Position(int(self._edge[slot]), int(self._share[slot]), against)

    def mask(self, unit_ids: Iterable[UnitId]) -> Mask:
        """A reusable answer to "who is eligible". Units without a place cannot be nearest and are passed over."""
        with self._lock:
            chosen = np.zeros(len(self._edge), np.bool_)
            slots = [self._slot_of[unit_id] for unit_id in unit_ids if unit_id in self._slot_of]
            chosen[slots] = True
            return chosen

    def nearest(
        self, lon: float, lat: float, k: int = 10, eligible: Iterable[UnitId] | Mask | None = None
    ) -> list[NearUnit]:
        """The k units that reach the place first, best first; fewer if fewer can reach it at all.

        eligible: unit ids, or a mask from `mask` (quicker when used often), or None for everyone.
        Raises BadInput for a place that is none, OffNetwork for one without a road.
        """
        return self.nearest_to(self.network.snap(lon, lat), k, eligible)

    def nearest_to(
        self, place: Position, k: int = 10, eligible: Iterable[UnitId] | Mask | None = None
    ) -> list[NearUnit]:
        """`nearest` for a position on a road."""
        from tartip.engines.routing.search.matrix import seeds_of_target
        from tartip.engines.routing.search.ranking import few_best, rank_column

        if k < 1:
            raise BadInput("k", "nearest", f"{k} is not 1 or more")
        chosen = eligible if eligible is None or isinstance(eligible, np.ndarray) else self.mask(eligible)
        network, metric = self.network, self.network.metric
        on_network(place, len(network.roads.tail))
        with network.workspaces.borrow() as space:
            seeds = seeds_of_target(network, metric, space, place.edge, place.share)
            with self._lock:
                mask = self._whole(chosen)
                count = few_best(
                    network, metric, space, seeds, place, self._chain, self._following, self._edge, self._share,
                    self._extra, mask, k, len(self._slot_of) if chosen is None else int(np.count_nonzero(mask)),
                )  # fmt: skip
                if count >= 0:
                    return self._named(space.who[:count], space.best[:count])
                units = Positions(self._edge.copy(), self._share.copy(), self._edge, np.zeros(0))
                units.edge[~mask] = -1
                extra, names = self._extra.copy(), self._id_of.copy()
        slots, labels = rank_column(network, metric, units, extra, place, k)
        return self._named(slots, labels, names)

    def column(self, lon: float, lat: float) -> tuple[tuple[UnitId, ...], Ints]:
        """Everyone's time to a place: unit ids, and int32 ms, UNREACHABLE where no way leads."""
        from tartip.engines.routing.search.matrix import column
        from tartip.engines.routing.search.trace import towards

        place = self.network.snap(lon, lat)
        with self._lock:
            if self._names is None:
                self._rows = np.flatnonzero(self._edge >= 0)
                self._names = tuple(self._id_of[self._rows].tolist())
            names, rows = self._names, self._rows
            edge, share, extra = self._edge[rows], self._share[rows], self._extra[rows]
        units = Positions(edge, share, edge, np.zeros(0))
        network, metric = self.network, self.network.metric
        return names, column(network, metric, units, extra, place, towards(network, metric, place).reach)

    # Inside

    def _hang(self, unit_ids: Sequence[UnitId], found: Positions) -> None:
        from tartip.engines.routing.places.chains import hang

        with self._lock:
            slots = np.array(
                [self._slot(unit_id) if edge >= 0 else -1 for unit_id, edge in zip(unit_ids, found.edge, strict=True)],
                np.int32,
            )
            hang(
                self._chain, self._following, self._before, self.network.index.arc_end, self._edge, self._share,
                self._extra, slots, found.edge, found.share, found.against, self.network.snapping.turn_around_ms,
            )  # fmt: skip

    def _slot(self, unit_id: UnitId) -> int:
        slot = self._slot_of.get(unit_id)
        if slot is not None:
            return slot
        if self._free:
            slot = self._free.pop()
            self._id_of[slot] = unit_id
        else:
            slot, self._known = self._known, self._known + 1
            if slot == len(self._edge):
                self._grow()
            self._id_of[slot] = unit_id
        self._slot_of[unit_id] = slot
        self._names = None
        return slot

    def _grow(self) -> None:
        more = len(self._edge)
        nobody, links = np.full(more, -1, np.int32), np.full(2 * more, -1, np.int32)
        self._edge = np.concatenate((self._edge, nobody))
        self._id_of = np.concatenate((self._id_of, np.empty(more, object)))
        self._share = np.concatenate((self._share, np.zeros(more, np.int32)))
        self._extra = np.concatenate((self._extra, np.zeros((more, 2), np.int32)))
        self._following = np.concatenate((self._following, links))
        self._before = np.concatenate((self._before, links))
        self._everyone = np.ones(2 * more, np.bool_)

    def _whole(self, chosen: Mask | None) -> Mask:
        """A mask as long as the index is now: units that came after it was made are not in it."""
        if chosen is None:
            return self._everyone
        if chosen.dtype != np.bool_ or chosen.ndim != 1 or len(chosen) > len(self._edge):
            raise BadInput("eligible", "nearest", "a mask made by this index, or unit ids")
        if len(chosen) == len(self._edge):
            return np.ascontiguousarray(chosen)
        whole = np.zeros(len(self._edge), np.bool_)
        whole[: len(chosen)] = chosen
        return whole

    def _named(
        self, slots: Ints, labels: npt.NDArray[np.int64], names: npt.NDArray[np.object_] | None = None
    ) -> list[NearUnit]:
        names = self._id_of if names is None else names
        return [
            NearUnit(names[slot], -(-(label >> 32) // 1000), ((label & 0xFFFFFFFF) + 5) // 10)
            for slot, label in zip(slots.tolist(), labels.tolist(), strict=True)
        ]
