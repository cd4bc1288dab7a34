"""The result of a verification: every step with its outcome and one plain sentence."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from tartip.verify import texts


class Outcome(StrEnum):
    """How a step ended. A warning does not fail the document but leaves the last word to the reader."""

    OK = "ok"
    WARNING = "warning"
    SKIPPED = "skipped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that was checked. `text` is an English msgid, `detail` a technical reason in English or a value."""

    code: str
    outcome: Outcome
    text: str
    fields: Mapping[str, str] = field(default_factory=dict)
    detail: str = ""

    def sentence(self, language: str = "en") -> str:
        return texts.translate(self.text, language) % self.fields

    def as_json(self, language: str = "en") -> dict[str, str]:
        return {
            "code": self.code,
            "outcome": self.outcome.value,
            "sentence": self.sentence(language),
            "detail": self.detail,
        }


@dataclass(frozen=True, slots=True)
class Verdict:
    """All steps of one document. `facts` is what the document says in its own words, for the reader to compare."""

    format: str
    steps: tuple[Step, ...]
    facts: tuple[tuple[str, str], ...] = ()

    @property
    def ok(self) -> bool:
        """No step failed. Look at `warnings` before believing: a key from the document itself proves little."""
        return self.exit_code == 0

    @property
    def warnings(self) -> tuple[Step, ...]:
        return tuple(step for step in self.steps if step.outcome is Outcome.WARNING)

    @property
    def exit_code(self) -> int:
        """0 nothing failed, 1 a step failed, 2 not a document that can be verified."""
        failed = {step.code for step in self.steps if step.outcome is Outcome.FAILED}
        if "read" in failed or not self.steps:
            return 2
        return 1 if failed else 0

    @property
    def conclusion(self) -> str:
        """English msgid of the last line."""
        if self.exit_code:
            return texts.REFUTED
        return texts.VERIFIED_IF if self.warnings else texts.VERIFIED

    def as_json(self, language: str = "en") -> dict[str, Any]:
        return {
            "format": self.format,
            "ok": self.ok,
            "exit_code": self.exit_code,
            "conclusion": texts.translate(self.conclusion, language),
            "steps": [step.as_json(language) for step in self.steps],
        }


def done(code: str, text: str, detail: str = "", **fields: object) -> Step:
    """A step that held."""
    return _step(code, Outcome.OK, text, detail, fields)


def warned(code: str, text: str, detail: str = "", **fields: object) -> Step:
    return _step(code, Outcome.WARNING, text, detail, fields)


def skipped(code: str, text: str, detail: str = "", **fields: object) -> Step:
    return _step(code, Outcome.SKIPPED, text, detail, fields)


def failed(code: str, text: str, detail: str = "", **fields: object) -> Step:
    return _step(code, Outcome.FAILED, text, detail, fields)


def plain(value: object, limit: int = 200) -> str:
    """Text of a stranger made safe to print: no control, formatting or surrogate characters, not too long."""
    text = str(value)
    shown = "".join("\ufffd" if unicodedata.category(c)[0] in "CZ" and c != " " else c for c in text[:limit])
    return shown + ("…" if len(text) > limit else "")


def _step(code: str, outcome: Outcome, text: str, detail: str, fields: Mapping[str, object]) -> Step:
    return Step(code, outcome, text, {name: plain(value) for name, value in fields.items()}, plain(detail, 400))
