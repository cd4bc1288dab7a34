"""All 33 rules on one transfer, against the history as it stood at its event time.

A transfer under judgement counts itself wherever the rule counts payments, if it is said to succeed, and never where
it is held against earlier ones. `process` judges records one after the other and remembers each before the next.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple, cast

import numpy as np
from numba import njit
from numpy.typing import NDArray

from tartip.engines.hashing import get
from tartip.engines.transfers import moments, patterns, places
from tartip.engines.transfers.history import remember
from tartip.engines.transfers.layout import A_FIRST_AT, E_AMOUNT, E_AT, E_TEXT, NOTHING, PAID, RECEIVED, UNKNOWN, Status
from tartip.engines.transfers.memory import State, accounts_of, node_at, pair_payments_until, payments_until
from tartip.engines.transfers.outcomes import PLACE, Outcome
from tartip.engines.transfers.params import DAY_MS

Int64s = NDArray[np.int64]
Answers = NDArray[np.uint8]
_ERR, _X00, _X01, _B00 = int(Outcome.ERR), int(Outcome.X00), int(Outcome.X01), int(Outcome.B00)
_B01, _B02, _B03 = int(Outcome.B01), int(Outcome.B02), int(Outcome.B03)
_JUDGED = int(Status.JUDGED)
WHOLE: Final = cast(int, np.int64(100))  # per cent; as PAID in layout.py
LOCAL_MS: Final = 18_000_000  # a day of birth is a local day: the whole country is at UTC+5

# Places of the rules in an answer as plain numbers, which compiled code can hold.
(
    R001, R002, R003, R004, R006, R007, R008, R010, R011, R016, R017, R018, R020, R021, R024, R025, R026,
    R027, R028, R030, R044, R045, R048, R054, R063, R074, R075, R076, R078, R083, R084, R090, R091,
) = range(len(PLACE))  # fmt: skip
ONLY_SUCCESSFUL: Final = (
    R006, R007, R008, R010, R011, R018, R020, R021, R024, R025, R026, R027, R030, R048, R054, R063,
)  # fmt: skip


class Asked(NamedTuple):
    """What all stages need: the accounts of the transfer, and where each of their lists stands at its time."""

    at: int
    amount: int
    new: int  # 1 if the transfer counts itself
    debtor: int
    creditor: int
    debtor_paid: int
    debtor_received: int
    creditor_paid: int
    creditor_received: int


@njit(cache=True)
def process(rows: Any, state: State, out: Answers, judging: bool, keeping: bool) -> None:
    """Judge the admitted records in their order (`out` uint8[n, 33]), remembering each before the next."""
    for place in range(rows.size):
        if rows[place].status != _JUDGED:
            continue
        if judging:
            judge(rows[place], state, out[place])
        if keeping and rows[place].succeeded:
            remember(
                rows[place], state.accounts, state.events, state.links, state.account_map, state.party_map,
                state.pair_map, state.counters, state.params.interval_ms, state.params.accounts,
            )  # fmt: skip


@njit(cache=True)
def judge(row: Any, state: State, out: Answers) -> None:
    """Answer of every rule for one record, in the order of `outcomes.NUMBERS`."""
    accounts, events, at = state.accounts, state.events, row.at
    debtor, creditor = get(state.account_map, row.debtor_account), get(state.account_map, row.creditor_account)
    asked = Asked(
        at,
        row.amount,
        1 if row.succeeded else 0,
        debtor,
        creditor,
        node_at(accounts, events, debtor, PAID, at),
        node_at(accounts, events, debtor, RECEIVED, at),
        node_at(accounts, events, creditor, PAID, at),
        node_at(accounts, events, creditor, RECEIVED, at),
    )
    _judge_age_and_silence(asked, state, out)
    _judge_counts(asked, row, state, out)
    _judge_the_transfer_itself(asked, row, state, out)
    _judge_places(asked, row, state, out)
    if not row.succeeded:
        for rule in ONLY_SUCCESSFUL:
            out[rule] = _X00
        return
    _judge_likeness(asked, row, state, out)
    _judge_against_histories(asked, state, out)
    _judge_passing_on(asked, state, out)


@njit(cache=True)
def _judge_age_and_silence(a: Asked, state: State, out: Answers) -> None:
    """001, 003, 004, 076."""
    accounts, events, p = state.accounts, state.events, state.params
    if a.creditor_paid == NOTHING and a.creditor_received == NOTHING:
        out[R001] = _X01
    else:
        out[R001] = _B01 if a.at - accounts[a.creditor, A_FIRST_AT] < p.new_account_ms else _B02
    out[R003] = _silence(events, a.creditor_paid, a.creditor_received, a.at, p.dormant_ms)
    out[R004] = _silence(events, a.debtor_paid, a.debtor_received, a.at, p.dormant_ms)
    if a.debtor_paid == NOTHING:
        out[R076] = _X01
    else:
        out[R076] = _B01 if a.at - events[a.debtor_paid, E_AT] < p.follow_up_ms else _B02


@njit(cache=True)
def _judge_counts(a: Asked, row: Any, state: State, out: Answers) -> None:
    """002, 016, 017 in windows; 044, 045 ever; 083, 084 accounts of a party; 090 fans of the feeders."""
    accounts, events, p = state.accounts, state.events, state.params
    at, fed = a.at, a.debtor_received
    many = patterns.count_in_window(events, a.debtor_received, RECEIVED, a.at, p.convergence_ms, p.convergence)
    out[R002] = _two_bands(many, p.convergence)
    many = patterns.count_in_window(events, a.creditor_received, RECEIVED, a.at, p.convergence_ms, p.convergence)
    out[R016] = _two_bands(a.new + many, p.convergence)
    many = patterns.count_in_window(events, a.debtor_paid, PAID, a.at, p.divergence_ms, p.divergence)
    out[R017] = _two_bands(a.new + many, p.divergence)
    many = payments_until(accounts, events, a.debtor, PAID, a.debtor_paid)
    out[R044] = _three_bands(a.new + many, p.payments_some, p.payments_more)
    many = payments_until(accounts, events, a.creditor, RECEIVED, a.creditor_received)
    out[R045] = _three_bands(a.new + many, p.payments_some, p.payments_more)
    out[R083] = _two_bands(accounts_of(state, row.debtor, a.debtor, a.at, p.accounts), p.accounts)
    out[R084] = _two_bands(accounts_of(state, row.creditor, a.creditor, a.at, p.accounts), p.accounts)
    many = patterns.upstream_fan(
        accounts, events, a.debtor, fed, at, p.upstream_ms, p.downstream_ms, p.upstream, p.feeders, p.fan
    )
    out[R090] = _two_bands(many, p.upstream)


@njit(cache=True)
def _judge_the_transfer_itself(a: Asked, row: Any, state: State, out: Answers) -> None:
    """028 age of the payer, 078 type code, 091 limit."""
    day = (a.at + LOCAL_MS) // DAY_MS
    out[R028] = _ERR if row.adult_from == UNKNOWN else _B01 if day < row.adult_from else _B02
    out[R078] = _B00 + row.kind
    out[R091] = _two_bands(a.amount, state.params.limit_units * state.params.minor_per_unit)


@njit(cache=True)
def _judge_places(a: Asked, row: Any, state: State, out: Answers) -> None:
    """074 speed between places, 075 distance from usual places."""
    p = state.params
    out[R074] = places.speed_between(
        state.events, a.debtor_paid, a.at, row.lat, row.lon, p.speed_ms, p.speed_kmh, p.scan
    )
    out[R075] = places.paid_nearby(
        state.events,
        a.debtor_paid,
        a.at,
        row.lat,
        row.lon,
        p.nearby_ms,
        p.radius_m,
        p.nearby_some,
        p.nearby_many,
        p.scan,
    )


@njit(cache=True)
def _judge_likeness(a: Asked, row: Any, state: State, out: Answers) -> None:
    """006, 007, 008, 030: likeness with the payer's newest payments."""
    p, first = state.params, a.debtor_paid == NOTHING
    amounts, creditors = patterns.recent_alike(
        state.events, a.debtor_paid, a.amount, a.creditor, p.recent, p.tolerance_percent
    )
    out[R006] = _X01 if first else _two_bands(amounts, p.recent_alike)
    out[R008] = _X01 if first else _two_bands(creditors, p.recent_alike)
    out[R007] = _descriptions(state, row.text, a.debtor_paid)
    many = 1 + pair_payments_until(state, a.debtor, a.creditor, a.debtor_paid)
    out[R030] = _two_bands(many, p.familiar)


@njit(cache=True)
def _judge_against_histories(a: Asked, state: State, out: Answers) -> None:
    """010, 011 counts; 018 largest; 020, 048 amounts; 021 likeness; 054, 063 leading digits."""
    accounts, events, p = state.accounts, state.events, state.params
    out[R010] = moments.volume_against_history(
        accounts, events, a.debtor, PAID, a.debtor_paid, a.at, p.interval_ms, p.deviations
    )
    out[R011] = moments.volume_against_history(
        accounts, events, a.creditor, RECEIVED, a.creditor_received, a.at, p.interval_ms, p.deviations
    )
    out[R018] = moments.against_largest(
        events, a.debtor_paid, a.at, a.amount, p.largest_ms, p.largest_times, p.largest_of
    )
    out[R020] = moments.amount_against_history(
        accounts, events, a.creditor, RECEIVED, a.creditor_received, a.amount, p.deviations
    )
    out[R048] = moments.amount_against_history(accounts, events, a.debtor, PAID, a.debtor_paid, a.amount, p.deviations)
    minimum, limit = p.benford_minimum, p.benford_thousandths
    out[R054] = moments.benford(accounts, events, a.debtor, PAID, a.debtor_paid, a.amount, minimum, limit)
    out[R063] = moments.benford(accounts, events, a.creditor, RECEIVED, a.creditor_received, a.amount, minimum, limit)
    out[R021] = patterns.similar_received(
        events, a.creditor_received, a.at, a.amount, p.similar_ms, p.tolerance_percent, p.similar, p.scan
    )


@njit(cache=True)
def _judge_passing_on(a: Asked, state: State, out: Answers) -> None:
    """025, 027: the payer passes on now what came in; 024, 026: the receiver did so with its newest payment."""
    p, kept = state.params, WHOLE - state.params.commission_percent
    out[R025] = patterns.mirrors(
        state.events, a.debtor_received, a.at, a.amount, p.mirror_ms, WHOLE, p.tolerance_percent, p.mirror_steps, p.scan
    )
    out[R027] = patterns.mirrors(
        state.events, a.debtor_received, a.at, a.amount, p.mirror_ms, kept, p.tolerance_percent, p.mirror_steps, p.scan
    )
    out[R024] = _receiver_mirrors(state, a.creditor, a.creditor_paid, a.at, WHOLE)
    out[R026] = _receiver_mirrors(state, a.creditor, a.creditor_paid, a.at, kept)


@njit(cache=True)
def _two_bands(value: int, bound: int) -> int:
    return _B02 if value >= bound else _B01


@njit(cache=True)
def _three_bands(value: int, low: int, high: int) -> int:
    return _B01 if value < low else _B02 if value < high else _B03


@njit(cache=True)
def _silence(events: Int64s, paid: int, received: int, at: int, dormant_ms: int) -> int:
    """003, 004: time since the account's last activity of either side."""
    if paid == NOTHING and received == NOTHING:
        return _X01
    last = np.int64(-1)
    if paid != NOTHING:
        last = events[paid, E_AT]
    if received != NOTHING:
        last = max(last, events[received, E_AT])
    return _B02 if at - last >= dormant_ms else _B01


@njit(cache=True)
def _descriptions(state: State, text: int, node: int) -> int:
    """007: a payment without a description cannot be compared."""
    if node == NOTHING or text == 0 or state.events[node, E_TEXT] == 0:
        return _X01
    other = state.events[node, E_TEXT]
    if other == text:
        return _B01
    texts, most = state.texts, state.params.edits_different
    far = patterns.edits(state.points, texts[text], texts[text + 1], texts[other], texts[other + 1], most)
    return _three_bands(far, state.params.edits_similar, most)


@njit(cache=True)
def _receiver_mirrors(state: State, creditor: int, paid: int, at: int, keep_percent: int) -> int:
    """024, 026: did the receiver's newest payment of the window pass on what it had received before?"""
    p, events = state.params, state.events
    if paid == NOTHING or at - events[paid, E_AT] > p.mirror_ms:
        return _X01
    then, amount = events[paid, E_AT], events[paid, E_AMOUNT]
    node = node_at(state.accounts, events, creditor, RECEIVED, then)
    return patterns.mirrors(
        events, node, then, amount, p.mirror_ms, keep_percent, p.tolerance_percent, p.mirror_steps, p.scan
    )
