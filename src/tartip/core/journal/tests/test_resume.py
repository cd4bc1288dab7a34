"""After a restore into another server sealing goes on by one command; until then it says why it does not."""

from __future__ import annotations

import contextlib
import os
import pathlib
import shutil
import subprocess
import sys
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection

from tartip.core.journal import queries
from tartip.core.journal.audit import audit
from tartip.core.journal.models import Checkpoint, Entry, Seal
from tartip.core.journal.resume import NotWhole, resume
from tartip.core.journal.sealing import BrokenLog, Restored, seal
from tartip.core.journal.tests.test_audit import behind
from tartip.core.time import clock, now
from tartip.operations.incidents import actions
from tartip.server import postgres
from tartip.server.database_roles import as_owner

ALMATY = "750000000"
BURN = "DO $$ BEGIN FOR i IN 1..5000 LOOP PERFORM pg_current_xact_id(); COMMIT; END LOOP; END $$"


def opened(dispatcher, count=1):
    return [actions.open_incident(dispatcher, territory=ALMATY, kind_code="noise") for _ in range(count)]


def as_in_a_new_server() -> None:
    """What a restore does to the numbers: the dump's are far above those of the server."""
    behind(
        "UPDATE journal_entry SET xid = (xid::text::bigint + 1000000000)::text::xid8",
        "UPDATE journal_state SET xid = (xid::text::bigint + 1000000000)::text::xid8",
    )


@pytest.fixture
def restored(committed, dispatcher):
    opened(dispatcher, 3)
    seal()
    opened(dispatcher, 2)
    as_in_a_new_server()


def test_a_restored_journal_says_that_it_must_be_resumed(restored, dispatcher):
    opened(dispatcher)
    with pytest.raises(Restored, match="tartip journal resume"):
        seal()


def test_sealing_goes_on_after_resuming_with_old_and_new_entries(restored, dispatcher):
    opened(dispatcher)
    before = Checkpoint.objects.order_by("-size").first()
    with as_owner():
        resumed = resume()
    assert resumed.sealed == before.size
    opened(dispatcher)
    while seal().count:
        pass
    assert Seal.objects.count() == Entry.objects.count() == Checkpoint.objects.order_by("-size").first().size
    assert queries.consistency(before.size, Seal.objects.count())
    assert audit().findings == []
    assert Seal.objects.get(entry__act="journal.resume").index >= before.size


def test_the_audit_is_clean_between_resuming_and_the_next_seal(restored):
    with as_owner():
        resume()
    assert audit().findings == []


def test_resuming_a_healthy_journal_changes_nothing(committed, dispatcher):
    opened(dispatcher)
    seal()
    opened(dispatcher)
    with as_owner():
        assert resume() is None
    assert not Entry.objects.filter(act="journal.resume").exists()


@pytest.mark.parametrize(
    "damage",
    [
        "DELETE FROM journal_checkpoint",
        "DELETE FROM journal_seal WHERE index = 0",
        "DELETE FROM journal_seal WHERE index = (SELECT max(index) FROM journal_seal)",
        "DELETE FROM journal_tile",
        "UPDATE journal_checkpoint SET root = sha256('x')",
    ],
)
def test_half_a_restore_is_not_resumed(restored, damage):
    behind(damage)
    with as_owner(), pytest.raises(NotWhole):
        resume()
    assert not Entry.objects.filter(act="journal.resume").exists()


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE journal_tile SET hashes = overlay(hashes PLACING 'x' FROM 5)",
        "UPDATE journal_tile SET hashes = hashes || sha256('x')",
        "DELETE FROM journal_tile",
        "DELETE FROM journal_checkpoint",
    ],
)
def test_nothing_is_signed_that_does_not_continue_the_last_checkpoint(committed, dispatcher, damage):
    opened(dispatcher, 3)
    size = seal().size
    behind(damage)
    opened(dispatcher)
    with pytest.raises(BrokenLog):
        seal()
    assert Seal.objects.count() == size


def test_a_late_seal_is_an_alarm(committed, dispatcher):
    from tartip.server import health

    opened(dispatcher)
    assert not queries.waiting().late
    with clock(now() + timedelta(seconds=11)):
        assert queries.waiting().late
        assert next(part for part in health.look() if part.key == "unsealed").state == health.LATE
        seal()
        assert (queries.waiting().late, queries.waiting().count) == (False, 0)


def test_entries_that_sealing_would_pass_over_are_late_too(restored, dispatcher):
    """Behind the place that sealing has reached there is nothing: counting there alone, nobody would hear of it."""
    behind("UPDATE journal_entry SET xid = '5' WHERE id NOT IN (SELECT entry_id FROM journal_seal)")
    with clock(now() + timedelta(seconds=11)):
        assert queries.waiting().late


@pytest.mark.long
def test_a_dump_restored_into_another_server_is_sealed_again_by_one_command(committed, dispatcher, tmp_path):
    """pg_dump, pg_restore, `tartip migrate`, `tartip journal resume`, then the audit and the background's work."""
    if "EMBEDDED_DATA" not in settings.DATABASES["default"]:
        pytest.skip("the tests run on a server given by URL")
    with connection.cursor() as cursor:
        cursor.execute(BURN)
    opened(dispatcher, 3)
    seal()
    opened(dispatcher, 2)
    dump = _dump(tmp_path)
    # Beside the server of the tests: a server that runs as another user reaches its data there.
    data = settings.VAR / f"restored-{os.getpid()}" / "postgres"
    socket = postgres.start(data)
    try:
        _run("createdb", "-h", socket, "-U", "postgres", "restored")
        _run("pg_restore", "-h", socket, "-U", "postgres", "--no-owner", "--no-privileges", "-d", "restored", dump)
        _tartip(data, "migrate")
        assert "tartip journal resume" in _seal_there(data)
        assert "wait and will be sealed" in _tartip(data, "journal", "resume")
        assert "sealed" in _seal_there(data)
        assert "clean" in _tartip(data, "audit")
        assert "nothing holds sealing up" in _tartip(data, "journal", "resume")
    finally:
        with contextlib.suppress(postgres.PostgresFailed):  # the last command has stopped it already
            postgres.stop(data, "immediate")
        shutil.rmtree(data.parent)


def _run(name: str, *arguments: object) -> None:
    subprocess.run([str(postgres.binaries() / name), *map(str, arguments)], check=True, capture_output=True)


def _dump(folder: pathlib.Path) -> pathlib.Path:
    database = connection.settings_dict
    path = folder / "tartip.dump"
    _run("pg_dump", "-h", database["HOST"], "-U", "postgres", "-Fc", "-f", path, database["NAME"])
    return path


def _environment(data: pathlib.Path) -> dict[str, str]:
    secrets = {
        name: getattr(settings, name.removeprefix("TARTIP_"))
        for name in ("TARTIP_SECRET_KEY", "TARTIP_PEOPLE_KEY", "TARTIP_LOOKUP_KEY")
    }
    secrets["TARTIP_JOURNAL_KEY"] = settings.JOURNAL_KEY()
    place = {"TARTIP_VAR": str(data.parent), "TARTIP_DB_NAME": "restored", "TARTIP_PG_FOLDER": data.name}
    return {**os.environ, **place, **secrets}


def _tartip(data: pathlib.Path, *arguments: str) -> str:
    command = [sys.executable, "-m", "tartip", *arguments]
    done = subprocess.run(command, env=_environment(data), capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


SEAL = """
import django; django.setup()
from tartip.server.database_roles import log_in_to_seal
log_in_to_seal()
from tartip.core.journal.sealing import seal
try: print(seal().count, "sealed")
except Exception as error: print(error)
"""


def _seal_there(data: pathlib.Path) -> str:
    command = [sys.executable, "-c", SEAL]
    return subprocess.run(command, env=_environment(data), capture_output=True, text=True, check=False).stdout
