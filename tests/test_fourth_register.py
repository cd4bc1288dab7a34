"""A further register is one file in `registers/` and its migration; nothing else is edited."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SETTINGS = """
import tartip.registers
from tartip.server.settings import *

tartip.registers.__path__.append({folder!r} + "/more")
MIGRATION_MODULES = {{"registers": "register_migrations"}}
VAR = pathlib.Path({folder!r}) / "var"
"""
STRAY_DOG = '''"""Stray dogs: taken in, and given back to their owners."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tartip.registers.parts import *

KEEP: Common = {"may": in_territory & has_role("supervisor", "patrol"), "ground": "order-706"}


class StrayDog(Imported, Record):
    colour = models.CharField(_("Colour"), max_length=80)
    taken_at = models.DateTimeField(_("When it was taken in"))
    owner = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", verbose_name=_("Owner"))

    class Lifecycle:
        start = "kept"
        moves = {"kept": ["given_back"]}


register(
    StrayDog, name="stray_dog", plural=_("Stray dogs"), retention=years(1), columns=["colour", "taken_at"],
    may_see=[Sees("supervisor patrol")],
    pages=Pages(order="-taken_at", search=("colour",), title="colour", imports="stray_dog.take_in"),
)

take_in = enters(
    "stray_dog.take_in", StrayDog, "colour taken_at", **KEEP,
    names=words("Итті қабылдау", "Принять собаку", "Take a dog in"),
    done=words("Ит қабылданды", "Собака принята", "A dog was taken in"),
)
give_back = moves(
    "stray_dog.give_back", StrayDog, {"kept": "given_back"}, fills="owner", **KEEP,
    names=words("Иесіне беру", "Отдать хозяину", "Give it back"),
    done=words("Иесіне берілді", "Отдана хозяину", "Given back"),
)
'''


def run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT), str(folder)]),
        "DJANGO_SETTINGS_MODULE": "with_dogs",
        "TARTIP_LOG_LEVEL": "CRITICAL",
    }
    environment.pop("PYTEST_XDIST_WORKER", None)
    return subprocess.run(
        [sys.executable, *command], cwd=folder, env=environment, capture_output=True, text=True, timeout=300
    )


@pytest.mark.long
def test_one_file_gets_its_pages_its_routes_and_its_search(tmp_path: Path) -> None:
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "stray_dog.py").write_text(STRAY_DOG)
    (tmp_path / "with_dogs.py").write_text(SETTINGS.format(folder=str(tmp_path)))
    migrations = ROOT / "src" / "tartip" / "registers" / "migrations"
    shutil.copytree(migrations, tmp_path / "register_migrations", ignore=shutil.ignore_patterns("__pycache__"))
    made = run(tmp_path, "-W", "ignore", "-m", "django", "makemigrations", "registers")
    assert made.returncode == 0, made.stderr
    assert "Create model StrayDog" in made.stdout
    shutil.copy(ROOT / "conftest.py", tmp_path)
    shutil.copy(ROOT / "tests" / "fourth_register.py", tmp_path)
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = -p no:cacheprovider --import-mode=importlib\n")
    done = run(tmp_path, "-m", "pytest", "-q", "fourth_register.py")
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    assert "1 passed" in done.stdout
    assert len(STRAY_DOG.splitlines()) <= 60
