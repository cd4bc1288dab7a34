"""The embedded server: whatever stops it, the reader is told what to do."""

from __future__ import annotations

import os
import pathlib
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from types import SimpleNamespace

import pytest

from tartip.server import postgres
from tartip.server.postgres import PostgresFailed


@pytest.fixture
def var() -> Iterator[pathlib.Path]:
    """A folder that every user may enter, unlike pytest's own."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="tartip-pg-test-", dir="/tmp"))
    folder.chmod(0o755)
    yield folder
    if (folder / "postgres" / "postmaster.pid").exists():
        postgres.stop(folder / "postgres", "immediate")
    shutil.rmtree(folder)


@pytest.fixture
def program(var: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:
    """Puts a script in the place of a program of PostgreSQL."""
    folder = var / "bin"
    folder.mkdir()
    monkeypatch.setattr(postgres, "binaries", lambda: folder)
    monkeypatch.setattr(postgres, "START_SECONDS", 0.5)

    def put(name: str, script: str) -> None:
        path = folder / name
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)

    put("pg_isready", "exit 2")
    put("initdb", "exit 0")
    put("pg_ctl", "exit 0")
    return put


def said(var: pathlib.Path) -> str:
    with pytest.raises(PostgresFailed) as caught:
        postgres.start(var / "postgres")
    text = str(caught.value)
    assert "\n" not in text
    assert "%(" not in text
    return text


def cluster(var: pathlib.Path, version: str = postgres.VERSION) -> pathlib.Path:
    """A folder that looks like a whole cluster."""
    data = var / "postgres"
    (data / "global").mkdir(parents=True)
    (data / "global" / "pg_control").touch()
    (data / "PG_VERSION").write_text(version + "\n")
    return data


def starting(line: str) -> str:
    """A pg_ctl that writes to the log it is given by -l, and fails."""
    return f'while [ "$1" != -l ]; do shift; done\necho "2026-11-27 10:00:00 UTC [7] {line}" >> "$2"\nexit 1'


def test_a_cluster_whose_making_was_cut_off_is_made_anew(var):
    """kill -9 of initdb leaves half a cluster beside the place; the next start clears it and succeeds."""
    half = var / "postgres.new"
    (half / "base").mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    postgres.start(var / "postgres")
    assert postgres.running(var / "postgres")
    assert not half.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root lends the server another user")
def test_a_private_folder_of_root_is_named_with_what_to_do(var):
    private = var / "private"
    private.mkdir(mode=0o700)
    text = said(private)
    assert f"{private} is closed" in text
    assert f"chmod o+x {private}" in text
    assert "TARTIP_VAR" in text


def test_half_a_cluster_from_elsewhere_is_not_touched_but_named(var):
    data = var / "postgres"
    data.mkdir()
    (data / "PG_VERSION").write_text("18\n")
    assert f"Move the folder {data} away" in said(var)
    assert (data / "PG_VERSION").exists()


def test_data_of_another_version_is_not_started(var):
    cluster(var, "16")
    assert "is of PostgreSQL 16, this program has 18" in said(var)


def test_a_full_disk_is_said_and_leaves_no_half_cluster(var, program):
    program("initdb", "echo 'initdb: error: could not write file: No space left on device' >&2; exit 1")
    assert "Free some space on the disk" in said(var)
    assert not (var / "postgres").exists()
    assert not (var / "postgres.new").exists()


@pytest.mark.parametrize(
    ("line", "remedy"),
    [
        ("FATAL:  lock file postmaster.pid already exists", "postmaster.pid and start again"),
        ("PANIC:  could not write to file: No space left on device", "Free some space"),
        ("FATAL:  could not create any Unix-domain sockets", "TARTIP_VAR"),
        ("FATAL:  data directory has invalid permissions", "chmod 700"),
        ("FATAL:  data directory has wrong ownership", "as the user that owns"),
        ("FATAL:  something nobody has seen", "/log"),
    ],
)
def test_what_the_server_said_when_it_gave_up_comes_with_a_remedy(var, program, line, remedy):
    cluster(var).chmod(0o777)
    program("pg_ctl", starting(line))
    text = said(var)
    assert line.split(":  ")[1] in text
    assert remedy in text


def test_a_failure_that_does_not_pass_is_not_waited_for(var, program, monkeypatch):
    """Only the lock of a server that was just killed goes away by itself."""
    monkeypatch.setattr(postgres, "START_SECONDS", 3600)
    cluster(var).chmod(0o777)
    program("pg_ctl", starting("FATAL:  could not access file"))
    said(var)


def test_a_folder_that_cannot_be_made_is_said(var):
    (var / "file").touch()
    with pytest.raises(PostgresFailed, match="TARTIP_VAR"):
        postgres.start(var / "file" / "postgres")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root lends the server another user")
def test_programs_in_a_folder_closed_to_the_server_run_from_an_open_one(tmp_path, monkeypatch):
    """As where the sources were cloned into a private folder."""
    installed = postgres.binaries().parents[1]
    closed = tmp_path / "closed" / installed.name
    closed.parent.mkdir(mode=0o700)
    for folder in (installed, installed.with_name(f"{installed.name}.libs")):
        shutil.copytree(folder, closed.parent / folder.name, symlinks=True)
    spec = SimpleNamespace(origin=str(closed / "__init__.py"))
    monkeypatch.setattr(postgres.importlib.util, "find_spec", lambda _name: spec)
    programs = postgres.binaries()
    try:
        assert not programs.is_relative_to(closed.parent)
        assert postgres.binaries() == programs
        subprocess.run([programs / "initdb", "--version"], cwd="/", check=True, **postgres._server_user())
    finally:
        shutil.rmtree(next(folder for folder in programs.parents if folder.parent == pathlib.Path("/tmp")))
