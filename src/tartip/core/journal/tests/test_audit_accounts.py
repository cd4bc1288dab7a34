"""Whether an account is open, and which keys of the API are in force, is audited against the acts that said so."""

from __future__ import annotations

import json

import pytest
from allauth.mfa import signals
from allauth.mfa.models import Authenticator

from tartip.core.acts import system
from tartip.core.journal.audit import audit
from tartip.core.journal.models import Entry, Payload
from tartip.core.journal.sealing import seal
from tartip.core.journal.tests.test_audit import behind
from tartip.core.people import accounts, commitment
from tartip.core.people.actions import appoint
from tartip.core.people.models import Account

ALMATY = "750000000"


@pytest.fixture
def history(committed, dispatcher):
    """A demo log-in with two keys, one revoked; an account opened by command; one that was closed again."""
    mine = Account.objects.get(pk=dispatcher.account)
    for name in ("tablet 7", "tablet 8"):
        accounts.token(mine, role="dispatcher", name=name)
    accounts.revoke(mine, next(one.id for one in accounts.tokens(mine) if one.name == "tablet 8"))
    for username in ("aigerim", "bolat"):
        accounts.add(username, name=username, role="dispatcher", territory=ALMATY, holder=f"77-{username}")
    accounts.disable(accounts.find("bolat"))
    aigerim = accounts.find("aigerim")
    factor = Authenticator.objects.create(user=aigerim, type="recovery_codes", data={"seed": "aa", "used_mask": 0})
    signals.authenticator_added.send(sender=Authenticator, request=None, user=aigerim, authenticator=factor)
    appoint(system("test"), account=mine, role="citizen", territory=ALMATY)
    seal()


def test_accounts_and_keys_as_the_acts_left_them_are_no_finding(history):
    assert audit().findings == []


def test_a_code_that_was_used_and_a_password_stored_anew_are_no_finding(history, settings):
    """Django stores a right password anew when the way of hashing has changed since; that leaves an entry."""
    Authenticator.objects.update(data={"seed": "aa", "used_mask": 5})
    bolat = accounts.find("bolat")
    bolat.set_password("long enough for once")
    bolat.save()
    accounts.on_own_password(None, None, bolat)
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher", *settings.PASSWORD_HASHERS]
    assert bolat.check_password("long enough for once")
    assert Account.objects.get(pk=bolat.pk).password.startswith("scrypt")
    assert Entry.objects.filter(subject=bolat.pk, act="account.rehash").count() == 1
    assert audit().findings == []


def test_entries_hold_no_password_name_or_address(history):
    """Only salted hashes: who reads entries learns nothing that lets him in."""
    aigerim = accounts.find("aigerim")
    said = "".join(Payload.objects.filter(entry__subject=aigerim.pk).values_list("body", flat=True))
    assert '"stands"' in said
    for secret in (aigerim.password, aigerim.password.rpartition("$")[2], "aigerim", '"seed"'):
        assert secret not in said


def test_it_finds_a_territory_moved_in_the_tree(history):
    """Whoever is appointed over a region sees all below it."""
    behind("UPDATE territory_territory SET parent_id = '390000000' WHERE code = '751110000'")
    try:
        assert any("parent_id is not that of the reference data" in line for line in audit().findings)
    finally:
        behind("UPDATE territory_territory SET parent_id = '750000000' WHERE code = '751110000'")
    assert audit().findings == []


TAMPERINGS = {
    "a closed account opened": ("UPDATE people_account SET is_active = true", "is open, and no act left it so"),
    "an open account closed": (
        "UPDATE people_account SET is_active = false WHERE username = 'aigerim'",
        "is closed, and no act left it so",
    ),
    "an account made superuser": (
        "UPDATE people_account SET is_superuser = true WHERE username = 'aigerim'",
        "holds rights beside its appointments",
    ),
    "a second factor taken away": (
        "UPDATE people_account SET demo = true WHERE username = 'aigerim'",
        "needs no second factor",
    ),
    "a revoked key in force again": ("UPDATE people_token SET revoked_at = NULL", "is in force, and no act left it so"),
    "a key revoked": ("UPDATE people_token SET revoked_at = now()", "is revoked, and no act left it so"),
    "a key nobody issued": (
        "INSERT INTO people_token (digest, appointment_id, name, made_at) "
        "SELECT sha256('x'), appointment_id, name, made_at FROM people_token LIMIT 1",
        "no act issued its key",
    ),
    "a key exchanged": ("UPDATE people_token SET digest = sha256(digest)", "no act issued its key"),
    "a key of another appointment of the same account": (
        "UPDATE people_token SET appointment_id = (SELECT id FROM people_appointment WHERE role = 'citizen')",
        "has another role than the act",
    ),
    "a key of another name": ("UPDATE people_token SET name = 'x'", "has another name than the act"),
    "a password overwritten": (
        "UPDATE people_account SET password = 'md5$x$y' WHERE username = 'aigerim'",
        "password is not what its last act left",
    ),
    "an address for mail": (
        "UPDATE people_account SET email = 'x@example.org' WHERE username = 'aigerim'",
        "email is not what its last act left",
    ),
    "a one-time password that lasts": (
        "UPDATE people_account SET one_time_until = NULL WHERE username = 'aigerim'",
        "one_time_until is not what its last act left",
    ),
    "another holder": (
        "UPDATE people_account SET holder = '75-0102' WHERE username = 'aigerim'",
        "holder is not what its last act left",
    ),
    "a holder taken away": (
        "UPDATE people_account SET holder = '' WHERE username = 'aigerim'",
        "holder is not what its last act left",
    ),
    "a user name": (
        "UPDATE people_account SET username = 'x' WHERE username = 'aigerim'",
        "username is not what its last act left",
    ),
    "a second factor deleted": ("DELETE FROM mfa_authenticator", "factors is not what its last act left"),
    "a second factor added": (
        "INSERT INTO mfa_authenticator (user_id, type, data, created_at) "
        "SELECT id, 'totp', '{}', now() FROM people_account WHERE username = 'aigerim'",
        "factors is not what its last act left",
    ),
    "an account nobody opened": (
        "INSERT INTO people_account SELECT (jsonb_populate_record(a, jsonb_build_object('id', gen_random_uuid(), "
        "'username', 'ghost'))).* FROM people_account a WHERE username = 'aigerim'",
        "no act opened it",
    ),
    "a key deleted": ("DELETE FROM people_token WHERE name = 'tablet 7'", "is gone, though an act names it"),
}


@pytest.mark.parametrize("name", TAMPERINGS)
def test_it_finds(history, name):
    statement, words = TAMPERINGS[name]
    behind(statement)
    assert any(words in line for line in audit().findings)


def test_a_holder_entered_or_corrected_by_an_act_is_no_finding(history):
    accounts.hold(accounts.find("aigerim"), "75-0102")
    assert audit().findings == []


def test_an_entry_from_before_there_were_holders_knows_of_none(history, monkeypatch):
    """After an upgrade every account stands for itself; a number that no act entered is a finding."""
    read = commitment.read

    def without(ids):
        return {pk: {name: row[name] for name in row if name != "holder"} for pk, row in read(ids).items()}

    monkeypatch.setattr(commitment, "read", without)
    accounts.reset(accounts.find("aigerim"))
    monkeypatch.setattr(commitment, "read", read)
    behind("UPDATE people_account SET holder = '' WHERE username = 'aigerim'")
    assert audit().findings == []
    behind("UPDATE people_account SET holder = '75-0102' WHERE username = 'aigerim'")
    assert [line for line in audit().findings if "holder is not what its last act left" in line]


def test_the_number_is_not_found_by_trying(history):
    """It is short. Whoever reads the entry has the salt, and must not learn the number of it by trying all."""
    aigerim = accounts.find("aigerim")
    body = Payload.objects.filter(entry__subject=aigerim.pk, entry__act="account.add").get().body
    stands = json.loads(body)["stands"]
    tried = commitment.hashed(bytes.fromhex(stands["salt"]), {"holder": aigerim.holder, "username": "aigerim"})
    assert tried["username"] == stands["username"]
    assert tried["holder"] != stands["holder"]


def test_an_older_entry_names_a_key_by_its_name_and_role(history, monkeypatch, dispatcher):
    monkeypatch.setattr(
        accounts, "_entry", lambda act, account, payload, actor=None: accounts.sessions.record(
            act, account, actor="system:command", payload={"name": payload["name"], "role": payload["role"]}
        )
    )  # fmt: skip
    accounts.token(Account.objects.get(pk=dispatcher.account), role="dispatcher", name="old")
    assert audit().findings == []
