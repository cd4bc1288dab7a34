"""One process signs; all others verify, hand out receipts and name the key without ever holding the private one."""

from __future__ import annotations

import importlib

import orjson
import pytest
from django.db import DatabaseError, connection
from django.urls import reverse

from tartip.core.journal import keys, queries, sealing
from tartip.core.journal.audit import audit
from tartip.core.journal.models import Checkpoint, Entry, PublicKey
from tartip.core.journal.sealing import seal, signing_key
from tartip.engines.merkle import Checkpoint as SignedText, SigningKey, sign_checkpoint
from tartip.operations.incidents import actions
from tartip.server import commands
from tartip.server.database_roles import as_owner
from tartip.verify import verify_bytes

ALMATY = "750000000"


@pytest.fixture
def another_process(settings):
    """A process that was started without the private key: asking for it is an error."""

    def start() -> None:
        def absent() -> str:
            raise AssertionError("this process must not ask for the private key")

        settings.JOURNAL_KEY = absent
        signing_key.cache_clear()

    yield start
    signing_key.cache_clear()


def test_receipts_keys_and_figures_need_no_private_key(committed, dispatcher, client, another_process):
    incident = actions.open_incident(dispatcher, territory=ALMATY, kind_code="noise")
    seal()
    public = str(signing_key().verifier)
    another_process()
    entry = Entry.objects.get(subject=incident.pk)
    assert queries.receipt(entry.pk)["keys"] == [public]
    assert client.get("/api/v1/journal/key").json() == {"key": public, "keys": [public]}
    assert client.get(reverse("statistics:figures")).status_code == 200
    actions.close_incident(dispatcher, incident, outcome="settled")
    assert audit().findings == []


def test_a_key_is_published_with_the_first_checkpoint_it_signs(committed, dispatcher, client):
    assert client.get("/api/v1/journal/key").json() == {"key": "", "keys": []}
    actions.open_incident(dispatcher, territory=ALMATY, kind_code="noise")
    seal()
    assert client.get("/api/v1/journal/key").json()["key"] == str(signing_key().verifier)


SEALING_WRITES = {
    "a key": "INSERT INTO journal_key (key, name, valid_from, size) VALUES ('k', 'x', now() + interval '1 hour', 1)",
    "a checkpoint": "INSERT INTO journal_checkpoint (size, root, note, made_at) VALUES (9, '', '', now())",
    "a seal": "INSERT INTO journal_seal (index, entry_id) VALUES (9, gen_random_uuid())",
    "a tile": "INSERT INTO journal_tile (level, n, hashes) VALUES (0, 9, '')",
    "a longer tile": "UPDATE journal_tile SET hashes = hashes || sha256('x')",
    "the state": "UPDATE journal_state SET size = size + 1",
    "a time stamp": "INSERT INTO journal_stamp SELECT size, '', now() FROM journal_checkpoint",
}


@pytest.mark.parametrize("what", SEALING_WRITES)
def test_only_the_sealing_role_writes_what_is_sealed_and_signed(committed, dispatcher, what):
    seal()
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ("tartip_app",)
        with pytest.raises(DatabaseError, match="permission denied"):
            cursor.execute(SEALING_WRITES[what])


def test_the_application_cannot_become_the_sealing_role(committed):
    """Under its own log-in; in these tests one process seals as well."""
    connection.close()
    before = connection.settings_dict.pop("EMBEDDED_LOG_IN")
    try:
        for statement in ("SET ROLE tartip_sealer", "SELECT set_config('role', 'tartip_sealer', false)"):
            with pytest.raises(DatabaseError, match="permission denied"), connection.cursor() as cursor:
                cursor.execute(statement)
    finally:
        connection.close()
        connection.settings_dict["EMBEDDED_LOG_IN"] = before


def test_sealing_inside_a_transaction_gives_the_role_back(db, dispatcher):
    seal()
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ("tartip_app",)


def put_key(key: SigningKey, *, valid_from: str, size: int) -> None:
    """As somebody with the rights of the sealing role, or of the owner, could."""
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO journal_key (key, name, valid_from, size) VALUES (%s, 'x', {valid_from}, %s)",
            (str(key.verifier), size),
        )


@pytest.mark.parametrize("valid_from", ["now() + interval '1 hour'", "now()"])
def test_a_key_that_signed_nothing_is_not_published_nor_believed_and_the_audit_names_it(
    committed, dispatcher, settings, client, valid_from
):
    incident = actions.open_incident(dispatcher, territory=ALMATY, kind_code="noise")
    seal()
    strange, public = SigningKey(settings.NODE_NAME, b"\x07" * 32), str(signing_key().verifier)
    size = Checkpoint.objects.latest("size").size
    put_key(strange, valid_from=valid_from, size=size)
    entry = Entry.objects.get(subject=incident.pk)
    assert client.get("/api/v1/journal/key").json() == {"key": public, "keys": [public]}
    assert queries.receipt(entry.pk)["keys"] == [public]
    assert keys.newest() == public
    found = audit().findings
    assert any(f"{strange.verifier} has not signed the checkpoint of {size} entries" in line for line in found)
    assert any("a moment that has not come" in line for line in found) == ("hour" in valid_from)


def test_a_key_of_another_log_is_not_believed(committed, dispatcher, settings):
    """A checkpoint of another log, signed by its own key, is not one of this log."""
    other = SigningKey("another.example/log", b"\x07" * 32)
    note = sign_checkpoint(sealed_as("another.example/log", 1), other)
    assert not keys.has_signed(str(other.verifier), note, settings.NODE_NAME)
    assert keys.has_signed(str(other.verifier), note, "another.example/log")


def sealed_as(origin: str, size: int) -> SignedText:
    return SignedText(origin, size, b"\x01" * 32)


def test_a_log_goes_on_under_another_key_only_after_an_entry_that_names_it(
    committed, dispatcher, settings, monkeypatch, capsys
):
    """Who holds the published key would call each receipt forged that another one signed without a word."""
    incident = actions.open_incident(dispatcher, territory=ALMATY, kind_code="noise")
    seal()
    old, size = str(signing_key().verifier), Checkpoint.objects.latest("size").size
    new = SigningKey(settings.NODE_NAME, b"\x07" * 32)
    monkeypatch.setattr(sealing, "signing_key", lambda: new)
    actions.close_incident(dispatcher, incident, outcome="settled")
    with pytest.raises(keys.AnotherKey, match="tartip journal new-key"):
        seal()
    assert (Checkpoint.objects.latest("size").size, [str(key) for key in keys.verifiers()]) == (size, [old])
    assert commands.main(["journal", "new-key"]) == 0
    assert commands.main(["journal", "new-key"]) == 0
    assert "is signed with" in capsys.readouterr().out, "the second time there is nothing to do"
    told = Entry.objects.get(act="journal.new_key")
    seal()
    assert [str(key) for key in keys.verifiers()] == [str(new.verifier), old]
    assert audit().findings == []
    for key, entry in ((old, Entry.objects.filter(subject=incident.pk).earliest("id")), (str(new.verifier), told)):
        verdict = verify_bytes(orjson.dumps(queries.receipt(entry.pk)), keys=[key])
        assert verdict.ok, verdict.steps


def test_keys_given_from_outside_are_believed_and_those_of_the_database_are_not(committed, dispatcher, settings):
    """Whoever owns the database can write a key into it and sign everything anew."""
    actions.open_incident(dispatcher, territory=ALMATY, kind_code="noise")
    seal()
    settings.JOURNAL_PUBLIC_KEY = [str(SigningKey(settings.NODE_NAME, b"\x07" * 32).verifier)]
    found = audit()
    assert found.keys_given
    assert any("the checkpoint of" in line for line in found.findings)
    settings.JOURNAL_PUBLIC_KEY = [str(signing_key().verifier)]
    assert audit().findings == []


def test_after_a_return_to_an_older_key_that_one_is_published_first(committed, dispatcher, settings, monkeypatch):
    first, second = signing_key(), SigningKey(settings.NODE_NAME, b"\x07" * 32)
    for key in (first, second, first):
        monkeypatch.setattr(sealing, "signing_key", lambda key=key: key)
        keys.announce(key.verifier)
        actions.open_incident(dispatcher, territory=ALMATY, kind_code="noise")
        seal()
    assert [str(key) for key in keys.verifiers()] == [str(first.verifier), str(second.verifier)]
    assert audit().findings == []


def test_a_published_key_is_never_changed_or_taken_away(committed):
    for statement in ("UPDATE journal_key SET name = 'x'", "DELETE FROM journal_key"):
        with pytest.raises(DatabaseError, match="permission denied"), connection.cursor() as cursor:
            cursor.execute(statement)


def test_settings_do_not_read_the_private_key(settings, monkeypatch):
    from tartip.server import keys as secrets

    asked = []
    monkeypatch.setattr(secrets, "key", lambda *given: asked.append(given))
    later = secrets.later("TARTIP_JOURNAL_KEY", settings.KEYS)
    assert asked == []
    later()
    assert len(asked) == 1


def test_only_the_sealing_part_of_the_demo_inherits_the_private_key(monkeypatch):
    from tartip.server.supervisor import Part, _environment

    secrets = ("TARTIP_JOURNAL_KEY", "TARTIP_JOURNAL_KEY_FILE", "TARTIP_DATABASE_OWNER_URL", "TARTIP_APP_PASSWORD_FILE")
    secrets += ("TARTIP_SEALER_PASSWORD",)
    for name in secrets:
        monkeypatch.setenv(name, "secret")
    assert not set(secrets) & set(_environment(Part("pages", [])))
    assert set(secrets[:2]) == set(secrets) & set(_environment(Part("keeper", [], seals=True)))


def test_the_migration_finds_the_first_checkpoint_that_each_key_signed(committed, dispatcher, settings, monkeypatch):
    fill = importlib.import_module("tartip.core.journal.migrations.0006_keys_that_signed").FILL
    for key in (signing_key(), SigningKey(settings.NODE_NAME, b"\x07" * 32)):
        monkeypatch.setattr(sealing, "signing_key", lambda key=key: key)
        keys.announce(key.verifier)
        for _ in range(2):
            actions.open_incident(dispatcher, territory=ALMATY, kind_code="noise")
            seal()
    before = set(PublicKey.objects.values_list("key", "size"))
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(fill)
    assert set(PublicKey.objects.values_list("key", "size")) == before
    assert len(before) == 2
