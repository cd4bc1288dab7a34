"""The audit finds every change beside the acts, one test per kind, and is clean where there was none.

The changes are made as the owner of the tables with the triggers off: nothing in the database can refuse them.
"""

from __future__ import annotations

import dataclasses
import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction

from tartip.core.clocks.breach import breach_due
from tartip.core.clocks.models import Clock
from tartip.core.ids import new_id
from tartip.core.journal import entries
from tartip.core.journal.audit import audit, records, result
from tartip.core.journal.models import Entry, Seal
from tartip.core.journal.sealing import seal
from tartip.core.registers import guard, register as register_module
from tartip.core.registers.register import REGISTERS
from tartip.core.time import now
from tartip.operations.incidents import actions
from tartip.server.database_roles import as_owner

ALMATY = "750000000"


def behind(*statements: str) -> None:
    """Run as the owner with every trigger off, as an intruder with the server's password would."""
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE 'tartip_%'")
        tables = [row[0] for row in cursor.fetchall()]
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        try:
            for statement in statements:
                cursor.execute(statement)
                assert cursor.rowcount != 0, f"changed nothing: {statement}"
        finally:
            for table in tables:
                cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
            cursor.execute("SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE tgname LIKE 'tartip_%'")
            for table, trigger in cursor.fetchall():
                cursor.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {trigger}")


def finds(words: str) -> None:
    found = audit().findings
    assert any(words in line for line in found), found


def test_it_is_clean_after_acts_breaches_and_releases(incident):
    found = audit()
    assert (found.findings, found.clean) == ([], True)
    assert found.sealed == found.entries == Entry.objects.count()
    assert found.clocks == Clock.objects.count() > 4


FIRST_CLOCK = "(SELECT id FROM clocks_clock ORDER BY id LIMIT 1)"
RUNNING = "(SELECT id FROM clocks_clock WHERE state = 'running' ORDER BY id LIMIT 1)"
NEW_CLOCK = """
INSERT INTO clocks_clock (id, rule, edition, register, subject, territory_id, state, started_at, due_at, started_by)
SELECT gen_random_uuid(), rule, edition, register, subject, territory_id, state, started_at, due_at, started_by
FROM clocks_clock LIMIT 1
"""
FIRST_CHECKPOINT = "(SELECT min(size) FROM journal_checkpoint)"
TAMPERINGS = {
    "a due date moved": (f"UPDATE clocks_clock SET due_at = due_at + interval '1 day' WHERE id = {RUNNING}", "due_at"),
    "a start moved": (f"UPDATE clocks_clock SET started_at = started_at - interval '1 s' WHERE id = {RUNNING}",
                      "started_at"),
    "a running clock stopped": (f"UPDATE clocks_clock SET state = 'stopped' WHERE id = {RUNNING}", "state"),
    "a stop by another entry": ("UPDATE clocks_clock SET stopped_by = gen_random_uuid() WHERE state = 'stopped'",
                                "stopped_by"),
    "a breach taken away": ("UPDATE clocks_clock SET breached_by = NULL WHERE breached_by IS NOT NULL", "breached_by"),
    "a rule exchanged": (f"UPDATE clocks_clock SET rule = 'koap-62-limitation' WHERE id = {RUNNING}", "rule"),
    "a clock hung on another record": (f"UPDATE clocks_clock SET subject = gen_random_uuid() WHERE id = {RUNNING}",
                                       "subject is not what"),
    "a clock inserted": (NEW_CLOCK, "no act started it"),
    "a clock deleted": (f"DELETE FROM clocks_clock WHERE id = {FIRST_CLOCK}", "gone, though"),
    "all clocks deleted": ("DELETE FROM clocks_clock", "gone, though"),
    "a payload deleted": ("DELETE FROM journal_payload WHERE entry_id = (SELECT entry_id FROM journal_seal "
                          "WHERE index = 2)", "missing, and no act erased it"),
    "a payload changed": ("UPDATE journal_payload SET body = replace(body, 'noise', 'fight') WHERE body LIKE '%noise%'",
                          "payload is not the one"),
    "a payload that is no JSON": ("UPDATE journal_payload SET body = '{' WHERE entry_id = (SELECT entry_id FROM "
                                  "journal_seal WHERE index = 1)", "payload is not the one"),
    "a payload nobody wrote": ("INSERT INTO journal_payload (entry_id, salt, body) VALUES (gen_random_uuid(), '', '')",
                               "belong to no entry"),
    "a header changed": ("UPDATE journal_entry SET actor = 'person:another' WHERE id = (SELECT entry_id FROM "
                         "journal_seal WHERE index = 2)", "header is not the one"),
    "a state hash taken away": ("UPDATE journal_entry SET state_hash = NULL WHERE state_hash IS NOT NULL",
                                "header is not the one"),
    "an entry deleted": ("DELETE FROM journal_entry WHERE id = (SELECT entry_id FROM journal_seal WHERE index = 2)",
                         "the entry at 2 is gone"),
    "a seal deleted": ("DELETE FROM journal_seal WHERE index = 2", "gap"),
    "the last seal deleted": ("DELETE FROM journal_seal WHERE index = (SELECT max(index) FROM journal_seal)",
                              "passed it over"),
    "a leaf changed": ("UPDATE journal_entry SET leaf = sha256(leaf) WHERE id = (SELECT entry_id FROM journal_seal "
                       "WHERE index = 2)", "is not the signed one"),
    "a tile lengthened": ("UPDATE journal_tile SET hashes = hashes || sha256('x')", "tile 0 of level 0"),
    "a tile changed": ("UPDATE journal_tile SET hashes = overlay(hashes PLACING 'x' FROM 5)", "tile 0 of level 0"),
    "a tile deleted": ("DELETE FROM journal_tile", "tile 0 of level 0"),
    "a tile too many": ("INSERT INTO journal_tile (level, n, hashes) VALUES (1, 0, sha256('x'))", "level 1 has"),
    "the state moved on": ("UPDATE journal_state SET xid = '9000000000'", "journal_state stands"),
    "the state moved to another entry": ("UPDATE journal_state SET entry = 'ffffffff-ffff-7fff-bfff-ffffffffffff'",
                                         "journal_state stands"),
    "the size of the state changed": ("UPDATE journal_state SET size = size + 1", "journal_state says"),
    "an older checkpoint changed": ("UPDATE journal_checkpoint SET root = sha256('x') WHERE size = (SELECT min(size) "
                                    "FROM journal_checkpoint)", "another signed text"),
    "a checkpoint with another signature": ("UPDATE journal_checkpoint SET note = replace(note, E'\\n\\n', "
                                            "E'\\nmore\\n\\n') WHERE size = (SELECT min(size) FROM "
                                            "journal_checkpoint)", "the checkpoint of"),
    "the last checkpoint deleted": ("DELETE FROM journal_checkpoint WHERE size = (SELECT max(size) FROM "
                                    "journal_checkpoint)", "the last checkpoint names"),
    "the first checkpoint deleted": (f"DELETE FROM journal_checkpoint WHERE size = {FIRST_CHECKPOINT}",
                                     "before it stands that of 0"),
    "all checkpoints but the last deleted": ("DELETE FROM journal_checkpoint WHERE size < (SELECT max(size) FROM "
                                             "journal_checkpoint)", "before it stands that of 0"),
    "a checkpoint that names none before it": (f"UPDATE journal_checkpoint SET previous = NULL WHERE size > "
                                               f"{FIRST_CHECKPOINT}", "does not say which one was before it"),
    "checkpoints made later": ("UPDATE journal_checkpoint SET made_at = made_at + interval '1 day'", "has not come"),
    "a checkpoint that was never made": ("UPDATE journal_checkpoint SET made_at = 'infinity'", "has not come"),
    "a checkpoint that was always there": ("UPDATE journal_checkpoint SET made_at = '-infinity'", "before there were"),
    "a key under another name": ("UPDATE journal_key SET name = 'another'", "stands under the name another"),
    "a key that names a later checkpoint": ("UPDATE journal_key SET size = (SELECT max(size) FROM journal_checkpoint)",
                                            "entries before the"),
    "a number of a transaction turned back": ("UPDATE journal_entry SET xid = '7' WHERE id = (SELECT entry_id FROM "
                                              "journal_seal WHERE index = 2)", "below"),
    "a number of a transaction moved on": ("UPDATE journal_entry SET xid = '999999999' WHERE id = (SELECT entry_id "
                                           "FROM journal_seal WHERE index = 2)", "below 999999999"),
    "a record in another territory": ("UPDATE incidents_incident SET territory_id = '710000000' WHERE kind = 'noise'",
                                      "territory_id is not what"),
    "a clock in another territory": (f"UPDATE clocks_clock SET territory_id = '710000000' WHERE id = {RUNNING}",
                                     "territory is not what"),
    "an entry in another territory": ("UPDATE journal_entry SET territory = '710000000' WHERE id = (SELECT entry_id "
                                      "FROM journal_seal WHERE index = 2)", "header is not the one"),
    "a record changed": ("UPDATE incidents_incident SET priority = 1 WHERE kind = 'noise'", "priority is not what"),
    "a record inserted": ("INSERT INTO units_unit SELECT (jsonb_populate_record(u, jsonb_build_object('id', "
                          "gen_random_uuid(), 'callsign', 'X'))).* FROM units_unit u LIMIT 1", "no act made it"),
    "a record deleted": ("DELETE FROM incidents_incident WHERE kind = 'noise'", "gone, though"),
    "a version turned back": ("UPDATE units_unit SET version = version - 1", "has version"),
}  # fmt: skip


@pytest.mark.parametrize("name", REGISTERS)
def test_a_record_is_compared_in_every_column(name):
    register = REGISTERS[name]
    assert {field for field, _ in register.fields} == {f.attname for f in register.model._meta.concrete_fields}


@pytest.mark.parametrize("name", TAMPERINGS)
def test_it_finds(incident, name):
    statement, words = TAMPERINGS[name]
    behind(statement)
    finds(words)


ODD_ENTRY = """INSERT INTO journal_entry SELECT (jsonb_populate_record(e, jsonb_build_object('id',
  '00000000-0000-7000-8000-000000000001', 'key', NULL, 'subject', NULL, {}))).* FROM journal_entry e LIMIT 1"""
# What no act writes and no program reads; and what the audit must go on after.
ODD = {
    "an entry with the last number of a transaction": (
        ODD_ENTRY.format("'xid', '18446744073709551615'"), "no transaction had its number"),
    "an entry recorded at the end of time": (ODD_ENTRY.format("'recorded_at', 'infinity'"), "no program reads"),
    "an entry recorded in the year 20000": (ODD_ENTRY.format("'recorded_at', '20000-01-01'"), "no program reads"),
    "an entry of before the first year": (ODD_ENTRY.format("'occurred_at', '0044-03-15 BC'"), "no program reads"),
    "a state with the last number": ("UPDATE journal_state SET xid = '18446744073709551615'", "journal_state stands"),
    "a clock that is never due": (f"UPDATE clocks_clock SET due_at = 'infinity' WHERE id = {RUNNING}", "due_at"),
    "a clock that was always due": (f"UPDATE clocks_clock SET due_at = '-infinity' WHERE id = {RUNNING}", "due_at"),
    "pauses that are none": (f"UPDATE clocks_clock SET pauses = '7' WHERE id = {RUNNING}", "pauses"),
    "an appointment without end": ("UPDATE people_appointment SET valid_to = 'infinity'", "valid_to is not what"),
}  # fmt: skip


@pytest.fixture
def unbounded():
    """As if the owner had taken away the constraints on moments, or the rows were older than these."""
    tables = [*guard.guarded_tables(), "journal_entry"]
    with as_owner(), connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f'ALTER TABLE "{table}" DROP CONSTRAINT IF EXISTS {guard.READABLE}')
    yield
    with as_owner():
        guard.install()


@pytest.mark.parametrize("name", ODD)
def test_an_odd_value_is_a_finding_and_the_audit_goes_on(incident, unbounded, name):
    statement, words = ODD[name]
    behind(statement, "UPDATE units_unit SET crew = crew + 1")
    finds(words)
    finds("crew is not what")


ODD_PAYLOADS = {
    "no object": ([1], "is no object"),
    "clocks that are a list": ({"clocks": [1]}, "cannot be judged"),
    "a started clock that is a number": ({"clocks": {"started": [1]}}, "cannot be judged"),
    "a started clock without a number of its own": ({"clocks": {"started": [{"id": "x"}]}}, "cannot be judged"),
    "a clock that is a list": ({"clock": [1]}, "cannot be judged"),
    "a stand of half a clock": ({"clocks": {"stand": [{"id": str(new_id())}]}}, "gone, though"),
}


@pytest.mark.parametrize(("register", "act"), [("incident", "incident.open"), ("account", "account.token")])
@pytest.mark.parametrize("name", ODD_PAYLOADS)
def test_a_payload_of_another_shape_is_a_finding_and_the_audit_goes_on(incident, dispatcher, register, act, name):
    """The application may add entries: one that was hashed rightly and says nonsense."""
    payload, words = ODD_PAYLOADS[name]
    subject = incident.pk if register == "incident" else dispatcher.account
    moment = now()
    header = entries.Header(
        id=new_id(), origin=1, recorded_at=moment, occurred_at=moment, act=act, actor="system:x", role="system",
        on_behalf="", territory=ALMATY, register=register, subject=subject, version=0, cause=None, ground="",
        edition="", purpose="",
    )  # fmt: skip
    entries.write(header, payload)
    behind("UPDATE units_unit SET crew = crew + 1")
    if register == "incident" or name != "a clock that is a list":  # an account has no clocks
        finds(words)
    finds("crew is not what")


def test_a_key_written_twice_is_a_finding(incident):
    """Readers differ in which of the two they take: the last one here, the first one elsewhere."""
    behind("""UPDATE journal_payload SET body = '{"after":{"kind":"murder"},' || substr(body, 2)
              WHERE body LIKE '{"after":%'""")
    finds("is not written as it was sealed")


def test_a_part_of_the_audit_that_fails_is_a_finding_and_hides_no_other(incident, monkeypatch):
    def broken(*_: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 / 0")

    monkeypatch.setattr(records, "check", broken)
    behind(f"UPDATE clocks_clock SET due_at = due_at + interval '1 day' WHERE id = {RUNNING}")
    finds("records: cannot be judged (DataError)")
    finds("due_at is not what")


def test_it_finds_a_changed_record_where_the_payload_is_gone(incident):
    """The state hash in the header stays when the payload goes."""
    behind(
        "DELETE FROM journal_payload WHERE entry_id IN (SELECT id FROM journal_entry WHERE register = 'incident')",
        "UPDATE incidents_incident SET note = 'другое' WHERE kind = 'noise'",
    )
    finds("its state is not what the act incident.open left")


def test_a_column_added_by_a_later_version_is_no_difference_even_where_the_payload_is_gone(incident, monkeypatch):
    """The act did not know it: the record was hashed, and its payload written, without it."""
    register = REGISTERS["incident"]
    added = (*register.fields, ("added_later", lambda value: value))
    later = dataclasses.replace(register, fields=added, empty={**register.empty, "added_later": ""})
    monkeypatch.setitem(REGISTERS, "incident", later)
    monkeypatch.setitem(register_module._by_model, register.model, later)
    monkeypatch.setattr(register.model, "added_later", "", raising=False)
    assert audit().findings == []
    monkeypatch.setattr(register.model, "added_later", "filled in beside the acts")
    finds("added_later is not what")
    behind("DELETE FROM journal_payload WHERE entry_id IN (SELECT id FROM journal_entry WHERE register = 'incident')")
    finds("its state is not what")
    monkeypatch.setattr(register.model, "added_later", "")
    assert not any("its state" in line for line in audit().findings)


def test_it_finds_an_entry_that_sealing_has_passed_over(incident, dispatcher):
    """As after a restore into a new server, where transaction numbers begin anew."""
    behind("UPDATE journal_state SET xid = '9000000000'")
    actions.open_incident(dispatcher, territory=ALMATY, kind_code="noise")
    finds("sealing has passed it over")


def test_it_keeps_a_bounded_list_and_counts_all(incident, monkeypatch):
    monkeypatch.setattr(result, "KEPT", 2)
    behind("UPDATE journal_payload SET salt = sha256(salt)::bytea")
    found = audit()
    assert len(found.findings) == 2
    assert found.differences > 2
    assert not found.clean


@pytest.mark.parametrize("page", [1, 2, 3, 256])
def test_the_size_of_its_pages_changes_nothing(incident, monkeypatch, page):
    for module in ("log", "records", "clocks"):
        monkeypatch.setattr(f"tartip.core.journal.audit.{module}.PAGE", max(page, 2) if module == "clocks" else page)
    found = audit()
    assert found.findings == []
    assert found.sealed == Seal.objects.count()
    assert sum(found.records.values()) == sum(r.model._default_manager.count() for r in REGISTERS.values())


def test_it_is_clean_while_acts_go_on(incident, dispatcher):
    """It sees one snapshot: what is written and sealed meanwhile belongs to the next audit."""
    stop, failures = threading.Event(), []

    def write() -> None:
        try:
            while not stop.is_set():
                one = actions.open_incident(dispatcher, territory=ALMATY, kind_code="fight")
                actions.close_incident(dispatcher, one, outcome="settled")
                breach_due(now() + timedelta(minutes=4))
                seal()
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        found = [audit() for _ in range(5)]
    finally:
        stop.set()
        writer.join()
    assert failures == []
    assert [one.findings for one in found] == [[]] * 5
    assert found[0].entries < found[-1].entries


def test_it_needs_no_more_memory_for_more_entries(incident, dispatcher, monkeypatch):
    """Every list it reads is a page: with pages of ten it never holds eleven rows."""
    monkeypatch.setattr("tartip.core.journal.audit.log.PAGE", 10)
    from tartip.core.journal.audit import log

    sizes, read = [], log._page
    monkeypatch.setattr(log, "_page", lambda *given: sizes.append(len(rows := read(*given))) or rows)
    assert audit().clean
    assert max(sizes) == 10


def test_it_reports_how_far_it_is(incident):
    seen = []
    audit(lambda step, done, total: seen.append((step, done, total)))
    assert {"journal", "incident", "clocks"} <= {step for step, _, _ in seen}
    assert all(0 < done <= total for _, done, total in seen)


def test_a_register_that_grew_a_column_since_the_act_is_no_finding(committed, dispatcher):
    """The state an act committed to has no such field; the row has it, empty, as a migration leaves it."""
    entry = REGISTERS["incident"]
    whole = entry.fields
    object.__setattr__(entry, "fields", tuple(field for field in whole if field[0] != "closed_at"))
    try:
        incident = actions.open_incident(dispatcher, territory=ALMATY, kind_code="noise")
        seal()
    finally:
        object.__setattr__(entry, "fields", whole)
    assert audit().findings == []
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('tartip.act', %s, true)", (f"incident.close:{incident.pk}",))
        cursor.execute("UPDATE incidents_incident SET closed_at = now() WHERE id = %s", (incident.pk,))
    assert any("closed_at" in finding for finding in audit().findings)
