"""Promise: memory follows the windows and not the years; what is forgotten changes no answer."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from tartip.engines.transfers import RuleParams
from tartip.engines.transfers.state import forget
from tartip.engines.transfers.tests.made import DAY, HOUR, far_rules, pay
from tartip.engines.transfers.tests.reference import FACTS, SlowRules
from tartip.engines.transfers.tests.test_incremental import expected, found, streams

SHORT = RuleParams(
    **{name: 2 * HOUR for name in RuleParams.__dataclass_fields__ if name.endswith("_ms")}
    | {
        "repeated_ms": 3 * HOUR,
        "mirror_ms": HOUR,
        "new_account_ms": DAY,
        "follow_up_ms": 300_000,
    }  # these are bands too
)


@pytest.mark.skipif(not FACTS.exists(), reason="the facts of the public configuration are not here")
@settings(max_examples=40, deadline=None)
@given(streams(), st.sampled_from([RuleParams(dormant_ms=DAY, largest_ms=DAY, nearby_ms=DAY), SHORT]))
def test_forgetting_after_every_transfer_changes_no_answer(transfers, params):
    """The reference forgets nothing. Windows are short here, so that much lies outside them."""
    rules, slow, answers = far_rules(params=params), SlowRules(params), []
    for one in transfers:
        answers += found(rules.process(one))
        forget(rules._state, rules._texts, params)
        rules._fit_texts()
    assert answers == expected(slow, transfers)


def years(count, params):
    rules = far_rules(params=params)
    rng = np.random.default_rng(4)
    for n in range(count):
        a, b = rng.choice(6, 2, replace=False)
        rules.process(pay(n * HOUR, int(rng.integers(1, 500)), d=int(a), c=int(b), text=f"payment {n}"))
    return rules


def test_memory_after_forty_spans_is_that_after_ten():
    """A span is what windows reach, a day here. Arrays grow by doubling, hence the quarter that may lie between."""
    ten, forty = years(10 * 24, SHORT), years(40 * 24, SHORT)
    assert forty.nbytes < 1.25 * ten.nbytes
    assert len(forty._texts.words) < 200
    assert forty.counts["transfers"] < 200


def test_descriptions_of_refused_payments_are_forgotten_too(monkeypatch):
    monkeypatch.setattr("tartip.engines.transfers.state.SPARE_TEXTS", 10)
    rules = far_rules()
    for n in range(200):
        rules.process(pay(n, text=f"refused {n}", succeeded=False))
    assert len(rules._texts.words) < 30


def test_a_party_of_many_accounts_is_not_walked_through():
    """An agent pays from 5,000 accounts: two links are all that any rule asks for."""
    rules = far_rules()
    judged = rules.process([pay(n, d=10 + n, c=1, debtor=7) for n in range(5_000)])
    assert judged[0].outcomes["083"] == ".01"
    assert {judged[row].outcomes["083"] for row in range(1, 5_000)} == {".02"}
    assert rules._state.counters[3] == 3  # links: two of the payer, one of the receiver


def test_an_id_is_known_as_long_as_a_repetition_could_be_in_time():
    rules = far_rules(params=SHORT)
    rules.process([pay(0, id=1), pay(3 * HOUR, id=2)])
    assert rules.process(pay(3 * HOUR, id=1))[0].status.name == "DUPLICATE"
    rules.process(pay(3 * HOUR + 1, id=3))
    assert rules.process(pay(0, id=1))[0].status.name == "LATE"
    assert rules.process(pay(3 * HOUR + 1, id=1))[0].status.name == "JUDGED"  # a number used again after its time
