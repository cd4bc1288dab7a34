"""Where the units are, and which of them are nearest by road: the class that apps use for recommendations."""

from __future__ import annotations

import threading
from collections.abc import Hashable, Iterable, Sequence, Set
from itertools import compress
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from tartip.engines.errors import BadInput
from tartip.engines.routing.errors import UnknownUnit
from tartip.engines.routing.graph.roads import Ints
from tartip.engines.routing.places.board import Board
from tartip.engines.routing.places.coordinates import whole
from tartip.engines.routing.places.eligible import Chosen, Eligible, check_id
from tartip.engines.routing.places.position import Position, Positions, as_positions, on_network
from tartip.engines.routing.search.view import Viewed

UnitId = Hashable
MOST_ROOM = 1 << 24  # units to make room for at once; more may come
Lons = float | tuple[float, float]


class NearUnit(NamedTuple):
    """A unit and its quickest way: whole seconds rounded up, whole metres."""

    unit_id: UnitId
    seconds: int
    metres: int


class UnitIndex:
    """Moving units on a network. All methods may be called from any thread.

    A unit keeps its slot while it is known, and a slot that is free again is given to the next one who comes. Ties in
    time and length go to the lower slot.
    Searches read a board that nobody changes meanwhile: a writer who comes then goes on with a copy. So no search
    waits for another nor for updates, and no update waits for a search.
    """

    def __init__(self, network: Viewed, room: int = 1024) -> None:
        if not hasattr(network, "view"):
            raise BadInput("network", type(network).__name__, "must be a Network")
        self.network = network
        self._lock = threading.Lock()  # held for bookkeeping and writing, never while a search runs
        self._slot_of: dict[UnitId, int] = {}
        self._free: list[int] = []
        self._known = 0
        self._board = Board(network.view.index.states, whole(room, "room", "UnitIndex", 1, MOST_ROOM))
        self._spare: Board | None = None
        self._everyone = np.ones(self._board.slots, np.bool_)
        self._membership = 0  # another number after every coming and going
        self._column: tuple[int, npt.NDArray[np.int64], tuple[UnitId, ...]] = (-1, np.zeros(0, np.int64), ())

    def __len__(self) -> int:
        return len(self._slot_of)

    def __contains__(self, unit_id: UnitId) -> bool:
        try:
            return unit_id in self._slot_of
        except TypeError:  # what has no hash names no unit
            return False

    # Writing

    def update(self, unit_id: UnitId, lon: Lons, lat: float | None = None, heading: float | None = None) -> Position:
        """Put a unit where it now is: lon and lat, or the pair (lon, lat). heading: degrees from north; without it
        both directions of a road are equal.

        Raises BadInput or OffNetwork; then the unit stays where it was.
        """
        check_id(unit_id, "update")
        position = self.network.snap(lon, lat, heading)
        self.place(unit_id, position)
        return position

    def update_many(
        self,
        unit_ids: Iterable[UnitId],
        lon: npt.ArrayLike,
        lat: npt.ArrayLike | None = None,
        heading: npt.ArrayLike | None = None,
    ) -> npt.NDArray[np.bool_]:
        """Many at once: rows of lon and lat, or one table [n, 2] of pairs; the last row of a unit counts.

        Returns bool [n], False where no road was within reach; such a unit stays where it was. Raises BadInput naming
        the first bad row; then nothing has changed, for no unit.
        """
        if isinstance(unit_ids, str | bytes | Set):
            raise BadInput("unit_ids", "update_many", "a text or a set is not a row of unit ids")
        try:
            ids = unit_ids.tolist() if isinstance(unit_ids, np.ndarray) else list(unit_ids)
        except TypeError as error:
            raise BadInput("unit_ids", "update_many", str(error)) from error
        for row, unit_id in enumerate(ids):
            check_id(unit_id, f"row {row}")
        found = self.network.snap_many(lon, lat, heading)
        if len(ids) != len(found):
            raise BadInput("unit_ids", "update_many", f"{len(ids)} units, but {len(found)} places")
        self._attach(ids, found)
        return found.edge >= 0

    def place(self, unit_id: UnitId, position: Position) -> None:
        """Put a unit on a position already found. Raises BadInput."""
        check_id(unit_id, "place")
        self._attach([unit_id], as_positions(position, len(self.network.view.roads.tail)))

    def remove(self, unit_id: UnitId) -> None:
        """Forget a unit. Raises UnknownUnit."""
        with self._lock:
            slot = self._slot(unit_id)
            self._writable().detach(self.network.view.index.arc_end, slot)
            del self._slot_of[unit_id]
            self._free.append(slot)
            self._membership += 1

    # Reading

    def position(self, unit_id: UnitId) -> Position:
        """Where a unit stands. Raises UnknownUnit."""
        with self._lock:
            slot, board = self._slot(unit_id), self._board
            extra = board.extra[slot]
            against = int(extra.argmax()) if extra.any() else -1
            return Position(int(board.edge[slot]), int(board.share[slot]), against)

    def mask(self, unit_ids: Iterable[UnitId]) -> Eligible:
        """A reusable answer to "who is eligible"; quicker than ids when used often. It goes on naming these units
        whoever comes and goes; units without a place cannot be nearest and are passed over. Raises BadInput."""
        return Eligible(unit_ids)

    def nearest(
        self,
        lon: Lons,
        lat: float | None = None,
        k: int = 10,
        eligible: Iterable[UnitId] | Eligible | None = None,
    ) -> list[NearUnit]:
        """The k units that reach the place (lon and lat, or a pair) first, best first; fewer if fewer can at all.

        eligible: unit ids, or a mask from `mask` (quicker when used often), or None for everyone.
        Raises BadInput for a place that is none, OffNetwork for one without a road.
        """
        return self.nearest_to(self.network.snap(lon, lat), k, eligible)

    def nearest_to(
        self, place: Position, k: int = 10, eligible: Iterable[UnitId] | Eligible | None = None
    ) -> list[NearUnit]:
        """`nearest` for a position on a road."""
        from tartip.engines.routing.search.ranking import few_best, rank_column

        k = whole(k, "k", "nearest", 1)
        named = eligible if eligible is None or isinstance(eligible, Eligible) else Eligible(eligible)
        view = self.network.view
        on_network(place, len(view.roads.tail))
        board, chosen = self._read(named)
        try:
            found = few_best(view, board, chosen, place, k)
            slots, labels = rank_column(view, board, chosen.mask, place, k) if found is None else found
            return [
                NearUnit(unit_id, -(-(label >> 32) // 1000), ((label & 0xFFFFFFFF) + 5) // 10)
                for unit_id, label in zip(board.names(slots), labels.tolist(), strict=True)
            ]
        finally:
            self._done(board)

    def column(self, lon: Lons, lat: float | None = None) -> tuple[tuple[UnitId, ...], Ints]:
        """Everyone's time to a place: unit ids, and int32 ms, UNREACHABLE where no way leads.

        Raises BadInput for a place that is none, OffNetwork for one without a road.
        """
        from tartip.engines.routing.search.matrix import column
        from tartip.engines.routing.search.trace import towards

        place, view = self.network.snap(lon, lat), self.network.view
        with self._lock:
            board = self._board
            board.readers += 1
            if self._column[0] != self._membership:
                rows = np.flatnonzero(board.edge >= 0)
                self._column = (self._membership, rows, tuple(board.names(rows)))
            _, rows, names = self._column
        try:
            units = Positions(board.edge[rows], board.share[rows], board.edge[rows], np.zeros(0))
            return names, column(view, units, board.extra[rows], place, towards(view, place).reach)
        finally:
            self._done(board)

    # Inside

    def _read(self, eligible: Eligible | None) -> tuple[Board, Chosen]:
        """The board of now, which stays as it is until `_done`, and who is chosen on it."""
        with self._lock:
            board = self._board
            if eligible is None:
                chosen = Chosen(self._everyone, len(self._slot_of))
            else:
                chosen = eligible.chosen(self, self._membership, self._slot_of, board.slots)
            board.readers += 1
            return board, chosen

    def _done(self, board: Board) -> None:
        with self._lock:
            board.readers -= 1
            if board is not self._board and not board.readers:
                self._spare = board

    def _writable(self) -> Board:
        """The board of now, or a copy of it if somebody is reading. The lock is held."""
        if self._board.readers:
            spare, self._spare = self._spare, None
            self._board = self._board.copy(spare)
        return self._board

    def _attach(self, unit_ids: Sequence[UnitId], found: Positions) -> None:
        """Give new units a slot and move all of them. Nothing in here depends on the input any more: no bad row."""
        view = self.network.view
        with self._lock:
            on_road = (found.edge >= 0).tolist()
            placed = dict.fromkeys(compress(unit_ids, on_road))
            new = [unit_id for unit_id in placed if unit_id not in self._slot_of]
            board = self._with_room(len(new))
            for unit_id in new:
                slot = self._free.pop() if self._free else self._next_slot()
                self._slot_of[unit_id] = slot
                board.unit_id[slot] = unit_id
            if new:
                self._membership += 1
            slots = np.array([self._slot_of.get(unit_id, -1) for unit_id in unit_ids], np.int32)
            board.attach(view.index.arc_end, slots, found, view.snapping.turn_around_ms)

    def _with_room(self, new: int) -> Board:
        """A board one may write on, with slots for so many new units. The lock is held."""
        slots = self._board.slots
        while slots < self._known + new - len(self._free):
            slots *= 2
        if slots == self._board.slots:
            return self._writable()
        self._board, self._spare = self._board.grown(slots), None
        self._everyone = np.ones(slots, np.bool_)
        self._membership += 1
        return self._board

    def _next_slot(self) -> int:
        self._known += 1
        return self._known - 1

    def _slot(self, unit_id: UnitId) -> int:
        try:
            slot = self._slot_of.get(unit_id)
        except TypeError:
            slot = None
        if slot is None:
            raise UnknownUnit(unit_id)
        return slot
