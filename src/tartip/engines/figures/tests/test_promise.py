"""The promise in the README: definitions, receipts and saved cubes of any content give their value or a named error."""

from __future__ import annotations

import json
import shutil
import zipfile
from contextlib import suppress
from hashlib import sha256
from io import BytesIO

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from tartip.engines.errors import BadInput
from tartip.engines.figures import (
    EVERYWHERE,
    BadCube,
    BadIndicator,
    BadReceipt,
    Cube,
    CubeDiffers,
    FigureReceipt,
    Indicator,
    NotInCube,
    Period,
    Territory,
    _,
    compute_figure,
    load_cube,
    read_cube,
    save_cube,
    verify_figure,
)
from tartip.engines.figures.tests.made import FEBRUARY, JANUARY, MONTHS, NAMES, indicator, seal
from tartip.engines.merkle import NotCanonical, canonical_json
from tartip.engines.months import SealedMonths

FUZZ = {"deadline": None, "suppress_health_check": list(HealthCheck)}
BOTH = Period.of_months(JANUARY, FEBRUARY)
COUNTS = [
    Indicator("seized.count", NAMES, "seizures", _.count()),
    Indicator("seized.mass", NAMES, "seizures", _.mass_mg.sum(), _.state == "seized"),
]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)
# Pieces of definitions, put together at random: most are nonsense, some are not.
PIECES = ["_.kind", "_.date", ".count()", ".isin([1])", ".isnull()", " == ", "< 2", "date(", "date(2025,1,1)", "'x'"]
ODD = ["9" * 30, "'\\ud800'", "'\\0'", "é", "where=", "lambda:0", "((((((", "~~~~", *"_.()[]~-+*&|,'\"\\\n0 1"]
WORDS = st.lists(st.sampled_from(PIECES + ODD), max_size=9).map("".join)
HEAD = ["format", "register", "months", "territories", "indicators", "made_of", "not_counted", "values_sha256"]
FIELDS = ["indicator", "territory", "period", "manifests", "value", "journal", "as_of"]
EDITS = st.tuples(st.sampled_from(["flip", "drop", "cut"]), st.integers(0, 10**6), st.integers(1, 255))


@pytest.fixture(scope="module")
def sealed(tmp_path_factory):
    return seal(tmp_path_factory.mktemp("promise"), MONTHS)


@pytest.fixture(scope="module")
def cube(sealed):
    return Cube.build(COUNTS, sealed)


@settings(max_examples=300, **FUZZ)
@given(measure=WORDS | JSON, where=WORDS | JSON)
def test_any_text_is_a_definition_or_is_refused(measure, where):
    """README: "A definition is read, never run"; what was read has one spelling and one hash."""
    with suppress(BadIndicator):
        found = indicator(measure, where)
        assert Indicator.from_json(found.as_json()) == found
        assert len(found.sha256) == 64
    with suppress(BadIndicator):
        assert indicator(_.count(), where).sha256


@settings(max_examples=150, **FUZZ)
@given(field=st.sampled_from(sorted(COUNTS[0].as_json())), value=JSON)
def test_any_json_in_a_definition_is_read_or_refused(field, value):
    with suppress(BadIndicator):
        assert Indicator.from_json({**COUNTS[0].as_json(), field: value}).as_json()[field] == value
    with suppress(BadIndicator):
        Indicator.from_json(value)
    with suppress(BadInput):
        Territory(value, None if field == "code" else (value,))


@pytest.mark.parametrize(
    "text",
    [
        "~" * 9000 + "_.a",
        "(" * 4000 + "_.a" + ")" * 4000,
        "-" * 9000 + "1",
        " | ".join(["(_.kind == 1)"] * 600),
        "_" + ".a" * 4000,
        "_.date == date(99999999999, 1, 1)",
        "_.date == date(0, 0, 0)",
        "_.kind == " + "9" * 5000,
        "_.state == '\\ud800'",
        "_.state == 'a\\0b'",
        "_.kind == 1\0",
        "x" * 10_001,
    ],
    ids=range(12),
)
def test_text_that_no_engine_can_take_is_refused_before_it_gets_there(text):
    with pytest.raises(BadIndicator):
        indicator(_.count(), text)


def test_a_hundred_terms_are_counted_by_every_engine(sealed):
    """1, 2, 3 and 5 in January, 4 and 10 in February, by `made.py`: one of kind 2."""
    many = indicator(_.count(), " | ".join(f"(_.kind == {n})" for n in range(2, 102)))
    assert compute_figure(many, EVERYWHERE, BOTH, sealed, recount=True).value == 1


@settings(max_examples=80, **FUZZ)
@given(
    field=st.sampled_from(["indicator", "territory", "period", "manifests", "value", "journal", "as_of"]), value=JSON
)
def test_any_json_in_a_receipt_is_read_as_it_stands_or_refused(sealed, field, value):
    """README: "A receipt is read as it is written, or refused" (BadReceipt)."""
    document = FigureReceipt(compute_figure(COUNTS[0], EVERYWHERE, Period.of_months(JANUARY), sealed)).as_json()
    with suppress(BadReceipt, NotCanonical):
        changed = canonical_json({**document, field: value})
        assert FigureReceipt.read(changed).data == changed
    with suppress(BadReceipt):
        FigureReceipt.read(json.dumps(value).encode())


@settings(max_examples=150, **FUZZ)
@given(edits=st.lists(EDITS, min_size=1, max_size=4))
def test_a_saved_cube_with_another_byte_is_the_same_cube_or_none(cube, tmp_path_factory, edits):
    """README: "A saved cube is read whole or not at all" (BadCube; `load_cube` gives None)."""
    path = tmp_path_factory.getbasetemp() / "edited.npz"
    save_cube(cube, path)
    data = path.read_bytes()
    for how, at, value in edits:
        at %= len(data)
        data = (
            data[:at]
            + {"flip": bytes([data[at] ^ value]), "drop": b"", "cut": b""}[how]
            + (b"" if how == "cut" and value > 250 else data[at + 1 :])
        )
    path.write_bytes(data)
    found = load_cube(path)
    if found is not None:
        assert np.array_equal(found.values, cube.values)
        assert (found.months, found.territories, found.made_of) == (cube.months, cube.territories, cube.made_of)


def rewritten(path, member, data):
    """The archive with one member's content exchanged, and a checksum that fits."""
    with zipfile.ZipFile(path) as package:
        members = {name: package.read(name) for name in package.namelist()}
    with zipfile.ZipFile(path, "w") as package:
        for name, content in (members | {member: data}).items():
            package.writestr(name, content)


def as_npy(array):
    file = BytesIO()
    np.save(file, array)
    return file.getvalue()


def head_of(path):
    with np.load(path) as saved:
        return json.loads(saved["head"].tobytes())


def test_other_cells_under_a_fitting_checksum_of_the_archive_are_refused(cube, tmp_path):
    path = tmp_path / "cube.npz"
    save_cube(cube, path)
    rewritten(path, "values.npy", as_npy(cube.values + 1))
    with pytest.raises(BadCube, match="not those that were saved"):
        read_cube(path)
    assert load_cube(path) is None


def test_other_cells_under_a_fitting_hash_are_named_when_they_are_counted_again(cube, sealed, tmp_path):
    """Whoever can write the file can write the hash: only counting again shows it. The cell of Auezov, January."""
    path = tmp_path / "cube.npz"
    save_cube(cube, path)
    values = cube.values.copy()
    values[0, 2, 0] += 1
    head = head_of(path) | {"values_sha256": sha256(values.tobytes()).hexdigest()}
    rewritten(path, "values.npy", as_npy(values))
    rewritten(path, "head.npy", as_npy(np.frombuffer(canonical_json(head), np.uint8)))
    forged = read_cube(path)
    assert forged.stale(COUNTS, sealed) == ()
    with pytest.raises(CubeDiffers, match=f"seized.count, {cube.territories[2]}, 2025-01: the cube says"):
        forged.check(COUNTS, sealed)
    cube.check(COUNTS, sealed)
    with pytest.raises(NotInCube):
        cube.check(COUNTS[:1], sealed)


@settings(max_examples=100, **FUZZ)
@given(field=st.sampled_from(HEAD), value=JSON)
def test_a_cube_whose_head_is_any_json_is_refused_or_fits(cube, tmp_path_factory, field, value):
    path = tmp_path_factory.getbasetemp() / "head.npz"
    save_cube(cube, path)
    head = head_of(path) | {field: value}
    rewritten(path, "head.npy", as_npy(np.frombuffer(json.dumps(head).encode(), np.uint8)))
    found = load_cube(path)
    if found is not None:
        save_cube(found, path)
        assert head_of(path) == head


@pytest.mark.parametrize("values", [np.zeros((1, 1, 1)), np.zeros((0,), np.int64), np.array([[["x"]]])])
def test_a_cube_of_other_shapes_is_refused(cube, tmp_path, values):
    path = tmp_path / "cube.npz"
    save_cube(cube, path)
    rewritten(path, "values.npy", as_npy(values))
    with pytest.raises(BadCube):
        read_cube(path)


def test_a_cube_that_declares_more_than_memory_holds_is_refused_unread(cube, tmp_path):
    """A header of numpy that promises 8 TB."""
    path = tmp_path / "cube.npz"
    save_cube(cube, path)
    rewritten(
        path, "values.npy", as_npy(np.zeros(1, np.int64)).replace(b"'shape': (1,), }", b"'shape': (1000000000000,), }")
    )
    with pytest.raises(BadCube):
        read_cube(path)


def test_a_file_with_an_empty_day_under_a_fitting_hash_is_named(sealed, tmp_path):
    """An empty day lies in no month: such a row would be counted in every figure of whole months."""
    folder = shutil.copytree(sealed.folder, tmp_path / "forged")
    path = folder / "seizures-2025-02.parquet"
    manifest = folder / "seizures-2025-02.manifest.json"
    path.chmod(0o644)
    table = pq.read_table(path)
    at = table.column_names.index("date")
    pq.write_table(table.set_column(at, "date", pa.array([None] * len(table), table["date"].type)), path)
    fields = {"file_bytes": path.stat().st_size, "file_sha256": sha256(path.read_bytes()).hexdigest()}
    document = canonical_json(json.loads(manifest.read_bytes()) | fields)
    manifest.chmod(0o644)
    manifest.write_bytes(document)
    figure = compute_figure(COUNTS[0], EVERYWHERE, BOTH, SealedMonths.read(folder, "seizures"))
    steps = verify_figure(FigureReceipt(figure), folder)
    assert [(s.code, s.fields["name"]) for s in steps if s.outcome == "failed"] == [("days", path.name)]
