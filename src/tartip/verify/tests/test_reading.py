"""What is read of a file, and of the files beside it: both verifiers read all of it or none, and judge it alike."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tartip.verify import standalone
from tartip.verify.command import main
from tartip.verify.reading import MAX_JSON
from tartip.verify.tests.make import KEY, WITNESS_KEY, receipt_of, write
from tartip.verify.tests.test_formats import digest_of, judged, month, proof
from tartip.verify.tests.test_receipt import GOOD
from tartip.verify.texts import LANGUAGES, MISSING, translate

MIB = 1024 * 1024
FORGED = b'GARBAGE {"entry":{"act":"forged"}}'


def padded(path: Path, size: int, tail: bytes = b"") -> None:
    """The same JSON, with white space up to `size` bytes and a tail."""
    data = path.read_bytes()
    path.write_bytes(data + b" " * (size - len(data) - len(tail)) + tail)


@pytest.mark.parametrize(
    "size, tail, code",
    [
        (MIB + 5, b"", 0),  # white space has no meaning, and the bound is 16 MiB
        (MIB + 5 + len(FORGED), FORGED, 1),
        (MAX_JSON, b"", 0),
        (MAX_JSON + 1, b"", 1),
        (MAX_JSON + 1 + len(FORGED), FORGED, 1),
        (17 * MIB, b"", 1),
    ],
)
def test_the_receipt_beside_a_manifest_is_read_whole_or_not_at_all(tmp_path, size, tail, code):
    path = month(tmp_path)
    padded(proof(path), size, tail)
    assert judged(path, KEY)[0] == code


def test_a_true_receipt_of_a_month_may_be_longer_than_a_mebibyte(tmp_path):
    path = month(tmp_path)
    payload = {"after": {"sha256": digest_of(path)}, "note": "x" * (1100 * 1024)}
    path.with_name("offences-2025-03.receipt.json").write_text(json.dumps(receipt_of({"act": "month.seal"}, payload)))
    assert judged(path, KEY)[0] == 0


@pytest.mark.parametrize("size, tail, code", [(MAX_JSON, b"", 0), (MAX_JSON, b"x", 2), (MAX_JSON + 1, b"", 2)])
def test_a_document_is_read_by_the_same_bound(tmp_path, size, tail, code):
    path = write(tmp_path, GOOD)
    padded(path, size, tail)
    assert judged(path, KEY, WITNESS_KEY)[0] == code


@pytest.mark.parametrize(
    "name, code",
    [
        ("n" * 234 + ".parquet", 3),  # its receipt has 234 + 13 characters
        ("n" * 242 + ".parquet", 3),  # 255, the longest
        ("n" * 243 + ".parquet", 2),
        ("n" * 247 + ".parquet", 2),
        *(("n" * length, 2) for length in range(243, 257)),
        ("n" * 242, 3),
        ("я" * 121, 3),
        ("я" * 122, 2),
    ],
)
def test_a_name_that_no_folder_can_hold_refutes_nothing(tmp_path, name, code):
    """3: neither the file nor its receipt is there. 2: they could be nowhere."""
    assert judged(month(tmp_path, file=name), KEY)[0] == code


@pytest.mark.skipif(not os.path.exists("/proc/self/mem"), reason="a file that cannot be read needs Linux")
@pytest.mark.parametrize("kind, step", [("parquet", "file"), ("receipt.json", "manifest")])
def test_what_cannot_be_read_refutes_nothing(tmp_path, kind, step):
    path = month(tmp_path)
    proof(path)
    beside = path.with_name(f"offences-2025-03.{kind}")
    beside.unlink()
    beside.symlink_to("/proc/self/mem")  # opens, and its first byte cannot be read
    code, steps = judged(path, KEY)
    assert (code, steps[step]) == (3, "unproven")
    beside.unlink()
    beside.mkdir()
    assert (judged(path, KEY)[0], judged(path, KEY)[1][step]) == (3, "unproven")
    beside.rmdir()
    os.mkfifo(beside)  # whoever opened it would wait for ever
    assert (judged(path, KEY)[0], judged(path, KEY)[1][step]) == (3, "unproven")


@pytest.fixture(params=["receipt", "checkpoint", "month"])
def proven(request, tmp_path) -> Path:
    """A document that is verified with both keys."""
    if request.param == "receipt":
        return write(tmp_path, GOOD)
    if request.param == "checkpoint":
        path = tmp_path / "checkpoint.txt"
        path.write_text(GOOD["checkpoint"], "utf-8")
        return path
    path = month(tmp_path)
    proof(path)
    return path


KEYS = {"receipt.json": [KEY, WITNESS_KEY], "checkpoint.txt": [KEY, WITNESS_KEY]}


def told(path: Path, *arguments: str) -> int:
    keys = [word for key in KEYS.get(path.name, [KEY]) for word in ("--key", key)]
    return main([str(path), *keys, *arguments])


def test_it_is_verified_as_it_is(proven):
    assert told(proven, "--lang", "en") == 0


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("data", [b"", b"PK\x03\x04garbage", b"{}"])
def test_an_extract_that_was_given_and_not_read_is_said(proven, tmp_path, capsys, language, data):
    """The reader would take "verified" for "and nothing is left out"."""
    journal = tmp_path / "calls.zip"
    journal.write_bytes(data)
    assert told(proven, "--journal", str(journal), "--lang", language) == 3
    page = capsys.readouterr().out
    assert "calls.zip" in page
    assert translate(MISSING["extract"], language) in page.splitlines()[-1]


def test_certificates_that_were_given_and_not_used_are_said(proven, tmp_path):
    chain = tmp_path / "chain.pem"
    chain.write_bytes(b"")
    assert told(proven, "--stamp-chain", str(chain)) == 3


@pytest.mark.parametrize("argument", ["--journal", "--stamp-chain", "--keys"])
@pytest.mark.parametrize("name", ["", "none", "folder"])
def test_an_argument_that_cannot_be_read_is_refused(proven, tmp_path, capsys, argument, name):
    """An empty one too: in a script it is a variable that was never set."""
    (tmp_path / "folder").mkdir()
    assert told(proven, argument, str(tmp_path / name) if name else "") == 2
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.parametrize("argument", ["--journal", "--stamp-chain"])
def test_the_verifier_in_one_file_takes_no_argument_that_it_cannot_check(tmp_path, argument):
    command = [sys.executable, "-I", standalone.__file__, str(write(tmp_path, GOOD)), "--key", KEY, argument, "x"]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 2
