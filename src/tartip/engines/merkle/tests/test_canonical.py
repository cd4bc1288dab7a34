from __future__ import annotations

import datetime
import enum
import uuid
from hashlib import sha256
from typing import Any

import pytest
import rfc8785
from hypothesis import example, given, settings, strategies as st

from tartip.engines.errors import BadInput
from tartip.engines.merkle import NotCanonical, canonical_json, entry_data, entry_leaf, payload_hash, read_json

TEXT = st.text(max_size=12)
SCALARS = st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | TEXT
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4), max_leaves=12
)


class State(enum.StrEnum):
    OPEN = "open"


@settings(max_examples=300, deadline=None)
@given(VALUES)
@example({"\ue000": 1, "\U0001f600": 2, "a": 3})
@example(
    {"\u20ac": "Euro", "\r": "CR", "1": "One", "\x80": "Control", "\U0001f600": "Smiley", "\u00f6": "o", "\ufb33": "d"}
)
@example(['\x7f\x00\x1f\b\t\n\f\r"\\/\u2028'])
def test_the_form_is_that_of_the_rfc8785_package(value: Any) -> None:
    assert canonical_json(value) == rfc8785.dumps(value)


@settings(max_examples=100, deadline=None)
@given(VALUES)
def test_reading_the_canonical_form_gives_the_value_back(value: Any) -> None:
    assert read_json(canonical_json(value)) == value


def test_keys_are_ordered_by_utf16_units_not_by_code_points() -> None:
    """U+1F600 is D83D DE00 in UTF-16, so it stands before U+E000 although its code point is larger."""
    assert canonical_json({"\ue000": 1, "\U0001f600": 2}) == '{"\U0001f600":2,"\ue000":1}'.encode()
    assert canonical_json({"ә": 1, "б": 2, "a": 3}) == '{"a":3,"б":2,"ә":1}'.encode()


@pytest.mark.parametrize(
    "value, where",
    [
        ({"a": [1, 0.5]}, "$.a[1]: float"),
        ({"a": {"b": 2**53}}, "$.a.b: an integer"),
        ({"n": -(2**53)}, "$.n: an integer"),
        ({"n": 2**80}, "$.n: an integer"),
        ({1: "x"}, "$: every key must be a string, not int"),
        ({"at": datetime.datetime(2026, 1, 1)}, "$.at: datetime"),
        ({"id": uuid.UUID(int=1)}, "$.id: UUID"),
        ({"b": b"x"}, "$.b: bytes"),
        ({"s": "\ud800"}, "$.s: text must not hold lone surrogates"),
        ({"\ud800": 1}, "$: text must not hold lone surrogates"),
        (float("nan"), "$: float"),
    ],
)
def test_what_has_no_canonical_form_is_named_with_its_place(value: Any, where: str) -> None:
    with pytest.raises(NotCanonical) as refused:
        canonical_json(value)
    assert where in str(refused.value)


def test_enum_members_and_tuples_count_as_what_json_stores() -> None:
    """A record holds the member before it is saved and the plain text after it is loaded: one hash for both."""
    assert canonical_json({"state": State.OPEN, "at": (1, 2)}) == b'{"at":[1,2],"state":"open"}'


def nested(depth: int) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = {"a": value}
    return value


def test_nesting_is_allowed_to_64_and_refused_beyond() -> None:
    assert canonical_json(nested(64)).startswith(b'{"a":' * 64)
    for depth in (65, 300, 100_000):
        with pytest.raises(NotCanonical, match="64"):
            canonical_json(nested(depth))


@pytest.mark.parametrize(
    "text",
    [
        b'{"a":1.0}', b'{"a":1e2}', b'{"a":NaN}', b'{"a":-Infinity}', b'{"a":9007199254740992}', b"1" * 5000,
        b'{"a":1,"a":2}', b'{"a":1,"\\u0061":2}', b"\xff\xfe{\x00}\x00", b"\xef\xbb\xbf{}", b"", b"{", b"{'a':1}",
        b'"\\ud800"', b"[" * 100_000, b"[" * 65 + b"]" * 65, b'"\x01"',
    ],
)  # fmt: skip
def test_text_outside_the_subset_is_refused(text: bytes) -> None:
    with pytest.raises(NotCanonical):
        read_json(text)


HEADER = {"act": "call.receive", "id": "0192", "version": 1}


def test_a_leaf_is_the_hash_written_out_in_the_definition() -> None:
    salt, payload = bytes(range(16)), {"phone": "+77010000000", "floor": 3}
    inner = sha256(salt + b'{"floor":3,"phone":"+77010000000"}').digest()
    assert payload_hash(salt, payload) == inner
    assert entry_data(HEADER, inner) == b'{"act":"call.receive","id":"0192","version":1}' + inner
    assert (
        entry_leaf(HEADER, inner)
        == sha256(b"\x00" + b'{"act":"call.receive","id":"0192","version":1}' + inner).digest()
    )


@pytest.mark.parametrize("salt", [b"", bytes(15), bytes(17), bytes(32)])
def test_a_salt_of_another_length_is_refused(salt: bytes) -> None:
    with pytest.raises(BadInput, match="salt"):
        payload_hash(salt, {})


def test_a_header_must_be_an_object_and_a_payload_hash_32_bytes() -> None:
    with pytest.raises(BadInput, match="header"):
        entry_leaf([], bytes(32))  # type: ignore[arg-type]
    with pytest.raises(BadInput, match="payload hash"):
        entry_leaf(HEADER, bytes(31))
