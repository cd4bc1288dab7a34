"""The stream under any pushes: late, early, twice, in any split; against the slow reference on the same reads."""

from __future__ import annotations

from datetime import timedelta

import pyarrow as pa
import pytest
from hypothesis import settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from tartip.engines.errors import BadInput
from tartip.engines.pairing import PairingParams, PairingStream, Pushed, UnknownSection
from tartip.engines.pairing.tests.made import MINUTE, SECTIONS, START, START_MS, table, verdicts
from tartip.engines.pairing.tests.reference_pairing import Read, Verdicts, reference

LATENESS, AHEAD = 10, 1  # minutes
PARAMS = PairingParams(
    max_gap=timedelta(minutes=20),
    alone_within=timedelta(minutes=10),
    journey_within=timedelta(minutes=15),
    copied_within=timedelta(minutes=30),
)
# from section 1 to section 2 it is 40 km, 15 minutes at 160 km/h; the stated lengths of 10 km need at least 2 minutes
some_reads = st.lists(
    st.tuples(
        st.sampled_from([7, 7, 7, 8, 0]),
        st.sampled_from([1, 1, 2, 900_000_000]),
        st.one_of(st.integers(-LATENESS, AHEAD), st.sampled_from([-0.005, -12, 3, -10_000, 10_000])),
        st.integers(0, 1),
    ),
    max_size=4,
)


class StreamMachine(RuleBasedStateMachine):
    """Model: the reads that counted, with their rows; verdicts as they came. Time is in minutes after START."""

    def __init__(self) -> None:
        super().__init__()
        self.stream = PairingStream(
            SECTIONS, PARAMS, lateness=LATENESS * timedelta(minutes=1), ahead=AHEAD * timedelta(minutes=1), capacity=1
        )
        self.now = 0.0
        self.rows = 0
        self.counted: dict[int, Read] = {}
        self.refused: dict[int, str] = {}
        self.told = Verdicts({}, {})

    @rule(given=some_reads, minutes=st.sampled_from([0, 0.1, 1, 4]))
    def push(self, given: list[tuple[int, int, float, int]], minutes: float) -> None:
        moment = self.now + minutes
        self.send([Read(p, s, START_MS + round((moment + ago) * MINUTE), side) for p, s, ago, side in given], moment)

    @precondition(lambda self: self.counted)
    @rule(data=st.data())
    def push_twice(self, data: st.DataObject) -> None:
        """A device repeats what it sent; one second later it repeats it once more in the same push."""
        read = data.draw(st.sampled_from(list(self.counted.values())[-6:]))
        self.send([read, read], self.now + 1 / 60)

    @rule(minutes=st.sampled_from([3, 12, 40, 100]))
    def let_time_pass(self, minutes: int) -> None:
        self.now += minutes
        self.take(self.stream.advance(self.moment(self.now)))

    @rule(given=some_reads, place=st.integers(0, 4))
    def push_something_impossible(self, given: list[tuple[int, int, float, int]], place: int) -> None:
        """A push that is refused leaves no trace; the model is not told of it."""
        reads = [Read(p, s, START_MS + round(self.now * MINUTE), side) for p, s, _, side in given]
        reads.insert(place, Read(7, 555, START_MS + round(self.now * MINUTE), 0))
        with pytest.raises(UnknownSection):
            self.stream.push(table(reads), self.moment(self.now))
        if self.stream.watermark is not None:
            with pytest.raises(BadInput):
                self.stream.push(table([]), self.moment(self.now - 1))

    def send(self, reads: list[Read], moment: float) -> None:
        now = START_MS + round(moment * MINUTE)
        for row, read in enumerate(reads, self.rows):
            if read.plate > 0 and read.at < now - LATENESS * MINUTE:
                self.refused[row] = "late"
            elif read.plate > 0 and read.at > now + AHEAD * MINUTE:
                self.refused[row] = "future"
            else:
                self.counted[row] = read
        self.rows += len(reads)
        self.now = moment
        pushed = self.stream.push(table(reads), self.moment(moment))
        self.take(pushed)
        found = self.expected().pairs
        for pair in pushed.first_sight.to_pylist():
            assert found[pair["entry"], pair["exit"]] == (pair["low_m_per_h"], pair["band"])

    def take(self, pushed: Pushed) -> None:
        new = verdicts(pushed.settled)
        assert not self.told.pairs.keys() & new.pairs.keys()
        assert not self.told.suspects.keys() & new.suspects.keys()
        self.told.pairs.update(new.pairs)
        self.told.suspects.update(new.suspects)

    def expected(self) -> Verdicts:
        """The reference on all reads that counted so far, named by their rows in the stream."""
        rows = list(self.counted)
        found = reference(list(self.counted.values()), SECTIONS, PARAMS)
        pairs = {(rows[i], rows[j]): value for (i, j), value in found.pairs.items()}
        return Verdicts(pairs, {rows[i]: reason for i, reason in found.suspects.items()} | self.refused)

    @staticmethod
    def moment(minutes: float):
        return START + timedelta(milliseconds=round(minutes * MINUTE))

    @invariant()
    def what_is_settled_stays_true(self) -> None:
        found = self.expected()
        assert self.told.pairs.items() <= found.pairs.items()
        assert self.told.suspects.items() <= found.suspects.items()

    @invariant()
    def memory_is_bounded_by_time(self) -> None:
        since = START_MS + self.now * MINUTE - self.stream.memory / timedelta(milliseconds=1)
        assert self.stream.live <= sum(read.at >= since for read in self.counted.values() if read.plate > 0)

    @invariant()
    def no_pair_waits_longer_than_promised(self) -> None:
        due = START_MS + self.now * MINUTE - self.stream.wait / timedelta(milliseconds=1)
        for pair in self.expected().pairs.keys() - self.told.pairs.keys():
            assert self.counted[pair[1]].at >= due

    def teardown(self) -> None:
        self.take(Pushed(pa.table({}), self.stream.close()))
        assert self.told == self.expected()
        assert len(self.told.suspects) + 2 * len(self.told.pairs) == self.rows


TestStream = StreamMachine.TestCase
TestStream.settings = settings(max_examples=40, stateful_step_count=20, deadline=None)


@pytest.mark.slow
class TestStreamLong(StreamMachine.TestCase):
    settings = settings(max_examples=1_000, stateful_step_count=40, deadline=None)
