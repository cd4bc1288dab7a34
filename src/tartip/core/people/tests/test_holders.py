"""Who holds an account: two accounts with one personnel number are one person, and the number is nowhere else."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client, RequestFactory
from django.utils.translation import override

from tartip.core.acts import Actor
from tartip.core.journal.models import Payload
from tartip.core.people import accounts, actions
from tartip.core.people.actors import actor_of, appointment_actor
from tartip.core.people.errors import BadAccount
from tartip.core.people.holders import HELD, checked_number
from tartip.core.people.models import Account, Appointment, Role
from tartip.core.people.personas import PERSONAS
from tartip.core.people.tests.doors import entries, log_in
from tartip.core.problems import said
from tartip.server.commands import main

ALMATY = "750000000"


def add(username: str, role: str = "dispatcher", **facts: str) -> Actor:
    accounts.add(username, name=username, role=role, territory=ALMATY, **facts)
    return under(username)


def under(username: str) -> Actor:
    return appointment_actor(Appointment.objects.get(account__username=username))


@pytest.mark.parametrize(
    "typed",
    ["A-17", "a17", "A 17", " a-17", "a - 17 ", "\tA-17\n", "A\u201317", "A--17", "\u0410-17", "\uff21-\uff11\uff17",
     "A-\u200b17", "\u0391-17", "A-\u0661\u0667", "A-\u096717", "A-l7", "A-I7", "A-\u04c07", "A-\u04067"],
)  # fmt: skip
def test_one_number_is_one_number_however_it_is_typed(typed: str) -> None:
    assert checked_number(typed) == ("a117" if "\u0967" in typed else "a17")


@pytest.mark.parametrize(
    ("one", "other"),
    [("Y", "\u04ae"), ("y", "\u04af"), ("H", "\u04ba"), ("h", "\u04bb"), ("S", "\u0405"), ("J", "\u0408"),
     ("I", "\u04c0"), ("I", "\u0131"), ("i", "\u0130"), ("A", "\u0391"), ("N", "\u039d"), ("Q", "\u051a"),
     ("O", "0"), ("O", "\u041e"), ("l", "1"), ("M", "\u00b5"), ("K", "\u212a")],
)  # fmt: skip
def test_signs_that_look_alike_are_one(one: str, other: str) -> None:
    assert checked_number(f"{one}-17") == checked_number(f"{other}-17")


@pytest.mark.parametrize("typed", ["", " ", "-17", "17;", "A_17", "A'17", "<17>", "1" * 33, "-"])
def test_what_is_no_number_is_refused_by_field_and_rule(typed: str) -> None:
    with pytest.raises(BadAccount, match=r"^holder: must be 1 to 32 letters and digits"):
        checked_number(typed)


@pytest.mark.parametrize(
    ("typed", "name"),
    [("\u0416-17", "CYRILLIC CAPITAL LETTER ZHE"), ("\u049a-17", "CYRILLIC CAPITAL LETTER KA WITH DESCENDER"),
     ("17\x00\u0301", "COMBINING ACUTE ACCENT"), ("\u00c9-17", "LATIN CAPITAL LETTER E WITH ACUTE")],
)  # fmt: skip
def test_another_letter_is_refused_by_its_name(typed: str, name: str) -> None:
    with pytest.raises(BadAccount, match=rf"^holder: . \({name}\) is no letter from A to Z"):
        checked_number(typed)


def test_numbers_that_differ_stay_different_and_stay_what_they_are() -> None:
    stored = [checked_number(one) for one in ("17", "017", "A-17", "A/17", "A.17", "AA17", "B17")]
    assert len(set(stored)) == 7
    assert [checked_number(one) for one in stored] == stored


@pytest.mark.parametrize("role", Role.values)
def test_a_role_of_persons_is_not_given_without_the_number(db: None, role: str) -> None:
    if role in HELD:
        with pytest.raises(BadAccount, match=f"holder: the role {role} needs the personnel number"):
            add("aigul", role)
        assert not Account.objects.exists()
    else:
        assert role in ("patrol", "gateway", "citizen")
        assert add("aigul", role).also == ()


@pytest.mark.parametrize(("language", "words"), [("kk", "табельдік нөмірі"), ("ru", "табельный номер")])
def test_the_rule_is_said_in_each_language(db: None, language: str, words: str) -> None:
    with pytest.raises(BadAccount) as refused:
        add("aigul", "judge")
    with override(language):
        assert words in said(refused.value)


def test_two_accounts_of_one_person_know_each_other(db: None) -> None:
    first, second = add("aigul", holder="A-17"), add("aigul-2", "inspector", holder=" a-17")
    alone, tablet, other_tablet = add("bolat", holder="A-18"), add("bars-1", "patrol"), add("bars-2", "patrol")
    first = under("aigul")
    assert (first.also, second.also) == ((second.name,), (first.name,))
    assert first.names == (first.name, second.name)
    assert [first.is_self(one.name) for one in (first, second, alone)] == [True, True, False]
    assert not any(one.also for one in (alone, tablet, other_tablet))
    assert not first.is_self("")


def test_by_a_key_of_the_api_too_and_a_closed_account_still_counts(db: None, rf: RequestFactory) -> None:
    """What somebody asked for under an account that is closed since, he does not confirm under the next one."""
    first, second = add("aigul", holder="A-17"), add("aigul-2", holder="A-17")
    accounts.disable(accounts.find("aigul"))
    secret = accounts.token(accounts.find("aigul-2"), role="dispatcher", name="x")
    asked = actor_of(rf.get("/", headers={"Authorization": f"Bearer {secret}"}))
    assert (asked.name, asked.also) == (second.name, (first.name,))


def test_the_holder_is_entered_later_and_corrected_by_an_act(db: None, capsys: Any) -> None:
    add("aigul", holder="A-17")
    add("bolat", holder="B-1")
    add("bars-1", "patrol")
    assert main(["account", "holder", "bolat", "a-17"]) == 0
    assert "One person wherever a rule asks for two: bolat, aigul." in capsys.readouterr().out
    assert under("aigul").also == (under("bolat").name,)
    assert main(["account", "holder", "bolat", "B-1"]) == 0
    assert under("aigul").also == ()
    assert main(["account", "holder", "bars-1", "A-17"]) == 0
    assert main(["account", "holder", "bars-1", ""]) == 0
    assert [payload.keys() for _entry, payload in entries("account.holder")] == [{"stands"}] * 4


@pytest.mark.parametrize(("number", "rule"), [("", "needs the personnel number"), ("A;17", "must be 1 to 32")])
def test_a_wrong_number_changes_nothing(db: None, capsys: Any, number: str, rule: str) -> None:
    add("aigul", holder="A-17")
    assert main(["account", "holder", "aigul", number]) == 2
    assert f"tartip: holder: {rule}" in capsys.readouterr().err.replace("the role dispatcher ", "")
    assert Account.objects.get().holder == "a17"
    assert main(["account", "holder", "nobody", "A-17"]) == 2


def test_an_administrator_appoints_nobody_without_a_number_to_a_role_of_persons(persona: Any, patrol: Any) -> None:
    """A tablet that became a duty officer would be a second person of somebody unknown."""
    tablet = Account.objects.get(pk=patrol.account)
    with pytest.raises(BadAccount, match="needs the personnel number"):
        actions.appoint(persona("administrator"), account=tablet, role="dispatcher", territory=ALMATY)
    actions.appoint(persona("administrator"), account=tablet, role="patrol", territory=ALMATY)


def test_the_number_is_in_no_entry_and_on_no_page(dispatcher: Any, client: Client) -> None:
    accounts.hold(accounts.find("dispatcher"), "XQ-3717")
    log_in(client, "dispatcher")
    for path in ("/account/", "/", "/console/", "/rights/", "/api/v1/incidents"):
        assert "3717" not in client.get(path, follow=True).content.decode(), path
    assert not Payload.objects.filter(body__icontains="3717").exists()


def test_a_screen_stays_open_while_the_person_stays_the_same(same_person: Any, dispatcher: Any) -> None:
    """A screen compares its actor with a fresh one: the other names come in one order."""
    for _ in range(3):
        first, second = same_person(dispatcher)
        accounts.hold(accounts.find("dispatcher-2"), "75-0102")
    assert first == under("dispatcher")
    assert first.also == (second.name,)


def test_persons_of_the_demo_have_numbers_of_their_own() -> None:
    numbers = [checked_number(one.holder) for one in PERSONAS if one.role in HELD]
    assert len(set(numbers)) == len(numbers)
    assert [one.username for one in PERSONAS if not one.holder] == ["patrol"]
    assert numbers == [one.holder for one in PERSONAS if one.holder], "as they are stored"
