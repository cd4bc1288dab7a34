"""The command line: each command, given anything, answers with a sentence and never with a traceback."""

from __future__ import annotations

import argparse
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import OperationalError

from tartip.server import commands
from tartip.server.commands import main

# They run until they are stopped: here it is enough that their arguments are read.
ENDLESS = ("demo", "keeper", "worker", "city")
WORDS = (
    "",
    "nonsense",
    "-1",
    "0",
    "nan",
    "inf",
    "9" * 40,
    "KZ",
    "2026-13",
    "../../x",
    "%(x)s %s {}",
    "ағза\u202e",
    "\n",
)


def leaves(parser: argparse.ArgumentParser, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    inner = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    for action in inner:
        for name, below in action.choices.items():
            yield from leaves(below, (*path, name))
    if not inner or parser.get_default("run"):
        yield path, parser


LEAVES = {" ".join(path): (path, parser) for path, parser in leaves(commands.parser())}


def lines_of(path: tuple[str, ...], parser: argparse.ArgumentParser, files: list[str]) -> Iterator[list[str]]:
    """Command lines with one argument after the other set to nonsense, the others to something that could be right."""
    known = [action for action in parser._actions if not isinstance(action, argparse._SubParsersAction)]
    positional = [action for action in known if not action.option_strings and action.nargs != argparse.REMAINDER]
    options = [action for action in known if action.option_strings and action.dest != "help"]
    rest = any(action.nargs == argparse.REMAINDER for action in known)
    required = [part for action in options if action.required for part in (action.option_strings[-1], "dispatcher")]
    yield list(path)
    for word in (*WORDS, *files):
        if positional or rest:
            yield [*path, *required, *([word] * max(1, len(positional)))]
        for action in options:
            given = [action.option_strings[-1]] if action.nargs == 0 else [f"{action.option_strings[-1]}={word}"]
            yield [*path, *required, *(["x"] * len(positional)), *given]


@pytest.fixture
def files(tmp_path: pathlib.Path) -> list[str]:
    """What a file argument may meet: nothing, a folder, no right to read, binary, empty, and text of another kind."""
    binary = tmp_path / "binary.bin"
    binary.write_bytes(bytes(range(256)) * 40)
    empty = tmp_path / "empty.json"
    empty.touch()
    other = tmp_path / "other.json"
    other.write_text('{"type": "FeatureCollection", "features": [1, null, {"a": []}]}')
    closed = tmp_path / "closed.csv"
    closed.touch(mode=0o000)
    return [str(path) for path in (tmp_path / "absent.csv", tmp_path, binary, empty, other, closed)]


@pytest.mark.parametrize("name", [name for name in LEAVES if name != "django"])
@pytest.mark.django_db(transaction=False)
def test_no_argument_of_any_command_ends_in_a_traceback(name, files, capsys, monkeypatch, tmp_path):
    for endless in ENDLESS:
        monkeypatch.setattr(commands, endless, lambda options: 0)
    monkeypatch.chdir(tmp_path)  # a wrong word may name a file to write
    monkeypatch.setattr(commands, "_written_down", lambda error: pytest.fail(f"not foreseen: {error!r}"))
    path = LEAVES[name][0]
    whole = commands.parser()
    monkeypatch.setattr(commands, "parser", lambda: whole)  # made once, not for each of the lines
    parser = dict(leaves(whole))[path]
    for line in lines_of(path, parser, files):
        try:
            code: Any = main(line)
        except SystemExit as ended:
            code = ended.code
        told = capsys.readouterr()
        assert code in (0, 1, 2, 3, None) or isinstance(code, str), (line, code)
        assert "Traceback" not in told.out + told.err, line
        assert code in (0, 1, 3, None) or told.err.strip() or told.out.strip(), f"{line}: refused without a word"


@pytest.mark.parametrize(
    ("said", "words"),
    [([], ("demo", "verify", "audit")), (["journal"], ("resume",)), (["account"], ("reset",)), (["law"], ())],
)
def test_who_names_no_command_is_shown_them_all_with_what_they_do(said, words, capsys):
    assert main(said) == 2
    shown = capsys.readouterr().err
    for word in words:
        assert re.search(rf"^ +{word} +\w", shown, re.MULTILINE), word
    assert "error" not in shown


def test_a_defect_is_a_sentence_and_its_traceback_is_in_a_file_of_its_owner(capsys, monkeypatch, settings, tmp_path):
    settings.VAR = tmp_path

    def broken(options: object) -> int:
        raise ZeroDivisionError("a defect")

    monkeypatch.setattr(commands, "key", broken)
    assert main(["key"]) == 2
    told = capsys.readouterr().err
    assert "Traceback" not in told
    (written,) = (tmp_path / "log").iterdir()
    assert str(written) in told
    assert "ZeroDivisionError: a defect" in written.read_text()
    assert written.stat().st_mode & 0o077 == 0
    monkeypatch.setenv("TARTIP_DEBUG", "1")
    main(["key"])
    assert "Traceback" in capsys.readouterr().err


def test_a_database_that_does_not_answer_is_a_sentence_with_the_setting(capsys, monkeypatch):
    def broken(options: object) -> int:
        raise OperationalError(
            'connection to server at "10.0.0.1", port 5432 failed: Connection refused\n\tIs it running?'
        )

    monkeypatch.setattr(commands, "key", broken)
    assert main(["key"]) == 2
    told = capsys.readouterr().err
    assert "Connection refused. Check TARTIP_DATABASE_URL" in told
    assert told.count("\n") == 1


@pytest.mark.parametrize(
    ("name", "value", "rule"),
    [
        ("TARTIP_LOG_LEVEL", "loud", "must be one of DEBUG"),
        ("TARTIP_DATABASE_URL", "postgres://a:b@c:port/x", "cannot be read"),
        ("TARTIP_DATABASE_URL", "mysql://x", "must look like postgresql://"),
        ("TARTIP_JOURNAL_KEY", "zz", "hex digits"),
        ("TARTIP_NODE_NAME", "a b", "without space and plus"),
        ("TARTIP_NODE", "x", "whole number"),
        ("TARTIP_VAR", "/proc/none", "cannot be made"),
        ("TARTIP_DB_NAME", "x" * 64, "1 to 63 characters"),
        ("TARTIP_PG_FOLDER", "../x", "name of a folder"),
        ("TARTIP_TRUSTED_ORIGINS", "example.org", "https://"),
        ("TARTIP_SECRET_KEY_FILE", "/nowhere", "cannot be read"),
        ("TARTIP_DB_POOL", "1", "must be from 2 to 200"),
    ],
)
def test_a_wrong_setting_is_one_sentence_that_names_it(name, value, rule):
    environment = {key: text for key, text in os.environ.items() if not key.startswith("TARTIP_")}
    ran = subprocess.run(
        [sys.executable, "-c", "import tartip.server.settings"],
        env={**environment, name: value}, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert ran.returncode != 0
    assert ran.stderr.startswith(f"Setting {name.removesuffix('_FILE')}"), ran.stderr
    assert rule in ran.stderr
    assert ran.stderr.count("\n") == 1


@pytest.fixture
def fresh() -> Iterator[dict[str, str]]:
    """The environment of somebody who has just unpacked the program."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="tartip-fresh-", dir="/tmp"))
    folder.chmod(0o755)
    environment = {key: text for key, text in os.environ.items() if not key.startswith("TARTIP_")}
    yield {**environment, "TARTIP_VAR": str(folder)}
    shutil.rmtree(folder)


def test_a_command_on_a_fresh_folder_prepares_the_database_by_itself(fresh, tmp_path):
    def tartip(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "tartip", *words]
        return subprocess.run(command, env=fresh, capture_output=True, text=True, check=False, timeout=300)

    file = tmp_path / "calls.csv"
    file.write_text("a,b\n1,2\n")
    tmp_path.chmod(0o755)
    ran = tartip("replay", str(file))
    assert ran.returncode == 2
    assert ran.stderr.startswith("Preparing the database …\ntartip: "), ran.stderr
    assert ran.stderr.count("\n") == 2
    clean = tartip("audit")
    assert (clean.returncode, clean.stdout.splitlines()[-1]) == (0, "clean"), clean.stderr


def test_a_database_of_its_own_operator_is_not_changed_but_the_command_is_named(monkeypatch, capsys):
    from django.db import connection

    from tartip.server import prepare

    monkeypatch.setattr(prepare, "is_prepared", lambda: False)
    monkeypatch.setattr(prepare, "prepare", lambda: pytest.fail("migrated without being asked"))
    monkeypatch.setitem(connection.settings_dict, "EMBEDDED_DATA", None)
    assert main(["audit"]) == 2
    assert "./run tartip migrate" in capsys.readouterr().err
