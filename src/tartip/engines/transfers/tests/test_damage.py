"""Promise: damaged files are named and never a wrong history, whichever of the files is lost or cut short."""

from __future__ import annotations

import shutil

import pytest

from tartip.engines.transfers import BrokenLog, LogFailed, TransferRules
from tartip.engines.transfers.engine import EngineClosed
from tartip.engines.transfers.tests.made import DAY, HOUR, START, far_rules, pay


@pytest.fixture
def three_snapshots(tmp_path):
    """Snapshots 2 and 3 with the log between them, and one payment behind: 16 in all."""
    with far_rules(tmp_path / "log", snapshot_after=None) as rules:
        for start in range(3):
            rules.process([pay(start * HOUR + n, d=n % 3, c=4) for n in range(5)])
            rules.snapshot()
        rules.process(pay(DAY))
    return tmp_path


def cut(path, change):
    whole = path.read_bytes()
    path.write_bytes(whole[: {"all": 0, "in its start": 10, "in a frame": len(whole) // 2, "at its end": -1}[change]])


@pytest.mark.parametrize("change", ["all", "in its start", "removed"])
def test_a_lost_log_beside_its_snapshots_is_no_new_beginning(three_snapshots, change):
    log = three_snapshots / "log"
    log.unlink() if change == "removed" else cut(log, change)
    for _ in range(2):  # it is not forgotten by asking again
        with pytest.raises(BrokenLog):
            far_rules(log)


def test_the_log_after_the_first_snapshot_is_missed_too(tmp_path):
    with far_rules(tmp_path / "log") as rules:
        rules.process(pay())
        rules.snapshot()
    (tmp_path / "log").unlink()
    with pytest.raises(BrokenLog):
        far_rules(tmp_path / "log")


@pytest.mark.parametrize("change", ["all", "in its start", "in a frame", "at its end"])
def test_the_way_back_needs_the_whole_finished_log(three_snapshots, change):
    (three_snapshots / "log.memory-3").write_bytes(b"")
    cut(three_snapshots / "log.log-2", change)
    with pytest.raises(BrokenLog):
        far_rules(three_snapshots / "log")


def test_the_way_back_takes_no_log_of_another_generation(three_snapshots):
    (three_snapshots / "log.memory-3").write_bytes(b"")
    shutil.copy(three_snapshots / "log", three_snapshots / "log.log-2")
    with pytest.raises(BrokenLog):
        far_rules(three_snapshots / "log")


def test_a_flipped_bit_in_a_finished_log_is_no_torn_tail(three_snapshots):
    (three_snapshots / "log.memory-3").write_bytes(b"")
    finished = three_snapshots / "log.log-2"
    whole = bytearray(finished.read_bytes())
    whole[-1] ^= 1
    finished.write_bytes(whole)
    with pytest.raises(BrokenLog):
        far_rules(three_snapshots / "log")


def test_nothing_is_acknowledged_into_a_log_that_lost_its_name(tmp_path, monkeypatch):
    """The next log has the name already when the disk fails: what went to the old one would be read by nobody."""
    rules = far_rules(tmp_path / "log", snapshot_after=None)
    rules.process([pay(n, d=n) for n in range(5)])

    def fail(_):
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as broken:
        broken.setattr("tartip.engines.transfers.log.sync_folder", fail)
        with pytest.raises(LogFailed):
            rules.snapshot()
    with pytest.raises(EngineClosed):
        rules.process(pay(9))
    with far_rules(tmp_path / "log") as again:
        assert again.counts["transfers"] == 5


@pytest.mark.parametrize("linked", [False, True])
def test_a_crash_around_the_first_snapshot_is_no_lost_log(tmp_path, linked):
    """Of an empty engine too: a snapshot stands, the log of before has still its name, and perhaps its second name."""
    with far_rules(tmp_path / "log") as rules:
        rules.snapshot()
    (tmp_path / "log").unlink()
    (tmp_path / "log.log-0").rename(tmp_path / "log")
    if linked:
        (tmp_path / "log.log-0").hardlink_to(tmp_path / "log")
    with far_rules(tmp_path / "log") as rules:
        rules.process(pay())
        rules.snapshot()
    with far_rules(tmp_path / "log") as rules:
        assert rules.counts["transfers"] == 1


def test_a_snapshot_made_under_a_wrong_clock_makes_nobody_late(tmp_path):
    with TransferRules(tmp_path / "log", clock=lambda: START + 301 * DAY) as rules:
        rules.process([pay(DAY, d=5), pay(301 * DAY, d=9)])
        rules.snapshot()
    with TransferRules(tmp_path / "log", clock=lambda: START + DAY) as rules:
        judged = rules.process([pay(DAY, d=n) for n in range(3)])
        assert [judged[row].status.name for row in range(3)] == ["JUDGED"] * 3
