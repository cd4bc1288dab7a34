"""The command line: accounts and tokens, each shown once and journaled."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tartip.core.people.models import Account, Appointment, Token
from tartip.core.people.tests.doors import entries, log_in
from tartip.server.commands import main

ADD = ["account", "add", "aigul", "--name", "Айгүл", "--role", "dispatcher", "--territory", "750000000"]
ADD += ["--holder", "A-17"]


def printed(capsys: Any) -> str:
    return str(capsys.readouterr().out).splitlines()[1].strip()


def test_an_added_account_logs_in_with_what_was_printed(db: None, capsys: Any, client: Client) -> None:
    assert main(ADD) == 0
    assert log_in(client, "aigul", printed(capsys)).status_code == 302
    assert Appointment.objects.get(account__username="aigul").territory_id == "750000000"
    ((_entry, payload),) = entries("account.add")
    assert payload.pop("stands").keys() >= {"username", "password"}, "hashes of how the account stands now"
    assert payload == {"role": "dispatcher"}


@pytest.mark.parametrize(
    ("change", "field"),
    [({"dispatcher": "emperor"}, "role"), ({"750000000": "atlantis"}, "territory"), ({"aigul": "a b"}, "username")],
)
def test_a_wrong_word_is_named_and_nothing_is_left_behind(db: None, capsys: Any, change: Any, field: str) -> None:
    assert main([change.get(word, word) for word in ADD]) == 2
    assert f"tartip: {field}:" in capsys.readouterr().err
    assert not Account.objects.exists()


def test_the_list_names_who_works_where_and_whose_number_is_missing(db: None, capsys: Any) -> None:
    main(ADD)
    main([{"aigul": "berik", "A-17": "B-2"}.get(word, word) for word in ADD])
    Account.objects.filter(username="berik").update(holder="")  # from before numbers were asked for
    capsys.readouterr()
    assert main(["account", "list"]) == 0
    first, second = capsys.readouterr().out.splitlines()
    assert first.split() == ["aigul", "open", "a17", "dispatcher", "750000000"]
    assert second.split() == ["berik", "open", "no", "personnel", "number", "dispatcher", "750000000"]
    assert main(["account", "list", "--without-holder"]) == 0
    assert capsys.readouterr().out.splitlines() == [second]
    Account.objects.filter(username="berik").update(holder="b-2")  # as an earlier version stored it
    assert main(["account", "list", "--without-holder"]) == 0
    assert capsys.readouterr().out.split()[2:6] == ["b-2", "(enter", "it", "anew)"]
    main(["account", "disable", "berik"])
    capsys.readouterr()
    assert main(["account", "list", "--without-holder"]) == 0
    assert capsys.readouterr().out == ""


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


def test_tokens_are_listed_and_revoked_by_command(dispatcher: Any, capsys: Any, client: Client) -> None:
    secrets = []
    for name in ("tablet 7", "tablet 8"):
        main(["account", "token", "dispatcher", "--role", "dispatcher", "--name", name])
        secrets.append(printed(capsys))
    assert main(["account", "tokens", "dispatcher"]) == 0
    listed = capsys.readouterr().out
    assert not any(secret in listed for secret in secrets)
    (id_of_8,) = [line.split()[0] for line in listed.splitlines() if line.endswith("tablet 8")]
    assert main(["account", "revoke", "dispatcher", id_of_8]) == 0
    statuses = [client.get("/api/v1/incidents", headers={"Authorization": f"Bearer {s}"}).status_code for s in secrets]
    assert statuses == [200, 401]
    ((_entry, payload),) = entries("account.revoke")
    assert {name: payload[name] for name in ("name", "key")} == {"name": "tablet 8", "key": id_of_8}
    capsys.readouterr()
    main(["account", "tokens", "dispatcher"])
    assert "revoked" in capsys.readouterr().out.split("tablet 8")[0].splitlines()[-1]


@pytest.mark.parametrize("wrong", ["", "00", "ffffffffffff"])
def test_a_key_that_is_none_of_the_accounts_is_named(dispatcher: Any, capsys: Any, wrong: str) -> None:
    main(["account", "token", "dispatcher", "--role", "dispatcher", "--name", "x"])
    assert main(["account", "revoke", "dispatcher", wrong]) == 2
    assert "tartip: token:" in capsys.readouterr().err


def test_there_is_no_token_for_a_role_the_account_does_not_have(dispatcher: Any, capsys: Any) -> None:
    assert main(["account", "token", "dispatcher", "--role", "judge", "--name", "x"]) == 2
    assert "no appointment as judge" in capsys.readouterr().err
