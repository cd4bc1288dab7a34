from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from tartip.verify import BadDocument, Context, Step, done, register_format, standalone, verify_bytes, verify_file
from tartip.verify.command import main
from tartip.verify.registry import _CHECKERS
from tartip.verify.tests.make import KEY, WITNESS_KEY, receipt_of, write
from tartip.verify.tests.test_receipt import GOOD
from tartip.verify.texts import LANGUAGES, REFUTED, TEXTS


@pytest.fixture
def own_format(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setattr("tartip.verify.registry._CHECKERS", dict(_CHECKERS))
    monkeypatch.setattr("tartip.verify.texts.TEXTS", dict(TEXTS))

    def check(document: Mapping[str, Any], context: Context) -> Iterator[Step]:
        if "value" not in document:
            raise BadDocument("field value: missing")
        yield done("sum", "The sum is %(value)s.", value=10 // document["value"])

    register_format("example/1", check, {"The sum is %(value)s.": {"ru": "Сумма %(value)s."}})
    return "example/1"


def test_a_room_registers_a_format_of_its_own(own_format: str) -> None:
    verdict = verify_bytes(json.dumps({"format": own_format, "value": 5}).encode())
    assert [(s.code, s.sentence("en"), s.sentence("ru")) for s in verdict.steps[1:]] == [
        ("sum", "The sum is 2.", "Сумма 2.")
    ]
    assert verdict.ok


def test_a_checker_that_falls_or_refuses_does_not_take_the_reader_down(own_format: str) -> None:
    fallen = verify_bytes(json.dumps({"format": own_format, "value": 0}).encode())
    assert (fallen.exit_code, fallen.steps[0].detail) == (1, "ZeroDivisionError: integer division or modulo by zero")
    refused = verify_bytes(json.dumps({"format": own_format}).encode())
    assert (refused.exit_code, refused.steps[0].detail) == (2, "field value: missing")


def package(name: str, content: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return buffer.getvalue()


def test_a_package_is_judged_by_the_format_in_its_manifest(own_format: str, tmp_path: Path) -> None:
    data = package("manifest.json", json.dumps({"format": own_format, "value": 2}).encode())
    (tmp_path / "court.zip").write_bytes(data)
    assert verify_bytes(data).ok
    assert verify_file(tmp_path / "court.zip").ok


@pytest.mark.parametrize(
    "data",
    [
        package("other.json", b"{}"),
        package("manifest.json", b"{"),
        package("manifest.json", b" " * (17 * 1024 * 1024)),
        package("manifest.json", b"{}" * 50)[:60],
        b"PK\x05\x06" + bytes(18),
    ],
    ids=["no manifest", "no JSON", "a bomb", "cut", "empty"],
)
def test_a_broken_package_is_refused(data: bytes) -> None:
    assert verify_bytes(data).exit_code == 2


def test_a_format_without_a_checker_here_says_so() -> None:
    verdict = verify_bytes(b'{"format": "tartip-unheard-of/1"}')
    assert (verdict.exit_code, verdict.conclude("ru")) == (2, "Ничего не проверено.")
    assert "'tartip-unheard-of/1'" in verdict.steps[0].sentence("kk")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_package_of_a_figure_is_not_called_false_but_says_what_to_do(tmp_path, capsys, language: str) -> None:
    path = tmp_path / "package.zip"
    path.write_bytes(package("figure.json", b"{}"))
    assert main([str(path), "--lang", language]) == 2
    said = capsys.readouterr().out
    assert "figure.json" in said
    assert "FAIL" not in said
    assert TEXTS[REFUTED].get(language, REFUTED) not in said
    words = {"kk": "тексеріңіз", "ru": "распакуйте", "en": "unpack"}
    assert words[language] in said


@pytest.mark.parametrize(("language", "word"), [("kk", "жарамсыз"), ("ru", "непригоден"), ("en", "cannot be used")])
def test_a_wrong_argument_is_said_in_the_language_asked_for(tmp_path, capsys, language: str, word: str) -> None:
    path = tmp_path / "receipt.json"
    path.write_text(json.dumps(GOOD))
    assert main([str(path), "--key", "garbage", "--lang", language]) == 2
    assert word in capsys.readouterr().err
    assert main([str(path), "--keys", str(tmp_path / "none.txt"), "--lang", language]) == 2
    assert "none.txt" in capsys.readouterr().err


CONTENT = b"PAR1 rows PAR1"


def month(folder: Path, **changes: Any) -> Path:
    manifest = {
        "format": "tartip-month/1", "file": "offences-2025-03.parquet", "file_bytes": len(CONTENT),
        "file_sha256": sha256(CONTENT).hexdigest(), "rows": 3,
    }  # fmt: skip
    (folder / "offences-2025-03.parquet").write_bytes(CONTENT)
    path = folder / "offences-2025-03.manifest.json"
    path.write_text(json.dumps({**manifest, **changes}))
    return path


def digest_of(manifest: Path) -> str:
    text = json.dumps(json.loads(manifest.read_text()), sort_keys=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()


def proof(manifest: Path, act: str = "month.seal", **payload: Any) -> Path:
    """The journal's receipt of the act that sealed the manifest, put beside it."""
    path = manifest.with_name("offences-2025-03.receipt.json")
    path.write_text(json.dumps(receipt_of({"act": act}, {"after": {"sha256": digest_of(manifest), **payload}})))
    return path


def judged(path: Path, *keys: str) -> tuple[int, dict[str, str]]:
    """Exit code and steps, after a look whether the stand-alone verifier says the same."""
    verdict = verify_file(path, keys)
    alone = standalone.verify(path, [standalone.parse_key(key) for key in keys])[1]
    assert sorted(step[:2] for step in alone) == sorted((s.code, s.outcome.value) for s in verdict.steps)
    assert standalone.exit_code(alone) == verdict.exit_code
    return verdict.exit_code, {s.code: s.outcome.value for s in verdict.steps}


@pytest.mark.parametrize(
    "changes, file, code",
    [
        ({}, "ok", 3),
        ({"file_sha256": "0" * 64}, "failed", 1),
        ({"file_bytes": 13}, "failed", 1),
        ({"file": "other.parquet"}, "unproven", 3),
    ],
)
def test_a_manifest_without_the_journals_receipt_proves_nothing(
    tmp_path: Path, changes: dict[str, Any], file: str, code: int
) -> None:
    path = month(tmp_path, **changes)
    assert judged(path, KEY) == (code, {"read": "ok", "file": file, "manifest": "unproven"})
    assert verify_file(path).steps[-1].detail == digest_of(path)


def test_a_manifest_with_its_receipt_and_a_known_key_is_verified(tmp_path: Path) -> None:
    path = month(tmp_path)
    proof(path)
    steps = ("read", "file", "manifest", "content", "key", "signature", "inclusion")
    assert judged(path, KEY) == (0, dict.fromkeys(steps, "ok"))
    assert judged(path)[0] == 3


def test_a_hash_quoted_by_another_act_is_no_proof_of_a_manifest(tmp_path: Path) -> None:
    """Anybody can have a text of their own journaled, such as a complaint that holds the hash of a forged file."""
    path = month(tmp_path)
    proof(path, act="appeal.file")
    assert judged(path, KEY)[0] == 1
    proof(path, sha256="0" * 64, text=digest_of(path))
    assert judged(path, KEY)[0] == 1
    proof(path).write_text("[]")
    assert judged(path, KEY)[0] == 1


@pytest.mark.parametrize("as_of, code", [(1, 0), (2, 1), (10**9, 1), ("1", 1), (None, 1), (True, 1)])
def test_a_manifest_counts_no_further_than_its_log_reached(tmp_path: Path, as_of: object, code: int) -> None:
    """Its act stands at place 1: a file that counts later entries was made of another log, one that was lost."""
    path = month(tmp_path, format="tartip-month/2", as_of=as_of, records=3)
    proof(path)
    assert judged(path, KEY)[0] == code


@pytest.mark.parametrize("name", ["../secret", "/etc/passwd", "..", "", 5, "a/b"])
def test_a_manifest_cannot_point_outside_its_folder(tmp_path: Path, name: object) -> None:
    path = month(tmp_path, file=name)
    assert verify_file(path).exit_code == 2
    assert [step[:2] for step in standalone.verify(path, [])[1]] == [("read", "failed")]


def test_the_command_prints_the_verdict_and_ends_with_its_code(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = str(write(tmp_path, GOOD))
    assert main([path, "--key", KEY, "--key", WITNESS_KEY, "--lang", "ru"]) == 0
    page = capsys.readouterr().out
    assert "[ ok ] Запись стоит в журнале на месте 137 (счёт с 0)." in page
    assert "act: incident.dispatch" in page
    assert page.endswith("Проверено: всё сходится.\n")
    assert main([path, "--lang", "kk"]) == 3
    page = capsys.readouterr().out
    assert "[ ?? ] Кілт құжаттың өзінен алынды" in page
    assert "ДӘЛЕЛДЕНБЕГЕН" in page.splitlines()[-1]
    assert main([str(tmp_path)]) == 2
    assert main([path, "--key", "nonsense"]) == 2
    assert main([path, "--stamp-chain", str(tmp_path / "none.pem")]) == 2


def test_keys_may_come_from_a_file_or_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, keys = str(write(tmp_path, GOOD)), tmp_path / "keys.txt"
    keys.write_text(f"# the log and its witness\n{KEY}\n\n{WITNESS_KEY}\n")
    assert main([path]) == 3
    assert main([path, "--keys", str(keys)]) == 0
    monkeypatch.setenv("TARTIP_TRUSTED_KEYS", str(keys))
    assert main([path]) == 0
    assert main([path, "--keys", str(tmp_path / "none")]) == 2


def test_the_command_gives_json_to_programs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(write(tmp_path, {**GOOD, "index": 1})), "--key", KEY, "--json", "--lang", "en"]) == 1
    answer = json.loads(capsys.readouterr().out)
    assert (answer["ok"], answer["exit_code"], answer["conclusion"]) == (False, 1, "NOT verified.")
    assert answer["steps"][-1]["sentence"] == "The entry is not in the log that was signed."


def test_every_sentence_stands_in_all_three_languages_with_the_same_places() -> None:
    from tartip.verify import texts

    own = {value for name, value in vars(texts).items() if name.isupper() and isinstance(value, str)}
    assert own <= TEXTS.keys()
    for english in own:
        assert set(TEXTS[english]) == set(LANGUAGES) - {"en"}
        places = {part.split(")")[0] for part in english.split("%(")[1:]}
        for text in TEXTS[english].values():
            assert {part.split(")")[0] for part in text.split("%(")[1:]} == places
