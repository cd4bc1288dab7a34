"""Promise: a restart reads a snapshot and the log behind it; one that is damaged or cannot be right is never used."""

from __future__ import annotations

import json
import struct
import zlib

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from tartip.engines.errors import EngineError
from tartip.engines.transfers import BrokenLog, BrokenSnapshot, OtherParams, RuleParams
from tartip.engines.transfers.snapshot import MAGIC, SHAPES, read_snapshot, write_snapshot
from tartip.engines.transfers.tests.made import HOUR, far_rules, pay
from tartip.engines.transfers.tests.reference import FACTS, SlowRules
from tartip.engines.transfers.tests.test_incremental import expected, found, streams


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def fill(rules, start, count=5):
    return rules.process([pay((start + n) * HOUR, 100 + n, d=n % 3, c=3 + n % 2, text=f"t {n}") for n in range(count)])


def test_a_restart_begins_at_the_snapshot(tmp_path):
    with far_rules(tmp_path / "log") as rules:
        fill(rules, 0)
        rules.snapshot()
        fill(rules, 10, 2)
        before = rules.counts["transfers"]
    with far_rules(tmp_path / "log") as rules:
        assert (rules.recovery.transfers, rules.recovery.snapshot, rules.recovery.fell_back) == (2, 1, False)
        assert rules.counts["transfers"] == before == 7
        assert rules.judge(pay(20 * HOUR, d=0, c=3))[0].outcomes["044"] == ".03"


@pytest.mark.skipif(not FACTS.exists(), reason="the facts of the public configuration are not here")
@settings(max_examples=15, deadline=None)
@given(streams(30), st.lists(st.integers(0, 40), max_size=3), st.booleans())
def test_snapshots_and_restarts_at_any_point_change_no_answer(tmp_path_factory, transfers, cuts, reopen):
    log = tmp_path_factory.mktemp("snapshot") / "log"
    answers, rules = [], far_rules(log)
    cuts = sorted(min(cut, len(transfers)) for cut in cuts)
    for start, stop in zip([0, *cuts], [*cuts, len(transfers)], strict=True):
        answers += found(rules.process(transfers[start:stop]))
        rules.snapshot()
        if reopen:
            rules.close()
            rules = far_rules(log)
    rules.close()
    assert answers == expected(SlowRules(), transfers)


def test_the_engine_writes_snapshots_by_itself_and_keeps_two(tmp_path):
    with far_rules(tmp_path / "log", snapshot_after=5) as rules:
        for start in range(0, 50, 10):
            fill(rules, start)
    assert names(tmp_path) == ["log", "log.log-4", "log.memory-4", "log.memory-5"]
    with far_rules(tmp_path / "log") as rules:
        assert (rules.recovery.transfers, rules.recovery.snapshot) == (0, 5)


def test_with_a_broken_snapshot_the_one_before_and_its_log_are_read(tmp_path):
    with far_rules(tmp_path / "log") as rules:
        for start in (0, 10, 20):
            fill(rules, start)
            rules.snapshot()
        fill(rules, 30, 1)
        asked = found(rules.judge(pay(40 * HOUR, d=0, c=3, id=9)))
    newest = tmp_path / "log.memory-3"
    newest.write_bytes(newest.read_bytes()[:-1])
    with far_rules(tmp_path / "log") as rules:
        assert (rules.recovery.transfers, rules.recovery.snapshot, rules.recovery.fell_back) == (6, 2, True)
        assert found(rules.judge(pay(40 * HOUR, d=0, c=3, id=9))) == asked
    (tmp_path / "log.memory-2").write_bytes(b"")
    with pytest.raises(BrokenSnapshot, match="memory-3"):
        far_rules(tmp_path / "log")


def test_a_crash_between_snapshot_and_new_log_loses_nothing(tmp_path, monkeypatch):
    rules = far_rules(tmp_path / "log")
    fill(rules, 0)
    monkeypatch.setattr(rules._log, "begin_next", lambda: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        rules.snapshot()
    rules.close()
    with far_rules(tmp_path / "log") as again:
        assert (again.recovery.transfers, again.recovery.snapshot) == (5, None)
        again.snapshot()
    with far_rules(tmp_path / "log") as again:
        assert (again.recovery.transfers, again.counts["transfers"]) == (0, 5)


def test_a_snapshot_that_cannot_be_written_costs_no_judgement(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tartip.engines.transfers.engine.write_snapshot", full)
    with far_rules(tmp_path / "log", snapshot_after=1) as rules:
        assert rules.process(pay())[0].status.name == "JUDGED"
        assert "No space left" in rules.snapshot_failure
    with far_rules(tmp_path / "log") as rules:
        assert rules.recovery.transfers == 1


def test_other_windows_than_those_of_the_snapshot_are_named(tmp_path):
    with far_rules(tmp_path / "log") as rules:
        fill(rules, 0)
        rules.snapshot()
    with pytest.raises(OtherParams, match="interval_ms"):
        far_rules(tmp_path / "log", params=RuleParams(interval_ms=HOUR))


def test_a_log_of_an_unknown_beginning_is_refused(tmp_path):
    (tmp_path / "log").write_bytes(b"tartip-transfers-1\n" + bytes(100))
    with pytest.raises(BrokenLog):
        far_rules(tmp_path / "log")


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    folder = tmp_path_factory.mktemp("written")
    with far_rules(folder / "log") as rules:
        fill(rules, 0, 40)
        fill(rules, 9 * 24, 40)
        rules.snapshot()
    return folder / "log.memory-1"


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_any_flipped_byte_or_cut_is_named(written, tmp_path_factory, data):
    whole = bytearray(written.read_bytes())
    place = data.draw(st.integers(0, len(whole) - 1))
    if data.draw(st.booleans()):
        whole[place] ^= data.draw(st.integers(1, 255))
    else:
        del whole[place:]
    file = tmp_path_factory.mktemp("broken") / "memory"
    file.write_bytes(whole)
    try:
        state, _, _ = read_snapshot(file, RuleParams())
    except BrokenSnapshot:
        return
    # The one thing that may change unseen are the zeros between two arrays.
    good, _, _ = read_snapshot(written, RuleParams())
    assert all(np.array_equal(getattr(state, name), getattr(good, name)) for name in SHAPES)


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_wrong_contents_under_right_checksums_are_refused_or_walk_to_an_end(written, tmp_path_factory, data):
    """Every number may be any: what is taken must answer every rule without leaving its arrays or going in circles."""
    state, texts, _ = read_snapshot(written, RuleParams())
    name = data.draw(st.sampled_from([one for one in SHAPES if one != "counters"] + ["counters"] * 2))
    array = {"texts": texts.ends, "points": texts.points}.get(name, getattr(state, name)).reshape(-1)
    place = data.draw(st.integers(0, len(array) - 1))
    most = 2**31 - 1 if name == "points" else 2**63 - 1
    value = data.draw(st.sampled_from([-2, -1, 0, 1, 2, 39, 80, most, -most]) | st.integers(-most, most))
    array[place] = value
    file = tmp_path_factory.mktemp("wrong") / "memory"
    raw_write(file, state, texts)
    try:
        state, texts, _ = read_snapshot(file, RuleParams())
    except BrokenSnapshot:
        return
    rules = far_rules()
    rules._state, rules._texts = state, texts
    for day in range(8, 12):
        fill(rules, day * 24, 6)


def raw_write(file, state, texts):
    """As write_snapshot, but of the arrays as they are, whatever they say."""
    arrays = {name: getattr(state, name) for name in SHAPES} | {"texts": texts.ends, "points": texts.points}
    told = {name: {"rows": len(one), "crc": zlib.crc32(one.tobytes())} for name, one in arrays.items()}
    from dataclasses import asdict

    header = json.dumps({"generation": 1, "params": asdict(RuleParams()), "arrays": told}).encode()
    data = MAGIC + struct.pack("<II", len(header), zlib.crc32(header)) + header
    for one in arrays.values():
        data += bytes(-len(data) % 64) + one.tobytes()
    file.write_bytes(data)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200), st.booleans())
def test_any_bytes_are_no_snapshot(tmp_path_factory, data, begun):
    file = tmp_path_factory.mktemp("bytes") / "memory"
    file.write_bytes(MAGIC + data if begun else data)
    with pytest.raises(EngineError):
        read_snapshot(file, RuleParams())


HEADERS = [b"[]", b"1", b"{}", b'{"generation": 1}', b'{"generation": true, "arrays": {}, "params": {}}']
HEADERS += [b'{"generation": 1, "arrays": [], "params": {}}', b"[" * 5000, b"\xff"]


@pytest.mark.parametrize("header", HEADERS)
def test_a_header_of_another_shape_is_named(tmp_path, header):
    (tmp_path / "memory").write_bytes(MAGIC + struct.pack("<II", len(header), zlib.crc32(header)) + header)
    with pytest.raises(BrokenSnapshot):
        read_snapshot(tmp_path / "memory", RuleParams())


def test_writing_is_whole_or_not_at_all(tmp_path, monkeypatch):
    rules = far_rules()
    fill(rules, 0)
    monkeypatch.setattr("os.fsync", lambda _: (_ for _ in ()).throw(OSError("no")))
    with pytest.raises(OSError):
        write_snapshot(tmp_path / "memory", rules._state, rules._texts, rules.params, 1)
    assert not (tmp_path / "memory").exists()
