"""Pairing as the reads come in: first sight at once, the final verdict when nothing can change it any more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from tartip.engines.errors import BadInput
from tartip.engines.pairing.params import PairingParams
from tartip.engines.pairing.reads import PASSES, Reads, reads_of
from tartip.engines.pairing.result import PAIRS, SUSPECTS, Pairs
from tartip.engines.pairing.rule import INDEXED, Rules
from tartip.engines.pairing.sections import Sections, UnknownSection
from tartip.engines.pairing.tables import columns, table
from tartip.engines.pairing.window import EMPTY, FREE, LAST_TICK, LIVE, NODE, TICK, add_reads, drop, settle, split_heads

if TYPE_CHECKING:
    import pyarrow as pa

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MS = timedelta(milliseconds=1)
FAR = 2**61


@dataclass(frozen=True, slots=True, eq=False)
class Pushed:
    """What one push brought.

    first_sight: pairs that stand on what has come so far; a later read may still spoil them. Good for stopping a car,
    never for a fine. settled: final pairs and suspects; every read appears in them exactly once, as in the batch.
    """

    first_sight: pa.Table
    settled: Pairs


class PairingStream:
    """Pairs reads in arrival order; the settled results together equal `pair_passes` over the same reads.

    Rows are numbered by arrival from 0. Time comes only from `now`, so a device with a clock in the future can close
    nothing: reads up to `lateness` old are taken in any order, older ones become suspects LATE, reads stamped more
    than `ahead` after `now` suspects FUTURE; the equality holds for all others. A pair settles `alone_within` after its
    exit plus `lateness`. Reads live for max_gap + 2 * alone_within + lateness, 56 bytes each; `capacity` is how many
    to make room for at once (growing copies). Not safe for several threads at a time.
    """

    def __init__(
        self,
        sections: Sections,
        params: PairingParams = PairingParams(),
        *,
        lateness: timedelta = timedelta(minutes=10),
        ahead: timedelta = timedelta(seconds=5),
        capacity: int = 1 << 14,
    ) -> None:
        if not timedelta(0) <= lateness <= timedelta(days=7) or not timedelta(0) <= ahead <= timedelta(hours=1):
            raise BadInput("lateness or ahead", (lateness, ahead), "must be 0 to 7 days and 0 to 1 hour")
        self._rules = Rules.of(sections, params)
        self._lateness, self._ahead = lateness // MS, ahead // MS
        self._waits = (  # after a tick has ended: exits, entries, and the end of a read's life
            params.alone_ms,
            params.max_gap_ms + params.alone_ms,
            params.max_gap_ms + 2 * params.alone_ms + TICK,
        )
        self._hands: list[int] | None = None  # next tick of each hand
        places = (self._waits[2] + self._lateness + self._ahead) // TICK + 8
        self._wheel = np.full(places, EMPTY, np.int32)
        self._on_tick = np.zeros(places, np.int32)
        room = max(16, 1 << (capacity - 1).bit_length())
        self._nodes: npt.NDArray[Any] = _free_nodes(room, 0)
        self._heads = np.full(room, EMPTY, np.int32)
        self._count = np.array([0, 0, -1], np.int64)
        self._now = -FAR
        self._rows = 0

    @property
    def live(self) -> int:
        """Reads held."""
        return int(self._count[LIVE])

    @property
    def watermark(self) -> datetime | None:
        """No read before this is taken any more."""
        return None if abs(self._now) == FAR else EPOCH + (self._now - self._lateness) * MS

    def push(self, passes: pa.Table | pa.RecordBatch, now: datetime) -> Pushed:
        """Take reads in (columns as for `pair_passes`) at the time `now`, and settle what has become final.

        Raises BadPasses and UnknownSection (row counted inside `passes`) before anything is taken in, and BadInput if
        `now` has no zone or is before the last one.
        """
        reads = reads_of(passes)
        self._refuse_unknown(reads)
        moment = self._moment(now)
        settled, some = self._settle(moment - self._lateness), columns(SUSPECTS, len(reads))
        self._make_room(len(reads))
        pairs, rules = columns(PAIRS, len(reads)), self._rules
        p, s = add_reads(
            reads.plate, reads.section, reads.at, reads.side,
            self._rows, moment - self._lateness, moment + self._ahead,
            self._nodes, self._heads, self._wheel, self._on_tick, self._count,
            rules.times, rules.road, rules.lost, rules.by_id, rules.bands, pairs, some,
        )  # fmt: skip
        self._now = moment
        self._rows += len(reads)
        if s:
            import pyarrow as pa

            settled = Pairs(settled.pairs, pa.concat_tables([settled.suspects, _table(SUSPECTS, some, s)]))
        return Pushed(_table(PAIRS, pairs, p), settled)

    def advance(self, now: datetime) -> Pushed:
        """Let time pass without reads."""
        return self.push(PASSES.empty_table(), now)

    def close(self) -> Pairs:
        """Settle everything that is left, as if no read would ever come again; the stream takes no more."""
        self._now = FAR
        return self._settle((int(self._count[LAST_TICK]) + 1) * TICK + self._waits[2])

    def _moment(self, now: datetime) -> int:
        if now.tzinfo is None:
            raise BadInput("now", now, "must carry a time zone")
        moment = (now - EPOCH) // MS
        if self._now == FAR:
            raise BadInput("now", now, "the stream is closed")
        if moment < self._now:
            raise BadInput("now", now, f"must not be before the last push, {EPOCH + self._now * MS}")
        return moment

    def _settle(self, watermark: int) -> Pairs:
        """Move the three hands up to a watermark."""
        to = [(watermark - wait) // TICK for wait in self._waits]
        hands, self._hands = self._hands or to, to
        # more than one turn of the wheel would only pass the same places again
        start = [max(a, b - len(self._wheel)) for a, b in zip(hands, to, strict=True)]
        most = self._held(start[0], to[0]) + self._held(start[1], to[1])
        pairs, suspects, rules = columns(PAIRS, most), columns(SUSPECTS, 2 * most), self._rules
        p, s = settle(
            start[0], to[0], start[1], to[1], self._nodes, self._wheel,
            rules.times, rules.road, rules.lost, rules.bands, pairs, suspects,
        )  # fmt: skip
        drop(start[2], to[2], self._nodes, self._heads, self._wheel, self._on_tick, self._count)
        return Pairs(_table(PAIRS, pairs, p), _table(SUSPECTS, suspects, s))

    def _held(self, first: int, last: int) -> int:
        """Reads on the ticks [first, last)."""
        return int(self._on_tick[np.arange(first, last) % len(self._wheel)].sum()) if first < last else 0

    def _refuse_unknown(self, reads: Reads) -> None:
        road, by_id = self._rules.road, self._rules.by_id
        small = (reads.section >= 0) & (reads.section < len(by_id))
        known = np.zeros(len(reads), np.bool_)
        known[small] = by_id[reads.section[small]] >= 0
        if len(road) and road[-1, 0] >= INDEXED:
            known |= np.isin(reads.section, road[:, 0])
        for i in np.flatnonzero(~known)[:1]:
            raise UnknownSection("section", f"row {i}", f"{reads.section[i]} is not among the described sections")

    def _make_room(self, coming: int) -> None:
        while self.live + coming > len(self._nodes):
            more = _free_nodes(len(self._nodes), len(self._nodes))
            more[-1]["older"] = self._count[FREE]
            self._count[FREE] = len(self._nodes)
            self._nodes = np.concatenate([self._nodes, more])
            twice = np.empty(2 * len(self._heads), np.int32)
            split_heads(self._nodes, self._heads, twice)
            self._heads = twice


def _free_nodes(n: int, first: int) -> npt.NDArray[Any]:
    """New nodes numbered from `first`, each pointing to the next free one."""
    nodes = np.zeros(n, NODE)
    nodes["older"] = np.arange(first + 1, first + n + 1)
    nodes[-1]["older"] = EMPTY
    return nodes


def _table(schema: pa.Schema, filled: tuple[npt.NDArray[Any], ...], rows: int) -> pa.Table:
    return table(schema, tuple(column[:rows] for column in filled))
