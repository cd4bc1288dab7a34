"""Saved files changed on purpose, with a checksum that fits: refused, or searchable without reading past an array."""

from __future__ import annotations

import json
import tempfile
import zlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from tartip.engines.errors import EngineError
from tartip.engines.routing import Network, UnitIndex
from tartip.engines.routing.errors import BadFile
from tartip.engines.routing.graph.index import Index
from tartip.engines.routing.graph.store import MAGIC, load_arrays, save_arrays
from tartip.engines.routing.tests.made import random_places, random_roads
from tartip.engines.routing.tests.test_exact import positions

EDGES = [b"\0\0\0\0", b"\xff" * 4, b"\1\0\0\0", b"\xff\xff\xff\x7f"]
BAD_PLACES: list[Any] = [
    ["<i4", [10**15], -1, 0], ["<i4", [-1], -1, 0], ["|O", [1], 0, 8], ["<i4", [2, 2], 0, 16],
    ["<i4", [1], 64 * 10**6, 4], ["<i4", [1], 0, 4.0], ["<i4", [1]], None, ["<i4", [3], 1, 12],
]  # fmt: skip


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    Network.build(random_roads(np.random.default_rng(1))).save(tmp_path / "town.roads")
    return tmp_path / "town.roads"


def repack(path: Path, change: Callable[[dict[str, np.ndarray], dict[str, Any]], None]) -> None:
    """Change arrays and settings of a saved network and write it again, with a checksum that fits."""
    arrays, meta = load_arrays(path)
    arrays = {name: array.copy() for name, array in arrays.items()}
    change(arrays, meta)
    save_arrays(path, arrays, meta)


def put(name: str, place: int, value: int) -> Callable[[dict[str, np.ndarray], dict[str, Any]], None]:
    def change(arrays: dict[str, np.ndarray], _: dict[str, Any]) -> None:
        arrays[name][place] = value

    return change


@pytest.mark.parametrize(
    ("name", "place", "value"),
    [
        ("index.step_src", 0, 2**31), ("index.step_arc", 0, 10**9), ("index.step_slot", 0, 10**9),
        ("index.step_first", 1, 2**32 - 1), ("index.step_first", 0, 1), ("index.first", 1, 2**32 - 1),
        ("index.head", 0, 0), ("index.head", -1, 2**32 - 1), ("index.arc_end", 0, 10**9), ("index.arc_end", 0, -2),
        ("index.node_first", 1, 10**9), ("index.node_state", 0, 10**9), ("grid.first", 1, 2**32 - 1),
        ("grid.edge", 0, 10**9), ("grid.frame", 4, 10**12), ("grid.frame", 2, 0), ("metric.up", 0, -1),
        ("metric.down", 0, 2**31 - 1), ("roads.tail", 0, -1), ("roads.head", 0, 10**9), ("roads.shape_first", 1, -5),
        ("roads.ahead_ms", 0, 0), ("roads.name", 0, 7),
    ],
)  # fmt: skip
def test_a_wrong_number_under_a_checksum_that_fits_is_refused(saved: Path, name: str, place: int, value: int) -> None:
    repack(saved, put(name, place, value))
    for verify in (True, False):
        with pytest.raises(BadFile, match=r"town\.roads"):
            Network.load(saved, verify=verify)


@pytest.mark.parametrize("name", [*(f"index.{n}" for n in Index._fields), "grid.edge", "metric.up", "roads.kind"])
def test_an_array_of_another_size_or_kind_is_refused(saved: Path, name: str) -> None:
    raw = saved.read_bytes()
    longer = load_arrays(saved)[0][name]
    for other in (np.append(longer, longer[:1] if len(longer) else 1).astype(longer.dtype), longer.astype(np.int64)):
        saved.write_bytes(raw)
        repack(saved, lambda arrays, _, other=other: arrays.update({name: other}))  # type: ignore[misc]
        with pytest.raises(BadFile):
            Network.load(saved)


@pytest.mark.parametrize(
    "meta", [{"names": 3}, {"names": [1]}, {"bans": [["a", 1]]}, {"bans": 5}, {"turns": {"left_ms": -1}}, {"notes": []},
             {"turns": {"up": 1}}, {"source": None}, {"bans": [[0, 10**30]]}]
)  # fmt: skip
def test_settings_of_another_kind_are_refused(saved: Path, meta: dict[str, Any]) -> None:
    repack(saved, lambda _, settings: settings.update(meta))
    with pytest.raises(BadFile):
        Network.load(saved)


def test_a_header_that_asks_for_more_than_there_is_is_refused(saved: Path) -> None:
    raw = saved.read_bytes()
    size = int(raw[len(MAGIC) : len(MAGIC) + 12])
    header = json.loads(raw[len(MAGIC) + 13 : len(MAGIC) + 13 + size])
    for place in BAD_PLACES:
        header["arrays"]["roads.tail"] = place
        text = json.dumps(header).encode()
        head = MAGIC + b"%012d\n" % len(text) + text
        body = head + b" " * (-len(head) % 64) + raw[len(MAGIC) + 13 + size :][-(-(len(MAGIC) + 13 + size) % 64) :]
        saved.write_bytes(body + zlib.crc32(body).to_bytes(4, "little"))
        with pytest.raises(BadFile):
            Network.load(saved)


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_any_damage_with_a_mended_checksum_is_an_error_or_a_searchable_network(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """README: what `load` takes can be searched without reading outside an array. Flips, cuts, foreign bytes; then
    every kind of query runs, so that a wild index would end the process."""
    path = tmp_path_factory.getbasetemp() / "fuzz.roads"
    raw = bytearray(whole_file(data.draw(st.integers(0, 3))))[:-4]
    for _ in range(data.draw(st.integers(0, 3))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    if data.draw(st.booleans()):
        word = data.draw(st.integers(0, len(raw) // 4 - 1))
        raw[4 * word : 4 * word + 4] = data.draw(
            st.sampled_from([b"\0\0\0\0", b"\xff" * 4, b"\1\0\0\0", b"\xff\xff\xff\x7f"])
        )
    if data.draw(st.integers(0, 3)) == 0:
        del raw[data.draw(st.integers(0, len(raw))) :]
    path.write_bytes(bytes(raw) + zlib.crc32(raw).to_bytes(4, "little"))
    try:
        network = Network.load(path)
    except BadFile:
        return
    places = positions(random_places(np.random.default_rng(1), network.roads, 6))
    units = UnitIndex(network)
    try:
        network.matrix(places, places)
        network.isochrone(places, 100, 11)
        for i in range(6):
            units.place(i, places[i])
            units.nearest_to(places[0], 3)
            network.route(places[i], places[0])
        units.update(9, 76.0025, 43.0025)
    except EngineError:
        pass


@cache
def whole_file(seed: int) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        Network.build(random_roads(np.random.default_rng(seed))).save(Path(folder) / "x")
        return (Path(folder) / "x").read_bytes()
