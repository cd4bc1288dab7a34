"""The promise of the README about sum trees: any proof, of whatever JSON, gives its sum or a documented error."""

from __future__ import annotations

import json
from contextlib import suppress
from hashlib import sha256

import pytest
from hypothesis import given, settings, strategies as st

from tartip.engines.errors import BadInput, EngineError
from tartip.engines.figures import BadSum, SumProof, SumTree, verify_sum

SECRET = bytes(range(32))
PARENTS = {"750": "KZ", "710": "KZ", "7513": "750", "7514": "750", "7111": "710"}
VALUES = {"7513": 3, "7514": 40, "7111": 5, "750": 7}
TREE = SumTree(VALUES, PARENTS, SECRET)
SUMS = {"7513": 3, "7514": 40, "7111": 5, "710": 5, "750": 50, "KZ": 55}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-1, 60) | st.integers(2**63, 2**64) | st.floats() | st.text(max_size=4)
    | st.sampled_from(sorted(SUMS)) | st.just("ab" * 32) | st.just(2**14_000),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip


def places(value, path=()):
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, item in inner for place in places(item, (*path, key)))]


def reference_sum(code, document):
    """The value a proof shows, read from its lines alone: of its own parts, or of its line in the parent's."""
    if document["below"] is not None:
        return sum(value for _code, value, _hash in document["below"])
    return next(value for name, value, _hash in document["lines"][0][1] if name == code)


@settings(max_examples=400, deadline=None)
@given(data=st.data())
def test_no_change_of_a_proof_gives_another_sum(data):
    """README: "A proof shows the sum of its territory and no other"; nothing in it may change."""
    code = data.draw(st.sampled_from(sorted(SUMS)))
    good = TREE.prove(code).as_json()
    changed = json.loads(json.dumps(good))
    *path, last = data.draw(st.sampled_from(places(good)[1:]))
    parent = changed
    for key in path:
        parent = parent[key]
    how = data.draw(st.sampled_from(["drop", "set", "double", "exchange"]))
    if how == "drop":
        del parent[last]
    elif how == "double" and isinstance(parent, list):
        parent.insert(last, parent[last])
    elif how == "exchange" and isinstance(parent, list):
        parent[last], parent[0] = parent[0], parent[last]
    else:
        parent[last] = data.draw(JSON)
    try:
        assert verify_sum(SumProof.from_json(changed), TREE.root) == SUMS[code] == reference_sum(code, good)
    except EngineError:
        assert json.dumps(changed) != json.dumps(good)
        return
    assert json.dumps(changed) == json.dumps(good)


@settings(max_examples=150, deadline=None)
@given(JSON)
def test_any_json_is_a_proof_or_a_documented_error(document):
    with suppress(BadSum):
        SumProof.from_json(document)
    for name in ("code", "below", "salt", "lines"):
        with suppress(BadSum):
            verify_sum(SumProof.from_json({**TREE.prove("750").as_json(), name: document}), TREE.root)


def test_the_records_of_no_district_do_not_pass_for_their_region():
    """A region's own leaf bears the region's name: 7 of its records lie in no district, the region has 50."""
    region = TREE.prove("750")
    salt = TREE._salt("750")
    forged = SumProof("750", None, salt, (("750", region.below), *region.lines))
    # The leaf is truly there: its hash is that of the first part, by the definition in sumtree.py.
    leaf = sha256(b"\x00" + b"\x00\x03750" + (7).to_bytes(8, "big") + salt).digest()
    assert region.below[0].hash == leaf
    with pytest.raises(BadSum, match="cannot be a part of itself"):
        verify_sum(forged, TREE.root)


@pytest.mark.parametrize(
    "values, parents",
    [
        ({"a": 1}, {str(n): str(n + 1) for n in range(5000)} | {"a": "0"}),
        ({"a" * 70_000: 1}, {"a" * 70_000: "KZ"}),
        ({10**5000: 1}, {10**5000: "KZ"}),
        ({"\ud800": 1}, {"\ud800": "KZ"}),
        ({1: 1, "1": 2}, {1: "KZ", "1": "KZ"}),
        ({True: 1}, {True: "KZ"}),
        ({None: 1}, {None: "KZ"}),
        ({"a": 2**63, "b": 2**63}, {"a": "KZ", "b": "KZ"}),
        ({"\u0439": 1, "\u0438\u0306": 2}, {"\u0439": "KZ", "\u0438\u0306": "KZ"}),
    ],
    ids=[
        "5,000 levels",
        "long code",
        "huge code",
        "half a character",
        "1 and '1'",
        "true",
        "null",
        "sum of 2^64",
        "two й",
    ],
)
def test_what_has_no_sum_is_refused(values, parents):
    """README: "Codes are numbers of 64 bits or text to 200 characters, at most 64 levels; sums end below 2^64."."""
    with pytest.raises(BadInput):
        SumTree(values, parents, SECRET)


def test_the_greatest_sum_and_sixty_levels_are_proved():
    parents = {str(n): str(n + 1) for n in range(60)} | {"other": "60"}
    tree = SumTree({"0": 2**64 - 2, "other": 1}, parents, SECRET)
    assert verify_sum(SumProof.from_json(tree.prove("0").as_json()), tree.root) == 2**64 - 2
    assert tree.root.value == 2**64 - 1
