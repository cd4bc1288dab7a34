"""The promise in the README, sentence by sentence: whatever is given, the right verdict or a documented error."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import example, given, settings, strategies as st

from tartip.engines.errors import EngineError
from tartip.engines.merkle import (
    EMPTY_ROOT,
    BadNote,
    BadTile,
    Checkpoint,
    InvalidProof,
    Kind,
    NotTrusted,
    SigningKey,
    TileKey,
    TileMissing,
    Tree,
    VerifierKey,
    canonical_json,
    consistency_proof,
    cosign,
    edge_keys,
    entry_data,
    inclusion_proof,
    open_checkpoint,
    open_note,
    parse_note,
    payload_hash,
    read_json,
    root_from_tiles,
    sign_checkpoint,
    sign_note,
    tile_path,
    tile_width,
    tiles_after,
    verify_consistency,
    verify_inclusion,
    verify_stamp,
)
from tartip.engines.merkle.tests.helpers import leaves
from tartip.engines.merkle.tests.reference import consistency, mth, path

LOG = SigningKey("tartip.example/log", b"\x01" * 32)
WITNESS = SigningKey("prosecutor.example", b"\x03" * 32, Kind.WITNESS)
HASH = st.binary(min_size=32, max_size=32)
NUMBERS = st.integers(-2, 12) | st.sampled_from([2**53, 2**63 - 1, 2**63, 2**64, 2**64 + 1, 2**14_000, -(2**14_000)])
JSON = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.floats() | st.text(max_size=5) | st.just("x" * 32),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)
ANY = JSON | HASH | st.binary(max_size=40) | st.binary(max_size=40).map(bytearray) | st.lists(HASH, max_size=9)


def reader(tile: Any) -> Callable[[list[TileKey]], dict[TileKey, Any]]:
    return lambda keys: dict.fromkeys(keys, tile)


CALLS: dict[str, tuple[int, Callable[..., object]]] = {
    "inclusion": (5, verify_inclusion),
    "consistency": (5, verify_consistency),
    "peaks": (2, Tree),
    "sealing": (2, lambda size, tile: tiles_after({TileKey(0, 0): tile}, size, [bytes(32)])),
    "leaves": (1, lambda one: tiles_after({}, 0, [bytes(32), one])),
    "proof from tiles": (3, lambda index, size, tile: inclusion_proof(index, size, reader(tile))),
    "growth from tiles": (3, lambda old, new, tile: consistency_proof(old, new, reader(tile))),
    "root from tiles": (2, lambda size, found: root_from_tiles(size, lambda keys: found)),
    "width of a tile": (3, lambda level, number, size: tile_width(TileKey(level, number), size)),
    "address of a tile": (3, lambda level, number, width: tile_path(TileKey(level, number), width)),
    "edge": (1, edge_keys),
    "note": (1, parse_note),
    "opened note": (1, lambda data: open_note(data, [LOG.verifier])),
    "signed text": (1, lambda text: sign_note(text, [LOG])),
    "checkpoint text": (1, Checkpoint.parse),
    "checkpoint": (4, Checkpoint),
    "opened checkpoint": (1, lambda data: open_checkpoint(data, [LOG.verifier])),
    "cosigned": (2, lambda data, proof: cosign(data, WITNESS, LOG.verifier, None, proof, at=5)),
    "time of a witness": (1, lambda at: WITNESS.sign("x\n", at)),
    "verifier key": (1, VerifierKey.parse),
    "parts of a verifier key": (3, VerifierKey),
    "signing key": (1, SigningKey.parse),
    "signature": (1, lambda body: LOG.verifier.check("x\n", body)),
    "JSON text": (1, read_json),
    "JSON value": (1, canonical_json),
    "payload": (2, payload_hash),
    "entry": (2, entry_data),
    "stamp": (3, verify_stamp),
}  # fmt: skip


@pytest.mark.parametrize("name", CALLS)
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_any_bytes_or_json_give_a_value_or_a_documented_error(name: str, data: st.DataObject) -> None:
    """README: "Any bytes, or JSON of any type, give the right value or an error of `errors.py`."""
    count, call = CALLS[name]
    with suppress(EngineError):
        call(*[data.draw(ANY) for _ in range(count)])


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("huge", [10**5000, -(10**5000)], ids=["huge", "minus huge"])
def test_a_number_too_long_to_be_written_out_is_refused_too(name: str, huge: int) -> None:
    """The same sentence; Python raises ValueError for a number of more than 4,300 digits in a message."""
    count, call = CALLS[name]
    for other in (3, bytes(32), "x", []):
        for at in range(count):
            with suppress(EngineError):
                call(*[huge if n == at else other for n in range(count)])


SIZES = st.integers(1, 20)


@st.composite
def spoiled(draw: st.DrawFn, proof: list[bytes]) -> list[Any]:
    """The proof with one hash dropped, doubled, exchanged, flipped or of another type."""
    copy: list[Any] = list(proof)
    at = draw(st.integers(0, len(copy)))
    how = draw(st.sampled_from(["drop", "double", "exchange", "flip", "retype"]))
    if how == "double" or at == len(copy):
        copy.insert(at, copy[at] if at < len(copy) else draw(HASH))
    elif how == "drop":
        del copy[at]
    elif how == "exchange":
        other = draw(st.integers(0, len(copy) - 1))
        copy[at], copy[other] = copy[other], copy[at]
    elif how == "flip":
        copy[at] = bytes([copy[at][0] ^ draw(st.integers(1, 255))]) + copy[at][1:]
    else:
        copy[at] = draw(JSON)
    return copy


@settings(max_examples=200, deadline=None)
@given(size=SIZES, data=st.data())
def test_an_inclusion_proof_holds_only_for_its_leaf_place_size_and_root(size: int, data: st.DataObject) -> None:
    """README: "A proof holds only for the leaf, place, sizes and roots it was made for." Nothing may change in it."""
    everything = leaves(size)
    index = data.draw(st.integers(0, size - 1))
    good = (everything[index], index, path(index, everything), mth(everything))
    verify_inclusion(good[0], index, size, good[2], good[3])
    leaf = data.draw(st.sampled_from([good[0], *leaves(size + 1)]) | ANY)
    place = data.draw(st.just(index) | NUMBERS)
    proof = data.draw(st.just(good[2]) | spoiled(good[2]) | ANY)
    root = data.draw(st.just(good[3]) | HASH | ANY)
    try:
        verify_inclusion(leaf, place, size, proof, root)
    except InvalidProof:
        assert (leaf, place, proof, root) != good
        return
    same = [bytes(leaf), place, [bytes(h) for h in proof or ()], bytes(root)]
    # A tree of one leaf has no path: every leaf is its own root.
    assert same == [*good[:2], good[2], good[3]] or (size == 1 and same == [same[0], 0, [], same[0]])


@settings(max_examples=200, deadline=None)
@given(new=SIZES, data=st.data())
def test_a_consistency_proof_holds_only_for_its_sizes_and_roots(new: int, data: st.DataObject) -> None:
    """The same sentence: for the growth from one size to another."""
    everything = leaves(new)
    old = data.draw(st.integers(1, new))
    good = consistency(old, everything)
    roots = (mth(everything[:old]), mth(everything))
    verify_consistency(old, new, good, *roots)
    sizes = data.draw(st.just((old, new)) | st.tuples(SIZES, SIZES))
    proof = data.draw(st.just(good) | spoiled(good))
    shown = data.draw(st.just(roots) | st.just((roots[0], everything[0])) | st.just((everything[0], roots[1])))
    try:
        verify_consistency(*sizes, proof, *shown)
    except InvalidProof:
        assert (sizes, proof, shown) != ((old, new), good, roots)
        return
    if shown[0] == shown[1] and not proof:
        assert sizes[0] == sizes[1]  # one size has one root: what it is was not asked
        return
    # What held is what the definition gives for these sizes, or the hashes do not name the sizes apart (see below).
    assert shown == roots
    assert proof == good


def test_equal_sizes_with_equal_roots_say_nothing_of_the_size() -> None:
    """README: "A size is believed, not proven": take it, with its root, from a signed checkpoint."""
    root = mth(leaves(4))
    verify_consistency(4, 4, [], root, root)
    verify_consistency(5, 5, [], root, root)


@pytest.mark.parametrize("size", [0, 1, 2**63 - 1, 2**63, 10**19 - 1])
def test_edge_sizes_are_signed_opened_and_cosigned(size: int) -> None:
    """README: "sizes to 10^19"; a tree of nothing has the root SHA-256 of nothing, one of a leaf that leaf."""
    root = EMPTY_ROOT if size == 0 else leaves(1)[0]
    note = sign_checkpoint(Checkpoint(LOG.name, size, root), LOG)
    assert open_checkpoint(note, [LOG.verifier]).checkpoint.size == size
    cosigned = cosign(note, WITNESS, LOG.verifier, Checkpoint(LOG.name, size, root), [], at=1)
    assert open_checkpoint(cosigned, [LOG.verifier, WITNESS.verifier], quorum=1).checkpoint.root == root
    with pytest.raises(BadNote):
        Checkpoint(LOG.name, 10**19, root)


@pytest.mark.parametrize("old, new", [(0, 0), (0, 1), (0, 5)])
def test_a_proof_from_nothing_proves_nothing(old: int, new: int) -> None:
    with pytest.raises(InvalidProof, match="0 < old"):
        verify_consistency(old, new, [], EMPTY_ROOT, mth(leaves(new)))


def test_a_witness_that_signs_again_replaces_its_line() -> None:
    """One key twice under a note is refused by verifiers, so a repeated request must not add a line."""
    note = sign_checkpoint(Checkpoint(LOG.name, 1, leaves(1)[0]), LOG)
    once = cosign(note, WITNESS, LOG.verifier, None, [], at=1)
    again = cosign(once, WITNESS, LOG.verifier, None, [], at=2)
    assert [line.name for line in parse_note(again).signatures] == [LOG.name, WITNESS.name]
    opened = open_checkpoint(again, [LOG.verifier, WITNESS.verifier], quorum=1)
    assert [signed.at for signed in opened.witnessed_by] == [2]


@pytest.mark.parametrize("tile", [None, 32, 10**12, "x" * 32, [0] * 32])
def test_a_tile_that_is_not_bytes_is_named(tile: Any) -> None:
    """A number n must not become n zero bytes."""
    with pytest.raises(BadTile, match="not bytes"):
        inclusion_proof(0, 2, lambda keys: dict.fromkeys(keys, tile))
    with pytest.raises(TileMissing):
        inclusion_proof(0, 2, lambda keys: tile)


@settings(max_examples=100, deadline=None)
@given(edits=st.lists(st.tuples(st.integers(0, 500), st.integers(0, 255)), min_size=1, max_size=3))
@example(edits=[(19, ord("3"))])
def test_a_checkpoint_opens_only_as_it_was_signed(edits: list[tuple[int, int]]) -> None:
    """README: "A note opens only as it was signed": a changed byte may stand in a line of an unknown key alone."""
    good = cosign(sign_checkpoint(Checkpoint(LOG.name, 5, mth(leaves(5))), LOG), WITNESS, LOG.verifier, None, [], at=1)
    data = bytearray(good.encode())
    for place, value in edits:
        data[place % len(data)] = value
    try:
        opened = open_checkpoint(bytes(data), [LOG.verifier])
    except (BadNote, NotTrusted, EngineError):
        return
    assert opened.note.text == parse_note(good).text
    assert opened.note.signatures[0] == parse_note(good).signatures[0] or opened.note.signatures[-1] in (
        parse_note(good).signatures
    )
