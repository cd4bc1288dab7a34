from __future__ import annotations

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tartip.engines.months import AlreadySealed, SealedMonths, audit, draft, seal_month
from tartip.engines.months.tests.made import CASES, FEBRUARY, JANUARY, case, cases, many_cases

SOURCE = Path(__file__).parents[4]


def outcomes(folder):
    return {step.outcome for step in audit(folder, "cases")}


def test_a_failure_before_the_manifest_leaves_no_sealed_month(tmp_path, monkeypatch):
    with monkeypatch.context() as broken:
        broken.setattr(draft, "_write_new", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            seal_month(cases(case(1)), CASES, JANUARY, tmp_path)
    assert SealedMonths.read(tmp_path, "cases").manifests == ()
    assert not list(tmp_path.glob(".sealing-*"))
    # The file without a manifest is none of ours: the next try takes its place.
    manifest = seal_month(cases(case(2)), CASES, JANUARY, tmp_path)
    assert SealedMonths.read(tmp_path, "cases").manifests == (manifest,)
    assert outcomes(tmp_path) == {"ok"}


def test_a_disk_that_cannot_be_written_leaves_nothing(tmp_path, monkeypatch):
    from tartip.engines.months import seal

    def full(*_args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(seal, "write_parquet", full)
    with pytest.raises(OSError, match="No space left"):
        seal_month(cases(case(1)), CASES, JANUARY, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_of_two_sealers_of_one_month_one_wins(tmp_path):
    def seal(seed):
        try:
            return seal_month(many_cases(2000, seed), CASES, JANUARY, tmp_path)
        except AlreadySealed:
            return None

    with ThreadPoolExecutor(4) as pool:
        found = [manifest for manifest in pool.map(seal, range(4)) if manifest]
    assert len(found) == 1
    assert SealedMonths.read(tmp_path, "cases").manifests == tuple(found)
    assert outcomes(tmp_path) == {"ok"}


def test_months_sealed_at_the_same_time_stand_in_one_chain(tmp_path):
    def seal(number):
        month = JANUARY.plus(number)
        return seal_month(many_cases(50, number, month), CASES, month, tmp_path)

    with ThreadPoolExecutor(4) as pool:
        manifests = list(pool.map(seal, range(6)))
    assert sorted(m.number for m in manifests) == list(range(6))
    assert outcomes(tmp_path) == {"ok"}


def test_a_killed_sealer_leaves_the_other_months_and_nothing_in_the_way(tmp_path):
    """kill -9 in the middle of writing: the lock is free, the month is not sealed, and can be."""
    seal_month(cases(case(1)), CASES, JANUARY, tmp_path)
    code = (
        "import os, signal, sys\n"
        "from tartip.engines.months import draft, seal_month\n"
        "from tartip.engines.months.tests.made import CASES, FEBRUARY, many_cases\n"
        "draft._write_new = lambda *_: os.kill(os.getpid(), signal.SIGKILL)\n"
        "seal_month(many_cases(500, 1, FEBRUARY), CASES, FEBRUARY, sys.argv[1])\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(SOURCE)}
    ended = subprocess.run([sys.executable, "-c", code, str(tmp_path)], env=environment, timeout=300)
    assert ended.returncode == -signal.SIGKILL
    assert SealedMonths.read(tmp_path, "cases").months == (JANUARY,)
    assert seal_month(many_cases(500, 2, FEBRUARY), CASES, FEBRUARY, tmp_path).number == 1
    assert outcomes(tmp_path) == {"ok"}


def test_a_disk_that_is_full_leaves_nothing_behind(tmp_path, monkeypatch):
    def full(handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tartip.engines.months.draft.os.fsync", full)
    for _ in range(3):
        with pytest.raises(OSError, match="No space"):
            draft._write_new(tmp_path / "calls-2026-10.manifest.json", b"{}")
    assert list(tmp_path.iterdir()) == []
