"""The result of a verification: every step with its outcome and one plain sentence."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from tartip.verify import texts

# Exit codes.
VERIFIED, REFUTED, UNREADABLE, UNPROVEN = 0, 1, 2, 3


class Outcome(StrEnum):
    """How a step ended.

    UNPROVEN: what is needed to prove it is not at hand (a known key, the journal's proof, a file), so the document is
    not verified. WARNING: it was proven, and there is something else the reader must know.
    """

    OK = "ok"
    WARNING = "warning"
    UNPROVEN = "unproven"
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
        """Everything the document says was checked against a key known from elsewhere, and held."""
        return self.exit_code == VERIFIED

    @property
    def warnings(self) -> tuple[Step, ...]:
        return self._with(Outcome.WARNING)

    @property
    def missing(self) -> tuple[Step, ...]:
        """The steps for whose proof something is missing."""
        return self._with(Outcome.UNPROVEN)

    @property
    def exit_code(self) -> int:
        """0 verified, 1 refuted, 2 not a document that can be verified, 3 agrees with itself but is not proven."""
        failures = {step.code for step in self._with(Outcome.FAILED)}
        if "read" in failures or not self.steps:
            return UNREADABLE
        if failures:
            return REFUTED
        # A document of which nothing but its format was looked at proves nothing.
        if self.missing or all(step.code == "read" for step in self.steps):
            return UNPROVEN
        return VERIFIED

    @property
    def conclusion(self) -> str:
        """The last line, in English."""
        return self.conclude()

    def conclude(self, language: str = "en") -> str:
        """The last line: verified, refuted, or what is missing for a proof."""
        code = self.exit_code
        if code in (REFUTED, UNREADABLE):
            return texts.translate(texts.REFUTED if code == REFUTED else texts.NOTHING, language)
        if code == UNPROVEN:
            names = dict.fromkeys(texts.translate(texts.missing(step.code), language) for step in self.missing)
            return texts.translate(texts.UNPROVEN, language) % {"missing": "; ".join(names)}
        return texts.translate(texts.VERIFIED_IF if self.warnings else texts.VERIFIED, language)

    def as_json(self, language: str = "en") -> dict[str, Any]:
        return {
            "format": self.format,
            "ok": self.ok,
            "exit_code": self.exit_code,
            "conclusion": self.conclude(language),
            "missing": [step.code for step in self.missing],
            "steps": [step.as_json(language) for step in self.steps],
        }

    def _with(self, outcome: Outcome) -> tuple[Step, ...]:
        return tuple(step for step in self.steps if step.outcome is outcome)


def done(code: str, text: str, detail: str = "", **fields: object) -> Step:
    """A step that held."""
    return _step(code, Outcome.OK, text, detail, fields)


def warned(code: str, text: str, detail: str = "", **fields: object) -> Step:
    return _step(code, Outcome.WARNING, text, detail, fields)


def unproven(code: str, text: str, detail: str = "", **fields: object) -> Step:
    """A step that could not be proven: `texts.MISSING` says by its code what is needed."""
    return _step(code, Outcome.UNPROVEN, text, detail, fields)


def failed(code: str, text: str, detail: str = "", **fields: object) -> Step:
    return _step(code, Outcome.FAILED, text, detail, fields)


def plain(value: object, limit: int = 200) -> str:
    """Text of a stranger made safe to print: no control, formatting or surrogate characters, not too long."""
    text = str(value)
    shown = "".join("\ufffd" if unicodedata.category(c)[0] in "CZ" and c != " " else c for c in text[:limit])
    return shown + ("…" if len(text) > limit else "")


def _step(code: str, outcome: Outcome, text: str, detail: str, fields: Mapping[str, object]) -> Step:
    return Step(code, outcome, text, {name: plain(value) for name, value in fields.items()}, plain(detail, 400))
