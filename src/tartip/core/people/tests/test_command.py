"""The command line: accounts and tokens, each shown once and journaled."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tartip.base.commands import main
from tartip.core.people.models import Account, Appointment, Token
from tartip.core.people.tests.doors import entries, log_in

ADD = ["account", "add", "aigul", "--name", "Айгүл", "--role", "dispatcher", "--territory", "750000000"]


def printed(capsys: Any) -> str:
    return str(capsys.readouterr().out).splitlines()[1].strip()


def test_an_added_account_logs_in_with_what_was_printed(db: None, capsys: Any, client: Client) -> None:
    assert main(ADD) == 0
    assert log_in(client, "aigul", printed(capsys)).status_code == 302
    assert Appointment.objects.get(account__username="aigul").territory_id == "750000000"
    assert [payload for _entry, payload in entries("account.add")] == [{"role": "dispatcher"}]


@pytest.mark.parametrize(
    ("change", "field"),
    [({"dispatcher": "emperor"}, "role"), ({"750000000": "atlantis"}, "territory"), ({"aigul": "a b"}, "username")],
)
def test_a_wrong_word_is_named_and_nothing_is_left_behind(db: None, capsys: Any, change: Any, field: str) -> None:
    assert main([change.get(word, word) for word in ADD]) == 2
    assert f"tartip: {field}:" in capsys.readouterr().err
    assert not Account.objects.exists()


def test_a_name_is_given_once(db: None, capsys: Any) -> None:
    main(ADD)
    assert main([word.replace("aigul", "AIGUL") for word in ADD]) == 2
    assert "is taken" in capsys.readouterr().err


def test_a_token_opens_the_api_in_its_role_until_the_account_is_closed(
    dispatcher: Any, capsys: Any, client: Client
) -> None:
    assert main(["account", "token", "dispatcher", "--role", "dispatcher", "--name", "tablet 7"]) == 0
    secret = printed(capsys)
    assert secret.encode() not in bytes(Token.objects.get().digest)
    headers = {"Authorization": f"Bearer {secret}"}
    assert client.get("/api/v1/incidents", headers=headers).status_code == 200
    main(["account", "disable", "dispatcher"])
    assert client.get("/api/v1/incidents", headers=headers).status_code == 401
    assert secret not in str(entries("account.token"))


def test_there_is_no_token_for_a_role_the_account_does_not_have(dispatcher: Any, capsys: Any) -> None:
    assert main(["account", "token", "dispatcher", "--role", "judge", "--name", "x"]) == 2
    assert "no appointment as judge" in capsys.readouterr().err
