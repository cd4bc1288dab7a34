"""Pairing as the reads come in: first sight at once, the final verdict when nothing can change it any more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from tartip.engines.errors import BadInput, expect
from tartip.engines.pairing.arrivals import Arrivals, add_reads
from tartip.engines.pairing.checks import is_moment, is_whole
from tartip.engines.pairing.groups import find_unknown
from tartip.engines.pairing.params import MS, PairingParams
from tartip.engines.pairing.reads import LAST_MS, PASSES, Reads, reads_of
from tartip.engines.pairing.result import Pairs
from tartip.engines.pairing.rule import Rules
from tartip.engines.pairing.sections import Sections, UnknownSection
from tartip.engines.pairing.settling import Hands, settle
from tartip.engines.pairing.tables import new_columns, to_tables
from tartip.engines.pairing.window import EMPTY, FREE, LAST_TICK, LIVE, NODE, TICK, Window, drop_reads, split_heads

if TYPE_CHECKING:
    import pyarrow as pa

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FAR = 2**61
MOST_HELD = 1 << 30


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
    than `ahead` after `now` suspects FUTURE; the equality holds for all others.

    A pair settles `wait` after its exit. Where no section names the places of its devices, `wait` is `alone_within`
    plus `lateness`. Else a later journey may still spoil the pair, and `wait` is max_gap + journey_within +
    copied_within + lateness. Reads are held for `memory`, 48 bytes each; `capacity` is how many to make room for at
    once (growing copies). Not safe for several threads at a time. Raises BadInput.
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
        if not isinstance(lateness, timedelta) or not isinstance(ahead, timedelta):
            raise BadInput("lateness or ahead", (lateness, ahead), "must be a timedelta")
        if not timedelta(0) <= lateness <= timedelta(days=7) or not timedelta(0) <= ahead <= timedelta(hours=1):
            raise BadInput("lateness or ahead", (lateness, ahead), "must be 0 to 7 days and 0 to 1 hour")
        if not is_whole(capacity, 1, MOST_HELD):
            raise BadInput("capacity", capacity, f"must be 1 to {MOST_HELD}")
        expect("sections", sections, Sections)
        self._rules = Rules.of(sections, params)
        self._lateness, self._ahead = lateness // MS, ahead // MS
        self._waits = _waits(self._rules)
        self._hands: list[int] | None = None  # next tick of each hand
        places = (self._waits[2] + self._lateness + self._ahead) // TICK + 8
        room = max(16, 1 << (capacity - 1).bit_length())
        self._window = Window(
            nodes=_free_nodes(room, 0),
            heads=np.full(room, EMPTY, np.int32),
            wheel=np.full(places, EMPTY, np.int32),
            on_tick=np.zeros(places, np.int32),
            counters=np.array([0, 0, -1], np.int64),
        )
        self._now = -FAR
        self._rows = 0

    @property
    def live(self) -> int:
        """Reads held."""
        return int(self._window.counters[LIVE])

    @property
    def wait(self) -> timedelta:
        """How long after its exit a pair settles at the latest."""
        return (self._waits[0] + self._lateness + TICK) * MS

    @property
    def memory(self) -> timedelta:
        """How long a read is held at most."""
        return (self._waits[2] + self._lateness + TICK) * MS

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
        if self.live + len(reads) > MOST_HELD:  # before anything settles: what has settled is told only once
            raise BadInput("passes", f"{len(reads)} reads", f"would make the stream hold more than {MOST_HELD}")
        settled = self._settle(moment - self._lateness)
        self._make_room(len(reads))
        new = Arrivals(reads.plate, reads.section, reads.at, reads.side)
        columns = new_columns(len(reads), len(reads))
        p, s = add_reads(
            new, self._rows, moment - self._lateness, moment + self._ahead, self._window, self._rules, columns
        )
        self._now = moment
        self._rows += len(reads)
        seen = to_tables(columns, p, s)
        if s:
            import pyarrow as pa

            settled = Pairs(settled.pairs, pa.concat_tables([settled.suspects, seen.suspects]))
        return Pushed(seen.pairs, settled)

    def advance(self, now: datetime) -> Pushed:
        """Let time pass without reads."""
        return self.push(PASSES.empty_table(), now)

    def close(self) -> Pairs:
        """Settle everything that is left, as if no read would ever come again; the stream takes no more."""
        self._now = FAR
        return self._settle((int(self._window.counters[LAST_TICK]) + 1) * TICK + self._waits[2])

    def _moment(self, now: datetime) -> int:
        if not is_moment(now):
            raise BadInput("now", repr(now), "must be a moment with a time zone")
        moment = (now - EPOCH) // MS
        if not 0 <= moment <= LAST_MS:
            raise BadInput("now", now, "must lie between 1970 and 9999")
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
        start = [max(a, b - len(self._window.wheel)) for a, b in zip(hands, to, strict=True)]
        most = 2 * self._held(start[0], to[0]) + self._held(start[1], to[1])
        columns = new_columns(most, most)
        p, s = settle(Hands(start[0], to[0], start[1], to[1]), most, self._window, self._rules, columns)
        drop_reads(start[2], to[2], self._window)
        return to_tables(columns, p, s)

    def _held(self, first: int, last: int) -> int:
        """Reads on the ticks [first, last)."""
        return int(self._window.on_tick[np.arange(first, last) % len(self._window.wheel)].sum()) if first < last else 0

    def _refuse_unknown(self, reads: Reads) -> None:
        i = find_unknown(reads.section, 0, len(reads), self._rules.ids, self._rules.by_id)
        if i >= 0:
            raise UnknownSection("section", f"row {i}", f"{reads.section[i]} is not among the described sections")

    def _make_room(self, coming: int) -> None:
        window = self._window
        while self.live + coming > len(window.nodes):
            more = _free_nodes(len(window.nodes), len(window.nodes))
            more[-1]["older"] = window.counters[FREE]
            window.counters[FREE] = len(window.nodes)
            nodes = np.concatenate([window.nodes, more])
            heads = np.empty(2 * len(window.heads), np.int32)
            split_heads(nodes, window.heads, heads)
            self._window = window = window._replace(nodes=nodes, heads=heads)


def _waits(rules: Rules) -> tuple[int, int, int]:
    """In ms after a tick has ended: when exits settle, when entries settle, and when reads are dropped.

    The end of an impossible journey may still come after the exit, up to `copied` and the journey itself later, and
    whether that end belongs to a drive is known `max_gap` later still. The other way round, the verdict on a pair
    looks as far back from its entry.
    """
    limits = rules.limits
    around = limits.max_gap + limits.journey + limits.copied if rules.judges_journeys else 0
    exits = max(limits.alone, around)
    entries = exits + limits.max_gap + TICK
    return exits, entries, entries + max(limits.alone, around) + TICK


def _free_nodes(n: int, first: int) -> npt.NDArray[Any]:
    """New nodes numbered from `first`, each pointing to the next free one."""
    nodes = np.zeros(n, NODE)
    nodes["older"] = np.arange(first + 1, first + n + 1)
    nodes[-1]["older"] = EMPTY
    return nodes
