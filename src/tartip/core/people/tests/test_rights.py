"""The page of rights says what the program does: compared here with the declarations and with deeds."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils.translation import override

from tartip.core.acts import ACTS
from tartip.core.people.models import Role
from tartip.core.people.rights import may_ever, rights, said_rule


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


def test_deadlines_are_named_even_where_they_depend_on_the_record() -> None:
    with override("en"):
        by_code = {right.code: right for right in rights()}
    assert by_code["call.answer"].clocks == ()
    assert len(by_code["call.receive"].clocks) == 1  # a lambda that gives ops-answer or nothing
    assert len(by_code["dispatch.send"].clocks) == 2  # by priority: acknowledge and arrive
    assert len(by_code["case.hand_over"].clocks) == 2


def test_the_names_of_acts_and_editions_are_escaped_and_the_page_needs_no_log_in(client: Client, db: Any) -> None:
    answer = client.get("/rights/")
    assert answer.status_code == 200
    assert "<script>" not in answer.content.decode()
