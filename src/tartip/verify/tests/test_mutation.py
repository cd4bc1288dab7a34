"""Whatever is changed in a document, it is not called verified any more; both verifiers say so.

A change is void only where the JSON keeps its meaning: white space, the order of keys, the spelling of a character.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from tartip.engines.merkle import NotCanonical, canonical_json, read_json
from tartip.verify import standalone, verify_file
from tartip.verify.tests.make import KEY, WITNESS_KEY, write
from tartip.verify.tests.test_formats import month, proof
from tartip.verify.tests.test_receipt import GOOD, JSON

KEYS = (KEY, WITNESS_KEY)
FUZZ = settings(max_examples=250, deadline=None, suppress_health_check=list(HealthCheck))


def judge(path: Path, *keys: str) -> int:
    """The exit code, after a look whether the stand-alone verifier ends with the same steps and code."""
    verdict = verify_file(path, keys)
    alone = standalone.verify(path, [standalone.parse_key(key) for key in keys])[1]
    assert sorted(step[:2] for step in alone) == sorted((s.code, s.outcome.value) for s in verdict.steps)
    assert standalone.exit_code(alone) == verdict.exit_code
    return verdict.exit_code


def meaning(data: bytes) -> Any:
    try:
        return canonical_json(read_json(data))
    except NotCanonical:
        return data


@st.composite
def edits(draw: st.DrawFn) -> Callable[[bytes], bytes]:
    """One to three edits of bytes: one flipped, taken out, put in, or a piece said twice or left out."""
    kinds = st.sampled_from(["flip", "drop", "insert", "repeat", "cut"])
    steps = draw(st.lists(st.tuples(kinds, st.integers(0, 10**6), st.integers(1, 255)), min_size=1, max_size=3))

    def edit(data: bytes) -> bytes:
        for kind, place, value in steps:
            at = place % max(1, len(data))
            if kind == "flip":
                data = data[:at] + bytes([data[at] ^ value]) + data[at + 1 :] if data else data
            elif kind == "drop":
                data = data[:at] + data[at + 1 :]
            elif kind == "insert":
                data = data[:at] + bytes([value]) + data[at:]
            elif kind == "repeat":
                data = data[: at + value] + data[at:]
            else:
                data = data[:at] + data[at + value :]
        return data

    return edit


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a JSON value, as the keys that lead there."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, item in inner for place in places(item, (*path, key)))]


def changed_at(document: Any, path: tuple[Any, ...], how: str, value: Any) -> Any:
    copy = json.loads(json.dumps(document))
    if not path:
        return value
    parent = copy
    for key in path[:-1]:
        parent = parent[key]
    if how == "drop":
        del parent[path[-1]]
    elif how == "more" and isinstance(parent, dict):
        parent["more"] = value
    elif how == "more":
        parent.append(value)
    else:
        parent[path[-1]] = value
    return copy


@FUZZ
@given(edit=edits())
def test_no_edit_of_bytes_leaves_a_receipt_verified(tmp_path_factory: pytest.TempPathFactory, edit: Any) -> None:
    path = write(tmp_path_factory.getbasetemp(), GOOD)
    good = path.read_bytes()
    path.write_bytes(edit(good))
    if judge(path, *KEYS) == 0:
        assert meaning(path.read_bytes()) == meaning(good)


@FUZZ
@given(place=st.sampled_from(places(GOOD)), how=st.sampled_from(["drop", "more", "set"]), value=JSON)
def test_no_change_of_a_value_leaves_a_receipt_verified(
    tmp_path_factory: pytest.TempPathFactory, place: Any, how: str, value: Any
) -> None:
    document = changed_at(GOOD, place, how, value)
    if judge(write(tmp_path_factory.getbasetemp(), document), *KEYS) == 0:
        assert document == GOOD


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    manifest = month(tmp_path_factory.mktemp("months"))
    return manifest, proof(manifest)


@FUZZ
@given(edit=edits(), which=st.integers(0, 2))
def test_no_edit_of_a_month_its_manifest_or_its_receipt_leaves_it_verified(
    sealed: tuple[Path, Path], edit: Any, which: int
) -> None:
    manifest, receipt = sealed
    path = (manifest, receipt, manifest.with_name("offences-2025-03.parquet"))[which]
    good = path.read_bytes()
    path.write_bytes(edit(good))
    try:
        if judge(manifest, KEY) == 0:
            assert meaning(path.read_bytes()) == meaning(good)
    finally:
        path.write_bytes(good)
    assert judge(manifest, KEY) == 0


@FUZZ
@given(edit=edits())
def test_no_edit_of_a_checkpoint_leaves_it_verified(tmp_path_factory: pytest.TempPathFactory, edit: Any) -> None:
    path = tmp_path_factory.getbasetemp() / "checkpoint.txt"
    good = GOOD["checkpoint"].encode()
    path.write_bytes(edit(good))
    if judge(path, *KEYS) == 0:
        assert path.read_bytes() == good


@FUZZ
@given(place=st.sampled_from(places(GOOD)), value=JSON, edit=edits())
def test_without_a_key_of_the_readers_nothing_is_ever_verified(
    tmp_path_factory: pytest.TempPathFactory, place: Any, value: Any, edit: Any
) -> None:
    path = write(tmp_path_factory.getbasetemp(), changed_at(GOOD, place, "set", value))
    assert judge(path) != 0
    path.write_bytes(edit(path.read_bytes()))
    assert judge(path) != 0
