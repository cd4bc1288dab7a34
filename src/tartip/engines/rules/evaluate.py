"""All 33 rules on one transfer, against the history as it stood at its event time.

`admit` decides whether a transfer is new and in time; `judge` answers the rules; `remember` (history.py) adds it.
A transfer under judgement counts itself wherever the rule counts payments, if it is said to succeed, and never where
it is held against earlier ones.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple, cast

import numpy as np
from numba import njit
from numpy.typing import NDArray

from tartip.engines.hashing import get, put
from tartip.engines.rules import moments, patterns, places
from tartip.engines.rules.history import block, remember
from tartip.engines.rules.layout import (
    A_FIRST_AT,
    C_DUPLICATES,
    C_IDS,
    C_LATE,
    C_NEWEST,
    E_AT,
    E_CREDITOR,
    E_PREVIOUS,
    E_TEXT,
    L_ACCOUNT,
    L_FIRST_AT,
    L_NEXT,
    NOTHING,
    PAID,
    RECEIVED,
    S_COUNT,
    S_TAIL,
    UNKNOWN,
    Status,
)
from tartip.engines.rules.outcomes import PLACE, Outcome
from tartip.engines.rules.params import AT, DAY_MS

Int64s = NDArray[np.int64]
_ERR, _X00, _X01, _B00 = int(Outcome.ERR), int(Outcome.X00), int(Outcome.X01), int(Outcome.B00)
_B01, _B02, _B03 = int(Outcome.B01), int(Outcome.B02), int(Outcome.B03)
_JUDGED, _LATE, _DUPLICATE = int(Status.JUDGED), int(Status.LATE), int(Status.DUPLICATE)
WHOLE: Final = cast(int, np.int64(100))  # per cent; as PAID in layout.py
LOCAL_MS: Final = 18_000_000  # a day of birth is a local day: the whole country is at UTC+5

# Places of rules and parameters as plain numbers, which compiled code can hold.
(
    R001, R002, R003, R004, R006, R007, R008, R010, R011, R016, R017, R018, R020, R021, R024, R025, R026,
    R027, R028, R030, R044, R045, R048, R054, R063, R074, R075, R076, R078, R083, R084, R090, R091,
) = range(len(PLACE))  # fmt: skip
P_NEW_ACCOUNT, P_CONVERGENCE_MS, P_CONVERGENCE = AT["new_account_ms"], AT["convergence_ms"], AT["convergence"]
P_DORMANT, P_RECENT, P_RECENT_ALIKE = AT["dormant_ms"], AT["recent"], AT["recent_alike"]
P_EDITS_SIMILAR, P_EDITS_DIFFERENT = AT["edits_similar"], AT["edits_different"]
P_INTERVAL, P_DEVIATIONS = AT["interval_ms"], AT["deviations"]
P_DIVERGENCE_MS, P_DIVERGENCE = AT["divergence_ms"], AT["divergence"]
P_LARGEST_MS, P_LARGEST_TIMES, P_LARGEST_OF = AT["largest_ms"], AT["largest_times"], AT["largest_of"]
P_SIMILAR_MS, P_SIMILAR, P_TOLERANCE = AT["similar_ms"], AT["similar"], AT["tolerance_percent"]
P_MIRROR_MS, P_MIRROR_STEPS, P_COMMISSION = AT["mirror_ms"], AT["mirror_steps"], AT["commission_percent"]
P_FAMILIAR, P_SOME, P_MORE = AT["familiar"], AT["payments_some"], AT["payments_more"]
P_BENFORD_MINIMUM, P_BENFORD = AT["benford_minimum"], AT["benford_thousandths"]
P_SPEED_MS, P_SPEED, P_RADIUS = AT["speed_ms"], AT["speed_kmh"], AT["radius_m"]
P_NEARBY_SOME, P_NEARBY_MANY = AT["nearby_some"], AT["nearby_many"]
P_FOLLOW_UP, P_ACCOUNTS = AT["follow_up_ms"], AT["accounts"]
P_UPSTREAM_MS, P_DOWNSTREAM_MS, P_UPSTREAM = AT["upstream_ms"], AT["downstream_ms"], AT["upstream"]
P_LIMIT, P_MINOR, P_SCAN = AT["limit_units"], AT["minor_per_unit"], AT["scan"]
P_FEEDERS, P_FAN, P_LATENESS = AT["feeders"], AT["fan"], AT["lateness_ms"]


class State(NamedTuple):
    """All memory of the engine; `texts` and `points` hold the descriptions as code points (text i: texts[i:i+2])."""

    accounts: Int64s
    events: Int64s
    links: Int64s
    account_map: Int64s
    party_map: Int64s
    pair_map: Int64s
    id_map: Int64s
    counters: Int64s
    texts: Int64s
    points: NDArray[np.int32]
    params: Int64s


@njit(cache=True)
def admit(rows: Any, id_map: Int64s, counters: Int64s, lateness_ms: int, keep: bool) -> None:
    """Set the status of each TRANSFER record; with `keep` its id and time are remembered."""
    for place in range(rows.size):
        row = rows[place]
        if get(id_map, row.id) >= 0:
            row.status = _DUPLICATE
            counters[C_DUPLICATES] += keep
        elif row.at < counters[C_NEWEST] - lateness_ms:
            row.status = _LATE
            counters[C_LATE] += keep
        else:
            row.status = _JUDGED
            if keep:
                put(id_map, row.id, 0)
                counters[C_IDS] += 1
                counters[C_NEWEST] = max(counters[C_NEWEST], row.at)


@njit(cache=True)
def process(rows: Any, state: State, out: NDArray[np.uint8], judging: bool, keeping: bool) -> None:
    """Judge the admitted records in their order (`out` uint8[n, 33]), remembering each before the next."""
    for place in range(rows.size):
        if rows[place].status != _JUDGED:
            continue
        if judging:
            judge(rows[place], state, out[place])
        if keeping and rows[place].succeeded:
            remember(
                rows[place], state.accounts, state.events, state.links, state.account_map, state.party_map,
                state.pair_map, state.counters, state.params[P_INTERVAL],
            )  # fmt: skip


@njit(cache=True)
def node_at(accounts: Int64s, events: Int64s, account: int, side: int, at: int) -> int:
    """The last event of one side of an account with event time <= at."""
    if account == NOTHING:
        return NOTHING
    node = accounts[account, block(side) + S_TAIL]
    while node != NOTHING and events[node, E_AT] > at:
        node = events[node, E_PREVIOUS + side]
    return int(node)


@njit(cache=True)
def _payments(accounts: Int64s, events: Int64s, account: int, side: int, node: int) -> int:
    """Events of one side up to `node`."""
    if node == NOTHING:
        return 0
    count, later = accounts[account, block(side) + S_COUNT], accounts[account, block(side) + S_TAIL]
    while later != node:
        count -= 1
        later = events[later, E_PREVIOUS + side]
    return int(count)


@njit(cache=True)
def _pair_payments(state: State, debtor: int, creditor: int, node: int) -> int:
    """Payments from one account to another up to the debtor's `node`."""
    if debtor == NOTHING or creditor == NOTHING:
        return 0
    count = max(0, get(state.pair_map, debtor << 32 | creditor))
    later = state.accounts[debtor, block(PAID) + S_TAIL]
    while later != node:
        count -= state.events[later, E_CREDITOR] == creditor
        later = state.events[later, E_PREVIOUS + PAID]
    return int(count)


@njit(cache=True)
def _accounts_of(state: State, party: int, account: int, at: int, most: int) -> int:
    """Accounts linked with a party until `at`, this one included, up to `most`."""
    count, link = 1, get(state.party_map, party)
    while link != NOTHING and count < most:
        count += state.links[link, L_ACCOUNT] != account and state.links[link, L_FIRST_AT] <= at
        link = state.links[link, L_NEXT]
    return int(count)


@njit(cache=True)
def _three_bands(value: int, low: int, high: int) -> int:
    return _B01 if value < low else _B02 if value < high else _B03


@njit(cache=True)
def judge(row: Any, state: State, out: NDArray[np.uint8]) -> None:
    """Outcome of every rule for one record, in the order of `outcomes.NUMBERS`."""
    accounts, events, p = state.accounts, state.events, state.params
    at, amount, new = row.at, row.amount, 1 if row.succeeded else 0
    debtor, creditor = get(state.account_map, row.debtor_account), get(state.account_map, row.creditor_account)
    d_paid, d_got = node_at(accounts, events, debtor, PAID, at), node_at(accounts, events, debtor, RECEIVED, at)
    c_paid, c_got = node_at(accounts, events, creditor, PAID, at), node_at(accounts, events, creditor, RECEIVED, at)

    # Age and silence of accounts.
    seen = c_paid != NOTHING or c_got != NOTHING
    out[R001] = _X01 if not seen else _B01 if at - accounts[creditor, A_FIRST_AT] < p[P_NEW_ACCOUNT] else _B02
    out[R003] = _silence(events, c_paid, c_got, at, p[P_DORMANT])
    out[R004] = _silence(events, d_paid, d_got, at, p[P_DORMANT])
    out[R076] = _X01 if d_paid == NOTHING else _B01 if at - events[d_paid, E_AT] < p[P_FOLLOW_UP] else _B02

    # Counts.
    many = patterns.count_in_window(events, d_got, RECEIVED, at, p[P_CONVERGENCE_MS], p[P_CONVERGENCE])
    out[R002] = _B02 if many >= p[P_CONVERGENCE] else _B01
    many = new + patterns.count_in_window(events, c_got, RECEIVED, at, p[P_CONVERGENCE_MS], p[P_CONVERGENCE])
    out[R016] = _B02 if many >= p[P_CONVERGENCE] else _B01
    many = new + patterns.count_in_window(events, d_paid, PAID, at, p[P_DIVERGENCE_MS], p[P_DIVERGENCE])
    out[R017] = _B02 if many >= p[P_DIVERGENCE] else _B01
    out[R044] = _three_bands(new + _payments(accounts, events, debtor, PAID, d_paid), p[P_SOME], p[P_MORE])
    out[R045] = _three_bands(new + _payments(accounts, events, creditor, RECEIVED, c_got), p[P_SOME], p[P_MORE])
    many = _accounts_of(state, row.debtor, debtor, at, p[P_ACCOUNTS])
    out[R083] = _B02 if many >= p[P_ACCOUNTS] else _B01
    many = _accounts_of(state, row.creditor, creditor, at, p[P_ACCOUNTS])
    out[R084] = _B02 if many >= p[P_ACCOUNTS] else _B01
    many = patterns.upstream_fan(
        accounts, events, debtor, d_got, at, p[P_UPSTREAM_MS], p[P_DOWNSTREAM_MS], p[P_UPSTREAM], p[P_FEEDERS], p[P_FAN]
    )
    out[R090] = _B02 if many >= p[P_UPSTREAM] else _B01

    # The transfer itself.
    day = (at + LOCAL_MS) // DAY_MS
    out[R028] = _ERR if row.adult_from == UNKNOWN else _B01 if day < row.adult_from else _B02
    out[R078] = _B00 + row.kind
    out[R091] = _B02 if amount >= p[P_LIMIT] * p[P_MINOR] else _B01

    # Places.
    out[R074] = places.speed_between(events, d_paid, at, row.lat, row.lon, p[P_SPEED_MS], p[P_SPEED], p[P_SCAN])
    out[R075] = places.paid_nearby(
        events, d_paid, row.lat, row.lon, p[P_RADIUS], p[P_NEARBY_SOME], p[P_NEARBY_MANY], p[P_SCAN]
    )

    if not row.succeeded:
        for rule in (R006, R007, R008, R010, R011, R018, R020, R021, R024, R025, R026, R027, R030, R048, R054, R063):
            out[rule] = _X00
        return

    # Likeness with the payer's newest payments.
    amounts, creditors = patterns.recent_alike(events, d_paid, amount, creditor, p[P_RECENT], p[P_TOLERANCE])
    out[R006] = _X01 if d_paid == NOTHING else _B02 if amounts >= p[P_RECENT_ALIKE] else _B01
    out[R008] = _X01 if d_paid == NOTHING else _B02 if creditors >= p[P_RECENT_ALIKE] else _B01
    out[R007] = _descriptions(state, row.text, d_paid)
    many = 1 + _pair_payments(state, debtor, creditor, d_paid)
    out[R030] = _B01 if many < p[P_FAMILIAR] else _B02

    # Against histories.
    interval, deviations = p[P_INTERVAL], p[P_DEVIATIONS]
    out[R010] = moments.volume_against_history(accounts, events, debtor, PAID, d_paid, at, interval, deviations)
    out[R011] = moments.volume_against_history(accounts, events, creditor, RECEIVED, c_got, at, interval, deviations)
    out[R018] = moments.against_largest(
        events, d_paid, at, amount, p[P_LARGEST_MS], p[P_LARGEST_TIMES], p[P_LARGEST_OF]
    )
    out[R020] = moments.amount_against_history(accounts, events, creditor, RECEIVED, c_got, amount, deviations)
    out[R048] = moments.amount_against_history(accounts, events, debtor, PAID, d_paid, amount, deviations)
    minimum, limit = p[P_BENFORD_MINIMUM], p[P_BENFORD]
    out[R054] = moments.benford(accounts, events, debtor, PAID, d_paid, amount, minimum, limit)
    out[R063] = moments.benford(accounts, events, creditor, RECEIVED, c_got, amount, minimum, limit)
    out[R021] = patterns.similar_received(
        events, c_got, at, amount, p[P_SIMILAR_MS], p[P_TOLERANCE], p[P_SIMILAR], p[P_SCAN]
    )

    # Passing on: the payer now, the receiver with its newest payment.
    keep = WHOLE - p[P_COMMISSION]
    out[R025] = patterns.mirrors(
        events, d_got, at, amount, p[P_MIRROR_MS], WHOLE, p[P_TOLERANCE], p[P_MIRROR_STEPS], p[P_SCAN]
    )
    out[R027] = patterns.mirrors(
        events, d_got, at, amount, p[P_MIRROR_MS], keep, p[P_TOLERANCE], p[P_MIRROR_STEPS], p[P_SCAN]
    )
    out[R024] = _receiver_mirrors(state, creditor, c_paid, at, WHOLE)
    out[R026] = _receiver_mirrors(state, creditor, c_paid, at, keep)


@njit(cache=True)
def _silence(events: Int64s, paid: int, got: int, at: int, dormant_ms: int) -> int:
    """003, 004: time since the account's last activity of either side."""
    if paid == NOTHING and got == NOTHING:
        return _X01
    last = np.int64(-1)
    if paid != NOTHING:
        last = events[paid, E_AT]
    if got != NOTHING:
        last = max(last, events[got, E_AT])
    return _B02 if at - last >= dormant_ms else _B01


@njit(cache=True)
def _descriptions(state: State, text: int, node: int) -> int:
    """007: a payment without a description cannot be compared."""
    if node == NOTHING or text == 0 or state.events[node, E_TEXT] == 0:
        return _X01
    other = state.events[node, E_TEXT]
    if other == text:
        return _B01
    texts, most = state.texts, state.params[P_EDITS_DIFFERENT]
    far = patterns.edits(state.points, texts[text], texts[text + 1], texts[other], texts[other + 1], most)
    return _three_bands(far, state.params[P_EDITS_SIMILAR], most)


@njit(cache=True)
def _receiver_mirrors(state: State, creditor: int, paid: int, at: int, keep_percent: int) -> int:
    """024, 026: did the receiver's newest payment of the window pass on what it had received before?"""
    p, events = state.params, state.events
    if paid == NOTHING or at - events[paid, E_AT] > p[P_MIRROR_MS]:
        return _X01
    then = events[paid, E_AT]
    node = node_at(state.accounts, events, creditor, RECEIVED, then)
    return patterns.mirrors(
        events, node, then, events[paid, 1], p[P_MIRROR_MS], keep_percent, p[P_TOLERANCE], p[P_MIRROR_STEPS], p[P_SCAN]
    )
