"""`./run`: what it does to the environment that running processes stand on."""

from __future__ import annotations

import fcntl
import os
import pathlib
import shutil
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).parents[4]
CHANGED = "this file is another one than the environment was made from"


@pytest.fixture
def project(tmp_path: pathlib.Path) -> pathlib.Path:
    """A copy of the project's skeleton with an environment that looks made, and an installer that only takes notes."""
    for name in ("run", "pyproject.toml", "uv.lock"):
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / "tools").mkdir()
    shutil.copy(ROOT / "tools" / "uv.txt", tmp_path / "tools")
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / ".venv" / "bin" / "python").symlink_to(sys.executable)
    uv = tmp_path / ".tools" / "bin" / "uv"
    uv.parent.mkdir(parents=True)
    uv.write_text('#!/bin/sh\necho "$@" >> installed.txt\n')
    uv.chmod(0o755)
    return tmp_path


def run(project: pathlib.Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, **more}
    return subprocess.run(
        ["sh", "run", *arguments],
        cwd=project,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def installed(project: pathlib.Path) -> list[str]:
    path = project / "installed.txt"
    return [line for line in path.read_text().splitlines() if line.startswith("sync")] if path.exists() else []


def test_the_environment_is_made_once_and_whichever_way_python_is_found(project):
    first = run(project, "python", "-c", "print('ran')")
    assert (first.returncode, first.stdout) == (0, "ran\n"), first.stderr
    path = f"{project}/.venv/bin:{os.environ['PATH']}"
    assert run(project, "python", "-c", "print('ran')", PATH=path).returncode == 0
    assert len(installed(project)) == 1


@pytest.mark.parametrize("linked", [False, True], ids=["a folder", "a link"])
def test_the_environment_on_the_path_is_no_python_to_make_one_with(project, linked):
    """Its own Python may be of another release than the first one outside: found, it would have all installed anew."""
    own = project / ".venv" / "bin" / "python3.11"
    own.write_text(f'#!/bin/sh\necho asked >> "{project}/asked.txt"\nexec "{sys.executable}" "$@"\n')
    own.chmod(0o755)
    if linked:
        (project / ".venv").rename(project / "shared")
        (project / ".venv").symlink_to("shared")
    path = f"{project}/{'shared' if linked else '.venv'}/bin:{project}/.venv/bin:{os.environ['PATH']}"
    outside = run(project, "lock").returncode
    assert run(project, "lock", PATH=path).returncode == outside == 0
    assert run(project, "python", "-c", "print('ran')", PATH=path).stdout == "ran\n"
    assert not (project / "asked.txt").exists()


def test_an_environment_that_a_running_process_uses_is_never_changed(project):
    assert run(project, "python", "-c", "").returncode == 0
    (project / "uv.lock").write_text(CHANGED)
    with open(project / ".venv.use", "a") as running:
        fcntl.flock(running, fcntl.LOCK_SH)
        refused = run(project, "python", "-c", "print('ran')")
        assert refused.returncode == 1
        assert refused.stdout == ""
        assert "stop that Tártip, or wait" in refused.stderr
        assert run(project, "clean").returncode == 1
        assert (project / ".venv").exists()
        assert len(installed(project)) == 1
    assert run(project, "python", "-c", "").returncode == 0
    assert len(installed(project)) == 2


def test_a_change_that_was_cut_off_is_made_again(project):
    assert run(project, "python", "-c", "").returncode == 0
    uv = project / ".tools" / "bin" / "uv"
    good = uv.read_text()
    uv.write_text('#!/bin/sh\n[ "$1" = --version ]\n')
    (project / "uv.lock").write_text(CHANGED)
    assert run(project, "python", "-c", "").returncode != 0
    uv.write_text(good)
    assert run(project, "python", "-c", "").returncode == 0
    assert len(installed(project)) == 2


def test_every_process_with_the_settings_holds_the_environment(tmp_path):
    """The lock is real: while a process with Tártip's settings runs, nobody else gets it alone."""
    prefix = tmp_path / "env"
    prefix.mkdir()
    (prefix / ".tartip-stamp").touch()
    code = f"""
import sys
sys.prefix = {str(prefix)!r}
import tartip.server.settings, fcntl, subprocess
print("held", flush=True)
sys.stdin.read()
"""
    process = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    with open(f"{prefix}.use", "a") as mine:
        with pytest.raises(BlockingIOError):
            fcntl.flock(mine, fcntl.LOCK_EX | fcntl.LOCK_NB)
        process.stdin.close()
        process.wait()
        fcntl.flock(mine, fcntl.LOCK_EX | fcntl.LOCK_NB)
