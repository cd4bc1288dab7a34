"""A saved network answers like the one it was made from; a damaged file is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tartip.engines.routing import Network, UnitIndex
from tartip.engines.routing.errors import BadFile
from tartip.engines.routing.graph.roads import Roads
from tartip.engines.routing.graph.saved import ROAD_ARRAYS
from tartip.engines.routing.graph.store import load_arrays, save_arrays
from tartip.engines.routing.tests.made import random_places, random_roads
from tartip.engines.routing.tests.test_exact import positions


def test_loading_gives_back_every_array_and_every_answer(tmp_path: Path) -> None:
    for seed in range(8):
        rng = np.random.default_rng(seed)
        built = Network.build(random_roads(rng))
        built.save(tmp_path / "town.roads")
        loaded = Network.load(tmp_path / "town.roads")
        for name in ROAD_ARRAYS:
            assert np.array_equal(getattr(loaded.roads, name), getattr(built.roads, name)), name
            assert getattr(loaded.roads, name).dtype == getattr(built.roads, name).dtype, name
        assert (loaded.roads.bans, loaded.roads.turns) == (built.roads.bans, built.roads.turns)
        places = positions(random_places(rng, built.roads, 6))
        assert np.array_equal(loaded.matrix(places, places), built.matrix(places, places))


def test_the_same_roads_give_the_same_bytes(tmp_path: Path) -> None:
    roads = random_roads(np.random.default_rng(5))
    for name in ("one", "two"):
        Network.build(roads).save(tmp_path / name)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_traffic_of_the_moment_is_not_saved(tmp_path: Path) -> None:
    network = Network.build(random_roads(np.random.default_rng(2)))
    network.save(tmp_path / "before")
    network.reweight(np.where(network.times < 1000, network.times + 9, network.times))
    network.save(tmp_path / "after")
    assert (tmp_path / "before").read_bytes() == (tmp_path / "after").read_bytes()


def test_a_loaded_network_can_be_reweighted_and_the_file_stays(tmp_path: Path) -> None:
    Network.build(random_roads(np.random.default_rng(3))).save(tmp_path / "town.roads")
    raw = (tmp_path / "town.roads").read_bytes()
    network = Network.load(tmp_path / "town.roads")
    network.reweight(np.where(network.times < 1000, 7, network.times))
    UnitIndex(network).update(1, 76.0025, 43.0025)
    assert (tmp_path / "town.roads").read_bytes() == raw


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    Network.build(random_roads(np.random.default_rng(1))).save(tmp_path / "town.roads")
    return tmp_path / "town.roads"


@pytest.mark.parametrize("share", [0.0, 0.001, 0.01, 0.3, 0.7, 0.999])
def test_a_cut_off_file_is_refused(saved: Path, share: float) -> None:
    raw = saved.read_bytes()
    saved.write_bytes(raw[: int(len(raw) * share)])
    with pytest.raises(BadFile, match=r"town\.roads"):
        Network.load(saved)


def test_one_changed_bit_anywhere_is_noticed(saved: Path) -> None:
    raw = bytearray(saved.read_bytes())
    for place in range(0, len(raw), max(1, len(raw) // 40)):
        raw[place] ^= 4
        saved.write_bytes(raw)
        with pytest.raises(BadFile):
            Network.load(saved)
        raw[place] ^= 4
    saved.write_bytes(raw)
    Network.load(saved)


def test_without_the_check_a_cut_off_file_is_still_refused(saved: Path) -> None:
    raw = saved.read_bytes()
    saved.write_bytes(raw[: len(raw) // 2])
    with pytest.raises(BadFile, match="ends before this array"):
        Network.load(saved, verify=False)


def test_another_kind_of_file_or_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("lon,lat\n1,2\n")
    for path in (tmp_path / "x", tmp_path / "absent", tmp_path):
        with pytest.raises(BadFile):
            Network.load(path)


def test_a_file_from_which_an_array_is_missing_is_refused(saved: Path) -> None:
    arrays, meta = load_arrays(saved)
    del arrays["index.step_src"]
    save_arrays(saved, arrays, meta)
    with pytest.raises(BadFile, match="step_src"):
        Network.load(saved)


def test_every_road_array_is_saved() -> None:
    assert set(ROAD_ARRAYS) | {"names", "bans", "turns", "source", "attribution", "notes"} == set(Roads.__slots__)
