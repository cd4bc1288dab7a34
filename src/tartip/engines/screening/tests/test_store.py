"""Promise: a file of tables that is damaged, foreign or cannot be right is refused before anything is looked up."""

from __future__ import annotations

import json
import math
import struct
import zlib
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from tartip.engines.screening import BadRule, BadTables, Listing, Lists, Screen, build_tables, load_tables, read_rules
from tartip.engines.screening.lists import Ported, Register
from tartip.engines.screening.rules import Action, compile_rules, rule
from tartip.engines.screening.store import ALIGN, MAGIC, save_tables
from tartip.engines.screening.tests.test_spelling import ABROAD, OWN

CALLS = [
    (caller, called, trunk, at)
    for caller in (77011234567, 77019999999, 442079460958, -102, 0, 10**15 - 1, 1, 7, 73362212345, -(10**17), 2**62)
    for called, trunk, at in ((77172123456, OWN, 0), (-112, ABROAD, 10**12), (1, 65_535, -(2**63)), (0, -1, 2**63 - 1))
]


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    from tartip.engines.screening import Ingress, Trunk

    lists = Lists(
        denied=Listing(np.array([77011234567, 77019999999]), np.array([10**12, 10**13])),
        roamers={1: Register(np.array([77012223344]), 0)},
        ported=Ported(np.array([77013334455]), np.array([2])),
    )
    file = tmp_path_factory.mktemp("saved") / "tables"
    save_tables(build_tables(lists, {OWN: Trunk(Ingress.SUBSCRIBER, 1), ABROAD: Trunk(Ingress.INTERNATIONAL)}), file)
    return file


def parts(file):
    """Header and arrays of a saved file."""
    raw = file.read_bytes()
    start = len(MAGIC) + 8
    size, _ = struct.unpack("<II", raw[len(MAGIC) : start])
    header = json.loads(raw[start : start + size])
    base = -(-(start + size) // ALIGN) * ALIGN
    arrays = {}
    for name, place in header["arrays"].items():
        count = math.prod(place["shape"])
        array = np.frombuffer(raw, place["dtype"], count, base + place["offset"])
        arrays[name] = array.reshape(place["shape"]).copy()
    return header, arrays


def write(file, header, arrays):
    """With checksums that fit whatever is in it."""
    body, places = b"", {}
    for name, array in arrays.items():
        body += bytes(-len(body) % ALIGN)
        places[name] = {"dtype": array.dtype.str, "shape": array.shape, "offset": len(body)}
        places[name]["crc32"] = zlib.crc32(array.tobytes())
        body += array.tobytes()
    text = json.dumps({**header, "arrays": {**places, **header.get("odd", {})}}).encode()
    head = MAGIC + struct.pack("<II", len(text), zlib.crc32(text)) + text
    file.write_bytes(head + bytes(-len(head) % ALIGN) + body)


def ask_everything(tables):
    screen = Screen(tables)
    for caller, called, trunk, at in CALLS:
        assert screen.decide(caller, called, trunk, at, diverted_by=caller).rule
        assert screen.decide(str(abs(caller)), str(called), trunk, at).rule


def test_a_file_that_is_written_again_as_it_is_answers_as_before(saved, tmp_path):
    write(tmp_path / "again", *parts(saved))
    for call in CALLS:
        assert Screen(load_tables(tmp_path / "again")).decide(*call) == Screen(load_tables(saved)).decide(*call)


@settings(max_examples=250, deadline=None)
@given(st.data())
def test_wrong_contents_under_right_checksums_are_refused_or_answer_every_call(saved, tmp_path_factory, data):
    header, arrays = parts(saved)
    for _ in range(data.draw(st.integers(1, 3))):
        array = arrays[data.draw(st.sampled_from(sorted(arrays)))].reshape(-1)
        info = np.iinfo(array.dtype)
        value = data.draw(st.sampled_from([0, 1, 7, info.min, info.max]) | st.integers(info.min, info.max))
        array[data.draw(st.integers(0, len(array) - 1))] = value
    file = tmp_path_factory.mktemp("wrong") / "tables"
    write(file, header, arrays)
    try:
        tables = load_tables(file)
    except BadTables:
        return
    ask_everything(tables)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda h, a: a.update(automaton=a["automaton"].astype(np.int32)),
        lambda h, a: a.update(automaton=a["automaton"][:, :10]),
        lambda h, a: a.update(automaton=a["automaton"][:0]),
        lambda h, a: a.update(words=a["words"][:-1]),
        lambda h, a: a.update(words=np.full_like(a["words"], 77011234567 << 14 | 1)),  # full: a search would not end
        lambda h, a: a.update(words=np.zeros(0, np.int64)),
        lambda h, a: a.update(ends=np.ones_like(a["ends"])),
        lambda h, a: a.update(ends=a["ends"].reshape(-1)),
        lambda h, a: a.update(fixed=a["fixed"][:100]),
        lambda h, a: a.update(of_prefix=a["of_prefix"] + 32),
        lambda h, a: a.pop("fixed"),
        lambda h, a: h.pop("rules"),
        lambda h, a: h.update(rules=[]),
        lambda h, a: h.update(rules={"name": 1}),
        lambda h, a: h.update(rules=[1]),
        lambda h, a: h.update(rules=h["rules"][:1]),
        lambda h, a: h.update(version="1"),
        lambda h, a: h.update(count=None),
        lambda h, a: h.update(operators=[]),
        lambda h, a: h.update(operators={"x": "y"}),
        lambda h, a: h.update(odd={"words": {"dtype": "<i8", "shape": [2**60, 2**60], "offset": 0, "crc32": 0}}),
        lambda h, a: h.update(odd={"words": {"dtype": "<i8", "shape": [16], "offset": -128, "crc32": 0}}),
        lambda h, a: h.update(odd={"words": {"dtype": "O", "shape": [2], "offset": 0, "crc32": 0}}),
        lambda h, a: h.update(odd={"words": 5}),
    ],
)
def test_what_cannot_be_a_file_of_tables_is_refused(saved, tmp_path, spoil):
    header, arrays = parts(saved)
    spoil(header, arrays)
    write(tmp_path / "spoilt", header, arrays)
    with pytest.raises(BadTables):
        load_tables(tmp_path / "spoilt")


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_any_flipped_byte_or_cut_is_refused_or_changes_nothing(saved, tmp_path_factory, data):
    raw = bytearray(saved.read_bytes())
    place = data.draw(st.integers(0, len(raw) - 1) | st.integers(0, 3_000))
    if data.draw(st.booleans()):
        raw[place] ^= data.draw(st.integers(1, 255))
    else:
        del raw[place:]
    file = tmp_path_factory.mktemp("torn") / "tables"
    file.write_bytes(raw)
    try:
        tables = load_tables(file)
    except BadTables:
        return
    good = load_tables(saved)  # zeros between two arrays may change unseen
    assert all(np.array_equal(one, other) for one, other in zip(tables.arrays, good.arrays, strict=True))


leaves = st.none() | st.booleans() | st.integers() | st.text(max_size=5)
keys = st.sampled_from(["name", "action", "when", "per_minute", "x"])


@settings(max_examples=100, deadline=None)
@given(st.recursive(leaves, lambda one: st.lists(one, max_size=3) | st.dictionaries(keys, one), max_leaves=8))
def test_any_json_is_rules_or_a_named_error(value):
    with suppress(BadRule):
        assert all(one.name for one in read_rules(value))


def test_bands_that_would_fill_the_memory_are_refused():
    rules = [rule(f"r{n}", Action.PASS, per_minute=(n, n + 1), per_hour=(n, n + 1)) for n in range(100)]
    with pytest.raises(BadRule, match="pairs of bands"):
        compile_rules([*rules, rule("clear", Action.PASS)])
