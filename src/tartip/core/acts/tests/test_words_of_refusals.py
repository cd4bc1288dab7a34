"""A refusal is read by people: fields, acts, roles and states stand in it in words of the reader's language."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from django.utils.translation import override

import tartip
from tartip.cases.errors import BadPayment
from tartip.core import labels
from tartip.core.acts import ACTS
from tartip.core.acts.errors import Clash, Denied, NotFound, NotOpen
from tartip.core.places import BadPlace
from tartip.core.problems import problem_of, said
from tartip.core.registers.register import REGISTERS
from tartip.operations.incidents.actions import BadPriority

HOUSE = Path(tartip.__file__).parent
# Of people and gaps in the law: their pages offer only what is open.
ELSEWHERE = {"account", "appointment", "shift", "gap", "token"}
LANGUAGES = ("kk", "ru", "en")


def named_fields() -> set[str]:
    """Every field an error of the apps can name, read from the source."""
    found = set()
    for path in HOUSE.rglob("*.py"):
        if "tests" in path.parts or "engines" in path.parts or "simulation" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                called = getattr(node.func, "id", getattr(node.func, "attr", ""))
                found |= {
                    k.value.value
                    for k in node.keywords
                    if k.arg == "field" and isinstance(k.value, ast.Constant) and called[:1].isupper()
                }
                if called == "check_times":
                    found |= {k.arg for k in node.keywords if k.arg}
                if called == "check_length" and isinstance(node.args[0], ast.Constant):
                    found.add(node.args[0].value)
            if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "text":
                begun = re.match(r"([a-z_]+): ", str(getattr(node.value, "value", "")))
                found |= {begun[1]} if begun else set()
    return found


def test_every_field_an_error_can_name_has_words():
    assert len(named_fields()) > 20
    assert named_fields() - set(labels.FIELDS) == set()


def test_every_state_a_refusal_can_name_has_words():
    states = {state for act in ACTS.values() if act.of for state in act.model.states() if state}
    elsewhere = {s for r in REGISTERS.values() if r.name in ELSEWHERE for s in r.model.states()}
    assert [state for state in states - elsewhere if labels.state_name(state) == state] == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", sorted(ACTS))
def test_who_may_do_an_act_is_said_without_codes_and_formulas(language, code):
    act = ACTS[code]
    with override(language):
        for role in ("operator", "judge"):
            sentence = said(Denied(act=code, rule=act.may.name, role=role))
            assert not re.search(r"[&|~]|\(\(|%\(", sentence), sentence
            assert code not in sentence
            assert not re.search(r"\b(dispatcher|supervisor|operator) or ", sentence) or language == "en"


def test_the_operator_reads_who_may_assess_in_her_language():
    error = Denied(act="incident.assess", rule=ACTS["incident.assess"].may.name, role="operator")
    with override("ru"):
        assert said(error) == (
            "Здесь вы не можете этого сделать: Изменить оценку. Это может: дежурный, начальник смены."
        )
    with override("en"):
        assert said(error) == (
            "You may not do this here: Assess again. It can be done by: duty officer, head of shift."
        )


def test_one_whose_role_may_reads_what_else_must_hold():
    error = Denied(act="incident.assess", rule=ACTS["incident.assess"].may.name, role="dispatcher")
    with override("en"):
        assert said(error) == "You may not do this here: Assess again. It needs: in territory; on shift."


@pytest.mark.parametrize(
    ("error", "language", "words"),
    [
        (BadPlace(field="lon", rule="longitude and latitude come together"), "ru", "долгота"),
        (BadPriority(priority=9), "ru", "приоритет: от 1 до 4, а не 9."),
        (BadPriority(priority=9), "kk", "басымдық"),
        (
            BadPayment(field="amount_tenge", rule="must be a whole number of tenge between 1 and %(most)s", most=9),
            "ru",
            "сумма в тенге: должно быть целое число тенге от 1 до 9",
        ),
        (NotOpen(act="incident.assess", state="closed"), "ru", "закрыт"),
        (NotFound(register="incident", id="7"), "ru", "Происшествия"),
        (Clash(seen=1, now=2, acts="incident.assess · dispatcher"), "ru", "Оценка изменена · дежурный"),
    ],
)
def test_codes_become_words(error, language, words):
    with override(language):
        assert words in said(error)
        assert not re.search(r"amount_tenge|\blon\b|incident\.assess|dispatcher", said(error))


def test_a_program_still_gets_the_codes():
    body = problem_of(BadPlace(field="lon", rule="longitude and latitude come together")).content.decode()
    assert '"field":"lon"' in body
