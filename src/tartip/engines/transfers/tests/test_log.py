from __future__ import annotations

import errno

import pytest

from tartip.engines.errors import BadInput
from tartip.engines.transfers import BrokenLog, EngineClosed, LogFailed, LogInUse, SyncPolicy
from tartip.engines.transfers.log import Log
from tartip.engines.transfers.tests.made import far_rules, pay
from tartip.engines.transfers.transfer import record_of

ALWAYS, NEVER = SyncPolicy(1, 0.0), SyncPolicy(10**9, 10**9)


def filled(path, count=4, sync=ALWAYS):
    with far_rules(path, sync=sync) as rules:
        for place in range(count):
            rules.process(pay(place, 100 + place, text=f"payment {place % 2}"))


def test_what_was_processed_is_there_after_reopening(tmp_path):
    filled(tmp_path / "log", 5)
    with far_rules(tmp_path / "log") as rules:
        assert (rules.recovery.transfers, rules.recovery.torn_bytes) == (5, 0)
        assert rules.counts["transfers"] == 5
        answer = rules.process(pay(9, text="payment 0"))[0]
        assert (answer.outcomes["044"], answer.outcomes["007"]) == (".03", ".01")


def test_wherever_a_crash_cuts_the_last_frame_that_frame_alone_is_lost(tmp_path):
    path = tmp_path / "log"
    filled(path, 3)
    before = path.stat().st_size
    filled_more = far_rules(path, sync=NEVER)
    filled_more.process(pay(50, text="the last"))
    filled_more.close()
    whole = path.read_bytes()
    for size in [*range(before, len(whole), 5), len(whole) - 1]:
        path.write_bytes(whole[:size])
        with far_rules(path) as rules:
            assert rules.recovery.transfers == 3
            assert rules.recovery.torn_bytes == size - before
            assert rules.process(pay(60))[0].outcomes["044"] == ".03"  # and the log goes on
        with far_rules(path) as rules:
            assert rules.recovery.transfers == 4
    assert (tmp_path / f"log.torn-{before}").read_bytes() == whole[before : len(whole) - 1]  # nothing is thrown away


def test_garbage_after_the_durable_end_is_a_torn_tail(tmp_path):
    """Pages of an unsynced tail may reach the disk in any order: zeros, then a whole frame."""
    path = tmp_path / "log"
    filled(path, 2)
    durable = path.stat().st_size
    rules = far_rules(path, sync=NEVER)
    rules.process(pay(10))
    middle = path.stat().st_size
    rules.process(pay(11))
    rules.close()
    whole = bytearray(path.read_bytes())
    whole[durable + 16 : middle] = bytes(middle - durable - 16)
    path.write_bytes(whole)
    with far_rules(path) as rules:
        assert rules.recovery.transfers == 2
        assert rules.recovery.torn_bytes == len(whole) - durable


def test_damage_before_the_durable_end_is_reported_and_nothing_is_cut(tmp_path):
    path = tmp_path / "log"
    filled(path, 4)
    whole = path.read_bytes()
    for at in range(0, len(whole) - 200, 3):  # lengths of frames among them
        broken = bytearray(whole)
        broken[at] ^= 0x20
        path.write_bytes(broken)
        with pytest.raises(BrokenLog):
            far_rules(path)
        assert path.read_bytes() == bytes(broken)


def test_a_file_that_is_no_log_is_refused(tmp_path):
    (tmp_path / "log").write_text("something else entirely, and long enough to be read")
    with pytest.raises(BrokenLog):
        far_rules(tmp_path / "log")


def test_two_engines_cannot_write_one_log(tmp_path):
    with far_rules(tmp_path / "log"), pytest.raises(LogInUse):
        far_rules(tmp_path / "log")
    far_rules(tmp_path / "log").close()


def test_syncs_are_shared_by_many_records_and_bounded_in_time(tmp_path):
    """Three records or ten seconds, whichever comes first."""
    synced, now = [], [0.0]
    log = Log(tmp_path / "log", SyncPolicy(3, 10.0), clock=lambda: now[0], fsync=synced.append)
    assert list(log.frames()) == []
    synced.clear()
    record = record_of(pay(), 0)
    for _ in range(7):
        log.append(record, [])
    assert len(synced) == 2
    assert log.durable < log._size
    now[0] = 10.0
    log.append(record, [])
    assert len(synced) == 3
    assert log.durable == log._size
    log.append(record, [])
    log.flush()
    assert len(synced) == 4
    log.close()


def test_a_write_that_fails_closes_the_engine_and_keeps_what_was_acknowledged(tmp_path):
    path = tmp_path / "log"
    rules = far_rules(path, sync=ALWAYS)
    rules.process(pay(1))

    def full(_):
        raise OSError(errno.ENOSPC, "No space left on device")

    rules._log._fsync = full
    with pytest.raises(LogFailed, match="No space left"):
        rules.process(pay(2))
    with pytest.raises(EngineClosed):
        rules.process(pay(3))
    with far_rules(path) as again:
        assert again.recovery.transfers in (1, 2)  # written, but never acknowledged as durable


def test_late_and_repeated_transfers_are_not_written(tmp_path):
    from tartip.engines.transfers.tests.made import DAY

    with far_rules(tmp_path / "log") as rules:
        rules.process([pay(5 * DAY, id=1), pay(5 * DAY, id=1), pay(0, id=2)])
        assert rules.counts == {"transfers": 1, "accounts": 2, "late": 1, "duplicates": 1, "ahead": 0}
    with far_rules(tmp_path / "log") as rules:
        assert rules.recovery.transfers == 1
        assert rules.process(pay(5 * DAY, id=1))[0].status.name == "DUPLICATE"


def test_descriptions_met_only_in_a_question_reach_the_log_before_they_are_used(tmp_path):
    with far_rules(tmp_path / "log") as rules:
        rules.judge(pay(text="asked about"))
        rules.process(pay(text="asked about"))
    with far_rules(tmp_path / "log") as rules:
        assert rules.judge(pay(1, text="asked about"))[0].outcomes["007"] == ".01"
        assert rules.judge(pay(1, text="something else"))[0].outcomes["007"] == ".03"


@pytest.mark.parametrize("policy", [(0, 0.0), (-1, 1.0), (1.5, 1.0), (1, -1.0), (1, float("nan")), (1, "1"), ("1", 1)])
def test_a_sync_policy_that_means_nothing_is_refused_when_it_is_made(policy):
    """Not at the first payment."""
    with pytest.raises(BadInput, match=r"sync\.(records|seconds)"):
        SyncPolicy(*policy)


@pytest.mark.parametrize("after", [0, -1, 1.5, "1000", True])
def test_a_number_of_transfers_between_snapshots_that_means_nothing_is_refused(after):
    with pytest.raises(BadInput, match="snapshot_after"):
        far_rules(snapshot_after=after)
