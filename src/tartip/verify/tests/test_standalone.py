"""The one-file verifier, copied away and run alone, must judge as the library does."""

from __future__ import annotations

import ast
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from tartip.engines.merkle import EMPTY_ROOT, Checkpoint, sign_checkpoint
from tartip.verify import standalone, verify_bytes, verify_file
from tartip.verify.tests.make import FORGER, KEY, LOG, WITNESS_KEY, b64, changed, receipt, write
from tartip.verify.tests.tampered import TAMPERED
from tartip.verify.tests.test_receipt import GOOD, JSON

SOURCE = Path(standalone.__file__)


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copy(SOURCE, tmp_path_factory.mktemp("lawyer") / "verify.py"))


def run(program: Path, document: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-I", program.name, document.name, *arguments]
    return subprocess.run(command, cwd=program.parent, capture_output=True, text=True, encoding="utf-8", check=False)


def steps_alone(path: Path, *keys: str) -> list[tuple[str, str]]:
    parsed = [standalone.parse_key(key) for key in keys]
    return [(step, outcome) for step, outcome, _ in standalone.verify(path, parsed)[1]]


def steps_of_library(path: Path, *keys: str) -> list[tuple[str, str]]:
    return sorted((step.code, step.outcome.value) for step in verify_file(path, keys).steps)


def test_it_is_one_short_file_that_needs_only_cryptography() -> None:
    tree = ast.parse(SOURCE.read_text("utf-8"))
    names = [n.name for node in ast.walk(tree) if isinstance(node, ast.Import) for n in node.names]
    names += [str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    assert {name.split(".")[0] for name in names} - sys.stdlib_module_names == {"cryptography"}
    assert len(SOURCE.read_text("utf-8").splitlines()) <= 350


@pytest.mark.parametrize(
    "name, document, keys, code, words",
    [
        (
            "good",
            GOOD,
            ["--key", KEY, "--key", WITNESS_KEY],
            0,
            ["YES: a witness confirmed", "137 (0, 1, …)", "\nVerified."],
        ),
        ("own key", GOOD, [], 3, ["NOT PROVEN: the key comes from a source you trust", "a key you trust (--key)"]),
        ("forged", receipt(signer=FORGER), ["--key", KEY], 1, ["NO: the log signed the checkpoint"]),
        ("tampered", TAMPERED["another act"][0](GOOD), ["--key", KEY], 1, ["NO: the entry is in the signed log"]),
        ("in Kazakh", GOOD, ["--lang", "kk"], 3, ["ИӘ: жазба қол қойылған журналда бар"]),
        ("in Russian", GOOD, ["--lang", "ru"], 3, ["ДА: запись есть в подписанном журнале"]),
        ("nothing", {}, [], 2, ["NO: this is a document that can be verified"]),
        ("broken key", GOOD, ["--key", "nonsense"], 2, []),
    ],
)
def test_run_alone_and_isolated_it_tells_good_from_bad(
    alone: Path, name: str, document: object, keys: list[str], code: int, words: list[str]
) -> None:
    result = run(alone, write(alone.parent, document), *keys)
    assert result.returncode == code, result.stdout + result.stderr
    assert all(word in result.stdout for word in words), result.stdout
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize(
    "keys", [(), (KEY,), (KEY, WITNESS_KEY), (WITNESS_KEY,)], ids=["own", "log", "both", "witness"]
)
def test_it_judges_good_and_tampered_receipts_as_the_library_does(tmp_path: Path, keys: tuple[str, ...]) -> None:
    documents = {name: tamper(GOOD) for name, (tamper, _) in TAMPERED.items()}
    documents |= {"good": GOOD, "erased": {**GOOD, "payload": None, "salt": None}, "no keys": changed(keys=[])(GOOD)}
    documents |= {"bad own key": changed(keys=["nonsense"])(GOOD), "stamped": changed(timestamp=b64(b"x"))(GOOD)}
    for name, document in documents.items():
        path = write(tmp_path, document)
        assert sorted(steps_alone(path, *keys)) == steps_of_library(path, *keys), name


@pytest.mark.parametrize("field", ["index", "payload", "payload_hash"])
def test_a_field_that_stands_twice_is_refused_by_both(tmp_path: Path, field: str) -> None:
    """Readers that keep the first and readers that keep the last value would see two different receipts."""
    path = write(tmp_path, GOOD)
    twice = f"{{{json.dumps(field)}: {json.dumps(GOOD[field])}, {path.read_text('utf-8')[1:]}"
    path.write_text(twice, "utf-8")
    assert steps_alone(path, KEY) == steps_of_library(path, KEY) == [("read", "failed")]


@settings(max_examples=150, deadline=None)
@given(field=st.sampled_from(sorted(GOOD)), value=JSON)
def test_it_judges_any_value_in_any_field_as_the_library_does(
    tmp_path_factory: pytest.TempPathFactory, field: str, value: object
) -> None:
    path = write(tmp_path_factory.getbasetemp(), {**GOOD, field: json.loads(json.dumps(value))})
    assert sorted(steps_alone(path, KEY)) == steps_of_library(path, KEY)


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 255))
def test_it_judges_a_flipped_byte_as_the_library_does(
    tmp_path_factory: pytest.TempPathFactory, place: int, mask: int
) -> None:
    data = bytearray(json.dumps(GOOD, ensure_ascii=False).encode())
    data[place % len(data)] ^= mask
    path = tmp_path_factory.getbasetemp() / "flipped.json"
    path.write_bytes(data)
    assert sorted(steps_alone(path, KEY)) == steps_of_library(path, KEY)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=80))
def test_garbage_is_refused_without_an_exception(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "garbage"
    path.write_bytes(data)
    assert steps_alone(path) == [("read", "failed")]
    assert verify_bytes(data).exit_code == 2


@settings(max_examples=150, deadline=None)
@given(JSON)
def test_its_canonical_json_is_that_of_the_library(value: object) -> None:
    from tartip.engines.merkle import NotCanonical, canonical_json, read_json

    text = json.dumps(value).encode()
    try:
        expected = canonical_json(read_json(text))
    except NotCanonical:
        with pytest.raises(ValueError):
            standalone.canonical(standalone.read_json(text.decode()))
    else:
        assert standalone.canonical(standalone.read_json(text.decode())) == expected


@pytest.mark.parametrize("name", ["x" * 5000 + ".parquet", "қ" * 128, "a\0b", "a/../b", "", ".", ".."])
def test_a_manifest_whose_file_no_folder_can_hold_cannot_be_verified(tmp_path, name):
    path = write(tmp_path, {"format": "tartip-month/2", "file": name, "file_bytes": 1, "file_sha256": "0" * 64})
    assert verify_file(path).exit_code == 2
    assert standalone.exit_code(standalone.verify(path, [])[1]) == 2


@pytest.mark.parametrize(
    "size, root, code", [(0, EMPTY_ROOT, 0), (0, b"\x11" * 32, 1), (1, bytes(32), 0), (10**19 - 1, bytes(32), 0)]
)
def test_a_checkpoint_of_an_edge_size_is_judged_alike_by_both(tmp_path, size, root, code):
    """An empty log has one root, SHA-256 of nothing, whoever signed another one."""
    path = tmp_path / "checkpoint.txt"
    path.write_text(sign_checkpoint(Checkpoint(LOG.name, size, root), LOG), "utf-8")
    assert verify_file(path, [KEY]).exit_code == code
    assert sorted(steps_alone(path, KEY)) == steps_of_library(path, KEY)
