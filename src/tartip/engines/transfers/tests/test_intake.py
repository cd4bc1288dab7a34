from __future__ import annotations

from dataclasses import asdict, replace
from datetime import date

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings, strategies as st

from tartip.engines.errors import BadInput
from tartip.engines.transfers import MAX_AMOUNT, AmountOutOfRange, BadTransfer, RuleParams, key_of
from tartip.engines.transfers.intake import records_of
from tartip.engines.transfers.layout import TRANSFER
from tartip.engines.transfers.tests.made import START, far_rules, pay
from tartip.engines.transfers.transfer import record_of

HISTORY = [
    pay(0, 500, text="долг"),
    pay(1, 10**15, lat=43_238_000, lon=76_945_000, born=date(2004, 2, 29), kind="MP2P"),
    pay(2, 1, d=3, text="x" * 140, succeeded=False),
    pay(3, 7, born=date(1930, 1, 31), kind="CASH"),
    pay(4, 7, born=date(2026, 9, 23)),
]


def table(transfers):
    return pa.Table.from_pylist([asdict(one) for one in transfers])


def test_a_table_and_single_transfers_become_the_same_records():
    records, words, rows = records_of(table(HISTORY))
    for place, transfer in enumerate(HISTORY):
        assert records[place] == record_of(transfer, 0)[0]
        assert words[rows[place]] == transfer.text


@settings(max_examples=50, deadline=None)
@given(st.dates(date(1900, 1, 1), date(2030, 12, 31)), st.integers(0, 10**12), st.sampled_from([18, 21]))
def test_the_day_of_coming_of_age_is_the_same_by_both_ways(born, at, age):
    transfer = replace(pay(born=born), at=at)
    assert records_of(table([transfer]), age)[0]["adult_from"] == record_of(transfer, 0, age)["adult_from"]


def test_the_date_of_birth_is_not_kept():
    assert "born" not in TRANSFER.names


def test_a_table_with_timestamps_nulls_and_dictionaries_is_read():
    rows = table(HISTORY[:2])
    at = pa.array([START, START + 1]).cast(pa.timestamp("ms", tz="UTC")).cast(pa.timestamp("us", tz="UTC"))
    rows = rows.set_column(rows.column_names.index("at"), "at", at)
    rows = rows.set_column(rows.column_names.index("text"), "text", pa.array(["долг", None]).dictionary_encode())
    plain, changed = far_rules(), far_rules()
    assert changed.process(rows)[1].outcomes == plain.process([HISTORY[0], replace(HISTORY[1], text="")])[1].outcomes


def test_an_empty_table_is_no_error():
    assert len(far_rules().process(table(HISTORY).slice(0, 0))) == 0
    assert len(far_rules().process([])) == 0


@pytest.mark.parametrize("amount", [0, -1, MAX_AMOUNT + 1, 2**62, 2**63, 2**64])
def test_amounts_that_are_not_positive_or_could_overflow_are_refused(amount):
    with pytest.raises(AmountOutOfRange, match="amount"):
        far_rules().process(pay(amount=amount))
    kind = pa.uint64() if amount >= 2**63 else pa.int64()
    if amount < 2**64:
        rows = table([pay()])
        rows = rows.set_column(rows.column_names.index("amount"), "amount", pa.array([amount], kind))
        with pytest.raises(AmountOutOfRange, match="amount"):
            far_rules().process(rows)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("amount", 10.5),
        ("amount", True),
        ("id", "1"),
        ("debtor", 2**63),
        ("at", -1),
        ("at", 10**15),
        ("at", None),
        ("kind", "WIRE"),
        ("lat", 91_000_000),
        ("lat", 43.2),
        ("lat", 43_000_000),  # without its sister
        ("text", "x" * 141),
        ("text", None),
        ("text", "half \ud83d"),
        ("born", "1990-01-01"),
    ],
)
def test_a_wrong_field_is_refused_by_name_and_nothing_is_remembered(field, value):
    rules = far_rules()
    with pytest.raises(BadTransfer) as caught:
        rules.process([pay(), replace(pay(), **{field: value})])
    named = "lon" if (field, value) == ("lat", 43_000_000) else field
    assert named in str(caught.value)
    assert rules.counts["transfers"] == 0


@pytest.mark.parametrize(
    ("column", "values"),
    [
        ("amount", [1.5, 2.0]),
        ("amount", [1, None]),
        ("debtor", ["a", "b"]),
        ("at", ["2026-01-01", "2026-01-02"]),
        ("kind", ["MP2P", "WIRE"]),
        ("lat", [91_000_000, 0]),
        ("lat", [None, 5]),
        ("lat", [1.5, 2.5]),
        ("succeeded", [1, 0]),
        ("born", ["1990-01-01", None]),
        ("text", [1, 2]),
        ("text", ["x" * 141, ""]),
    ],
)
def test_a_wrong_column_is_refused_by_name_and_nothing_is_remembered(column, values):
    rows = table([pay(lat=0, lon=0), pay(lat=0, lon=0)])
    rows = rows.set_column(rows.column_names.index(column), column, pa.array(values))
    rules = far_rules()
    with pytest.raises(BadTransfer) as caught:
        rules.process(rows)
    assert column in str(caught.value) or "place" in str(caught.value)
    assert rules.counts["transfers"] == 0


def test_a_missing_column_is_named():
    with pytest.raises(BadTransfer, match="creditor_account"):
        far_rules().process(table([pay()]).drop_columns("creditor_account"))
    with pytest.raises(BadTransfer, match="lat"):
        far_rules().process(table([pay(lat=0, lon=0)]).drop_columns("lon"))


@pytest.mark.parametrize(
    "changes",
    [
        {"dormant_ms": 0},
        {"scan": -1},
        {"deviations": 3.0},
        {"tolerance_percent": 51},
        {"deviations": 101},
        {"edits_similar": 5},
        {"limit_units": 10**12, "minor_per_unit": 10**6},
    ],
)
def test_parameters_that_cannot_be_right_are_refused(changes):
    with pytest.raises(BadInput):
        RuleParams(**changes)


def test_keys_of_names_are_stable_and_secret():
    assert key_of("KZ86125KZT5004100100", b"secret" * 3) == key_of("KZ86125KZT5004100100", b"secret" * 3)
    assert key_of("KZ86125KZT5004100100", b"secret" * 3) != key_of("KZ86125KZT5004100100", b"other" * 4)
    assert 0 <= key_of("", b"secret" * 3) < 2**63


@pytest.mark.parametrize("secret", [b"", b"secret", b"x" * 65, "a text of enough characters", None])
def test_a_key_without_a_real_secret_is_refused(secret):
    """BLAKE2b takes an empty key and is then an open hash: anybody could try all account numbers."""
    with pytest.raises(BadInput, match="secret"):
        key_of("KZ86125KZT5004100100", secret)


def test_a_key_of_no_text_is_refused():
    with pytest.raises(BadInput, match="name"):
        key_of(None, b"secret" * 3)


def test_judgements_go_to_arrow():
    result = far_rules().process(table(HISTORY)).to_arrow()
    assert result.column_names[:5] == ["id", "status", "score", "advice", "r001"]
    assert result.num_columns == 4 + 33
    assert result["r091"].to_pylist() == [".01", ".02", ".01", ".01", ".01"]
    assert np.asarray(result["id"]).tolist() == [one.id for one in HISTORY]


@pytest.mark.parametrize("value", [None, "no", 2, float("nan"), []])
def test_a_success_that_is_neither_true_nor_false_is_refused(value):
    with pytest.raises(BadTransfer, match="succeeded"):
        far_rules().judge(pay(succeeded=value))


@pytest.mark.parametrize("value", [None, "abc", b"abc", [None], [{}], 5, iter(()), np.zeros(3), {}])
def test_what_is_no_transfer_is_refused_by_name(value):
    with pytest.raises(BadTransfer, match="transfer"):
        far_rules().judge(value)


@pytest.mark.parametrize(
    ("column", "values"),
    [
        ("lat", pa.array([-(2**63)])),
        ("lat", pa.array([-(2**31)])),  # our mark for none is no place that anybody may send
        ("lat", pa.array([2**63], pa.uint64())),
        ("kind", pa.array([["MP2P"]])),
        ("kind", pa.array([{"a": 1}])),
        (
            "text",
            pa.Array.from_buffers(pa.string(), 1, [None, pa.py_buffer(b"\0\0\0\0\1\0\0\0"), pa.py_buffer(b"\xff")]),
        ),
    ],
)
def test_a_column_at_the_edge_of_its_type_is_refused_by_name(column, values):
    rows = table([pay(lat=0, lon=0)])
    rows = rows.set_column(rows.column_names.index(column), column, values)
    with pytest.raises(BadTransfer, match=column):
        far_rules().judge(rows)


def test_a_column_given_twice_is_named():
    rows = table([pay()])
    with pytest.raises(BadTransfer, match="at"):
        far_rules().judge(rows.append_column("at", rows["at"]))


@pytest.mark.parametrize("name", ["currency", "succeded", "Amount", "latitude", "\u0430mount"])
def test_a_column_that_is_not_known_is_refused_and_not_passed_over(name):
    """Dollars would be judged as tenge, and a payment that failed as one that was made."""
    rows = table(HISTORY).append_column(name, pa.array([1] * len(HISTORY)))
    rules = far_rules()
    with pytest.raises(BadTransfer, match="is none that transfers have"):
        rules.process(rows)
    assert rules.counts["transfers"] == 0
