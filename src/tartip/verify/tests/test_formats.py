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
from tartip.verify.tests.make import KEY, write
from tartip.verify.tests.test_receipt import GOOD
from tartip.verify.texts import LANGUAGES, TEXTS


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
    assert verdict.steps[0].detail == "no checker for the format 'tartip-unheard-of/1' is installed here"


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


@pytest.mark.parametrize(
    "changes, file",
    [
        ({}, "ok"),
        ({"file_sha256": "0" * 64}, "failed"),
        ({"file_bytes": 13}, "failed"),
        ({"file": "other.parquet"}, "failed"),
    ],
)
def test_a_monthly_file_is_compared_with_its_manifest(tmp_path: Path, changes: dict[str, Any], file: str) -> None:
    """The manifest's own hash is shown to be compared with the journal, so its step never says more than a warning."""
    path = month(tmp_path, **changes)
    verdict = verify_file(path)
    assert [(s.code, s.outcome.value) for s in verdict.steps] == [
        ("read", "ok"),
        ("file", file),
        ("manifest", "warning"),
    ]
    text = json.dumps(json.loads(path.read_text()), sort_keys=True, separators=(",", ":"))
    assert verdict.steps[-1].detail == sha256(text.encode()).hexdigest()
    alone = standalone.verify(path, [])[1]
    assert [(step, outcome) for step, outcome, _ in alone] == [(s.code, s.outcome.value) for s in verdict.steps]
    assert alone[-1][2] == verdict.steps[-1].detail


@pytest.mark.parametrize("name", ["../secret", "/etc/passwd", "..", "", 5, "a/b"])
def test_a_manifest_cannot_point_outside_its_folder(tmp_path: Path, name: object) -> None:
    path = month(tmp_path, file=name)
    assert verify_file(path).exit_code == 2
    assert [step[:2] for step in standalone.verify(path, [])[1]] == [("read", "failed")]


def test_the_command_prints_the_verdict_and_ends_with_its_code(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = str(write(tmp_path, GOOD))
    assert main([path, "--key", KEY, "--lang", "ru"]) == 0
    page = capsys.readouterr().out
    assert "[ ok ] Запись стоит в журнале на месте 137 (счёт с 0)." in page
    assert "act: incident.dispatch" in page
    assert page.endswith("Проверено: всё сходится.\n")
    assert main([path, "--lang", "kk"]) == 0
    assert "[ !! ] Кілт құжаттың өзінен алынды" in capsys.readouterr().out
    assert main([str(tmp_path)]) == 2
    assert main([path, "--key", "nonsense"]) == 2
    assert main([path, "--stamp-chain", str(tmp_path / "none.pem")]) == 2


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
