"""The page of rights says what the program does: compared here with the declarations and with deeds."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils.translation import override

from tartip.core.acts import ACTS
from tartip.core.people.models import Role
from tartip.core.people.rights import may_ever, purposes, readings, rights, said_rule
from tartip.core.registers.register import REGISTERS


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_every_act_is_on_the_page_in_each_language(client: Client, language: str) -> None:
    client.cookies["django_language"] = language
    page = client.get("/rights/").content.decode()
    for act in ACTS.values():
        assert f'id="{act.code}"' in page
        assert act.names[language].replace("'", "&#x27;") in page


def test_a_role_is_shown_what_it_may_do_and_nothing_else(client: Client) -> None:
    page = client.get("/rights/?role=analyst").content.decode()
    assert 'id="dispatch.send"' not in page
    assert 'id="shift.begin"' in page
    assert 'id="dispatch.send"' in client.get("/rights/?role=dispatcher").content.decode()
    assert 'id="dispatch.send"' in client.get("/rights/?role=made-up").content.decode()  # no such role: all acts


def test_the_page_agrees_with_the_predicates() -> None:
    # From the declaration: `in_territory & has_role("administrator")`, or the system.
    assert [role for role in Role.values if may_ever(ACTS["people.appoint"], role)] == ["administrator"]
    with override("en"):
        right = next(right for right in rights() if right.code == "people.appoint")
    assert right.roles == ("administrator",)
    assert (right.ground, right.status, right.edition) == ("order-706", "unconfirmed", "2024-10-14")


def test_rules_are_said_in_words() -> None:
    with override("en"):
        assert said_rule("(the system | (in territory & operator or dispatcher))") == (
            "the system or else (in territory and 102 operator or duty officer)"
        )
        assert said_rule("(a & b) | (c & ~d)") == "(a and b) or else (c and not d)"
    with override("ru"):
        assert said_rule("in territory") == "на своей территории"


def test_deadlines_are_named_even_where_they_depend_on_the_record(db: None) -> None:
    with override("en"):
        by_code = {right.code: right for right in rights()}
    assert len(by_code["call.answer"].clocks) == 1  # the term to assess what the caller said
    assert by_code["call.abandon"].clocks == ()
    assert len(by_code["call.receive"].clocks) == 2  # to answer while it rings, or to assess once it is answered
    assert len(by_code["dispatch.send"].clocks) == 2  # by priority: acknowledge and arrive
    # One of three terms to appeal (higher body, court, court after the higher body), and the discount on a fine.
    assert len(by_code["case.hand_over"].clocks) == 4


@pytest.mark.parametrize(
    ("language", "words"),
    [("kk", "Кім нені оқиды"), ("ru", "на своей территории и на смене"), ("en", "in territory and on shift")],
)
def test_reading_is_shown_beside_acting_in_each_language(client: Client, language: str, words: str) -> None:
    client.cookies["django_language"] = language
    page = client.get("/rights/").content.decode()
    assert words in page
    for register in REGISTERS.values():
        assert f'<code class="sm soft">{register.name}</code>' in page


def test_a_role_is_shown_what_it_reads_and_what_for() -> None:
    with override("en"):
        assert {one.register for one in readings("analyst")} == {
            "sealedmonth", "definitions", "gap", "appointment", "shift",
        }  # fmt: skip
        assert {one.register for one in readings("judge")} >= {"case", "appeal"}
        assert "incident" not in {one.register for one in readings("judge")}
        assert purposes("analyst") == []
        assert [code for code, _words, _roles in purposes("dispatcher")] == ["call_back", "search", "return_property"]
        (person,) = [one for one in readings() if one.register == "person"]
    assert person.roles == ()


def test_the_names_of_acts_and_editions_are_escaped_and_the_page_needs_no_log_in(client: Client, db: Any) -> None:
    answer = client.get("/rights/")
    assert answer.status_code == 200
    assert "<script>" not in answer.content.decode()
