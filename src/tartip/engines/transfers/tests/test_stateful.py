"""Whatever is done in whatever order, the engine says what the whole history says; asking leaves no trace."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tartip.engines.transfers import BadTransfer, TransferRules
from tartip.engines.transfers.state import forget
from tartip.engines.transfers.tests.made import DAY, HOUR, MINUTE, START, pay
from tartip.engines.transfers.tests.reference import FACTS, SlowRules
from tartip.engines.transfers.tests.test_forgetting import SHORT
from tartip.engines.transfers.tests.test_incremental import found

accounts = st.integers(1, 3)
amounts = st.sampled_from([1, 99, 100, 110, 10**15])
texts = st.sampled_from(["", "долг", "долг 1", "rent"])
shifts = [0, 0, 0, -1, -MINUTE, -HOUR, -2 * HOUR, -2 * HOUR - 1, MINUTE, 2 * HOUR, 2 * HOUR + 1, 900 * DAY]
payments = st.tuples(st.sampled_from(shifts), accounts, accounts, amounts, texts, st.booleans())


class Transfers(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.now, self.ids, self.sent = START, 0, []
        self.slow = SlowRules(SHORT)
        self.rules = self.open()

    def open(self):
        return TransferRules(self.folder / "log", params=SHORT, clock=lambda: self.now, snapshot_after=None)

    def teardown(self):
        self.rules.close()
        shutil.rmtree(self.folder)

    def made(self, drawn):
        shift, d, c, amount, text, succeeded = drawn
        self.ids += 1
        at = self.now - START + shift
        return pay(at, amount, d, c, id=self.ids, text=text, succeeded=succeeded)

    @initialize()
    def begin_with_a_payment(self):
        self.process([self.made((0, 1, 2, 100, "", True))])

    def process(self, batch):
        assert found(self.rules.process(batch)) == [self.slow.process(one, self.now) for one in batch]
        self.sent += batch

    @rule(batch=st.lists(payments, min_size=1, max_size=4))
    def send(self, batch):
        self.process([self.made(one) for one in batch])

    @rule(wait=st.sampled_from([1, MINUTE, HOUR, 5 * HOUR, DAY]))
    def wait(self, wait):
        self.now += wait

    @precondition(lambda self: self.sent)
    @rule(data=st.data())
    def send_again(self, data):
        self.process([data.draw(st.sampled_from(self.sent))])

    @rule(batch=st.lists(payments, min_size=1, max_size=3), words=st.text(max_size=20))
    def ask(self, batch, words):
        asked = [replace(self.made(one), text=words) for one in batch if words.isprintable()]
        before, log = [one.copy() for one in self.rules._state[:-1]], (self.folder / "log").read_bytes()
        assert found(self.rules.judge(asked)) == [self.slow.judge(one, self.now) for one in asked]
        assert all(np.array_equal(a, b) for a, b in zip(before, self.rules._state[:-1], strict=True))
        assert (self.folder / "log").read_bytes() == log
        assert words == "" or words not in self.rules._texts.words or words in {one.text for one in self.sent}

    @rule(batch=st.lists(payments, min_size=1, max_size=3), place=st.integers(0, 3))
    def send_a_batch_with_one_that_cannot_be(self, batch, place):
        transfers = [self.made(one) for one in batch]
        transfers.insert(place, replace(pay(), amount=0))
        before, log = [one.copy() for one in self.rules._state[:-1]], (self.folder / "log").read_bytes()
        with pytest.raises(BadTransfer):
            self.rules.process(transfers)
        assert all(np.array_equal(a, b) for a, b in zip(before, self.rules._state[:-1], strict=True))
        assert (self.folder / "log").read_bytes() == log

    @rule(snapshot=st.booleans())
    def restart(self, snapshot):
        self.rules.flush()
        if snapshot:
            self.rules.snapshot()
        self.rules.close()
        self.rules = self.open()

    @rule()
    def forget_what_no_window_reaches(self):
        forget(self.rules._state, self.rules._texts, SHORT)
        self.rules._fit_texts()

    @invariant()
    def the_watermark_is_that_of_what_was_judged(self):
        if self.sent:
            assert self.rules.watermark == self.slow.newest - SHORT.lateness_ms


TestTransfers = pytest.mark.skipif(not FACTS.exists(), reason="the facts of the public configuration are not here")(
    Transfers.TestCase
)
TestTransfers.settings = settings(max_examples=15, stateful_step_count=20, deadline=None)
