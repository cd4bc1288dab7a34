"""Coded outcomes of an incident. `case` says that an administrative case follows; `stood_down` that none went."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tartip.errors import TartipError


class UnknownOutcome(TartipError):
    code = "outcome.unknown"
    text = "outcome: “%(outcome)s” is not an outcome; the list is at /api/v1/outcomes."
    http_status = 422


@dataclass(frozen=True, slots=True)
class Outcome:
    code: str
    names: Mapping[str, str]
    case: bool = False
    stood_down: bool = False


def _outcome(code: str, kk: str, ru: str, en: str, *, case: bool = False, stood_down: bool = False) -> Outcome:
    return Outcome(code, {"kk": kk, "ru": ru, "en": en}, case, stood_down)


OUTCOMES = {
    outcome.code: outcome
    for outcome in [
        _outcome("offence", "Әкімшілік құқық бұзушылық", "Административное правонарушение", "Administrative offence",
                 case=True),
        _outcome("crime", "Қылмыс белгілері, КУИ-ге берілді", "Признаки преступления, передано в КУИ",
                 "Signs of a crime, sent to the information log"),
        _outcome("settled", "Сол жерде шешілді", "Разрешено на месте", "Settled on the spot"),
        _outcome("passed_on", "Басқа қызметке берілді", "Передано другой службе", "Passed to another service"),
        _outcome("not_confirmed", "Расталмады", "Не подтвердилось", "Not confirmed"),
        _outcome("information", "Анықтама берілді", "Дана справка", "Information given"),
        _outcome("withdrawn", "Өтініш беруші бас тартты, қайта қоңырау шалып тексерілді",
                 "Заявитель отозвал, перезвонили и убедились", "Withdrawn by the caller, checked by calling back",
                 stood_down=True),
        _outcome("false_call", "Жалған шақыру, жасақ тексерді", "Ложный вызов, проверено нарядом",
                 "False call, checked by a unit", stood_down=True),
        _outcome("elsewhere", "Біздің аумақ емес", "Не наша территория", "Not our territory", stood_down=True),
        _outcome("duplicate", "Қайталанған хабарлама", "Дубль", "Duplicate", stood_down=True),
    ]
}  # fmt: skip

STOOD_DOWN = frozenset(code for code, outcome in OUTCOMES.items() if outcome.stood_down)


def outcome(code: str) -> Outcome:
    found = OUTCOMES.get(code)
    if found is None:
        raise UnknownOutcome(outcome=code)
    return found
