"""Kinds of events and their question cards, from data/kinds.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from tartip.errors import TartipError

FILE = Path(__file__).parent / "data" / "kinds.toml"
MAX_ANSWER = 500


class UnknownKind(TartipError):
    code = "kind.unknown"
    text = "kind: “%(kind)s” is not a kind of event; the list is at /api/v1/kinds."
    http_status = 422


class BadCard(TartipError):
    code = "card.bad"
    text = "card.%(question)s: %(rule)s."
    http_status = 422


@dataclass(frozen=True, slots=True)
class Question:
    code: str
    answer: str
    names: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Kind:
    """`priority` is what an incident of this kind starts with; `article` the usual article of its case.

    `quiet`: no message is ever sent to the caller's phone, for it may be heard or read by whom the caller fears.
    """

    code: str
    priority: int
    names: Mapping[str, str]
    questions: tuple[Question, ...]
    article: str = ""
    quiet: bool = False


@lru_cache(maxsize=1)
def kinds() -> dict[str, Kind]:
    data = tomllib.loads(FILE.read_text(encoding="utf-8"))
    questions = {
        code: Question(code, row["answer"], {lang: row[lang] for lang in ("kk", "ru", "en")})
        for code, row in data["questions"].items()
    }
    common = data["common"]["questions"]
    return {
        code: Kind(
            code=code,
            priority=row["priority"],
            names=row["names"],
            questions=tuple(questions[q] for q in [*common, *row.get("questions", [])]),
            article=row.get("article", ""),
            quiet=row.get("quiet", False),
        )
        for code, row in data["kinds"].items()
    }


def kind(code: str) -> Kind:
    found = kinds().get(code)
    if found is None:
        raise UnknownKind(kind=code)
    return found


def checked_card(code: str, card: Mapping[str, Any]) -> dict[str, Any]:
    """The answers, each right for its question; raises BadCard naming the question and the rule."""
    questions = {question.code: question for question in kind(code).questions}
    for name, answer in card.items():
        question = questions.get(name)
        if question is None:
            raise BadCard(question=name, rule="is no question of the kind “%(kind)s”", kind=code)
        if question.answer == "yes_no" and not isinstance(answer, bool):
            raise BadCard(question=name, rule="must be true or false")
        if question.answer == "number" and (isinstance(answer, bool) or not isinstance(answer, int) or answer < 0):
            raise BadCard(question=name, rule="must be a whole number from 0")
        if question.answer == "text" and (not isinstance(answer, str) or len(answer) > MAX_ANSWER):
            raise BadCard(question=name, rule="must be text of at most %(most)s characters", most=MAX_ANSWER)
    return dict(card)
