"""A new app is one folder and one line in INSTALLED_APPS; two apps that claim one path are refused in words."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SETTINGS = """
from tartip.server.settings import *

INSTALLED_APPS = [*INSTALLED_APPS, {apps}]
VAR = pathlib.Path({var!r})
"""


def run(folder: Path, apps: str, *command: str) -> subprocess.CompletedProcess[str]:
    (folder / "with_umbrellas.py").write_text(SETTINGS.format(apps=apps, var=str(folder / "var")))
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT), str(folder)]),
        "DJANGO_SETTINGS_MODULE": "with_umbrellas",
        # Its sealed months are its own; the database server is the one of this run.
        "TARTIP_LOG_LEVEL": "CRITICAL",
    }
    environment.pop("PYTEST_XDIST_WORKER", None)
    return subprocess.run(
        [sys.executable, *command], cwd=folder, env=environment, capture_output=True, text=True, timeout=300
    )


def copy(folder: Path, name: str = "umbrellas") -> None:
    shutil.copytree(ROOT / "tests" / "umbrellas", folder / name)


@pytest.mark.long
def test_a_folder_and_one_line_are_a_whole_app(tmp_path: Path) -> None:
    copy(tmp_path)
    shutil.copy(ROOT / "conftest.py", tmp_path)
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = -p no:cacheprovider --import-mode=importlib\n")
    made = run(tmp_path, '"umbrellas"', "-W", "ignore", "-m", "django", "makemigrations", "umbrellas")
    assert made.returncode == 0, made.stderr
    done = run(tmp_path, '"umbrellas"', "-m", "pytest", "-q", "umbrellas/served.py")
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    assert "1 passed" in done.stdout


def test_two_apps_that_claim_one_path_are_named_at_the_start(tmp_path: Path) -> None:
    copy(tmp_path)
    rival = tmp_path / "rival"
    rival.mkdir()
    (rival / "__init__.py").write_text("")
    pages = (tmp_path / "umbrellas" / "urls.py").read_text()
    (rival / "urls.py").write_text(pages.replace('app_name = "umbrellas"', 'app_name = "rival"'))
    done = run(tmp_path, '"umbrellas", "rival"', "-m", "django", "check", "--tag", "paths")
    assert done.returncode == 1
    assert "umbrellas and rival both claim /umbrellas/" in done.stderr
    page_server = "import tartip.server.wsgi"
    done = run(tmp_path, '"umbrellas", "rival"', "-c", page_server)
    assert done.returncode == 1
    assert "both claim /umbrellas/" in done.stderr
