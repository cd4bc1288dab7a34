"""A batch is one entry that commits to every row; what is changed behind it is found."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from tartip.core.acts import Denied
from tartip.core.acts.errors import NotFound
from tartip.core.batches.actions import enter
from tartip.core.batches.errors import NothingToEnter, NotImported
from tartip.core.batches.leaves import leaf_of, path_of
from tartip.core.batches.models import Batch, Block
from tartip.core.clocks.models import Clock
from tartip.core.journal.audit import audit
from tartip.core.journal.erasure import erase, erase_due
from tartip.core.journal.models import Entry
from tartip.core.people.models import Person
from tartip.core.people.reading import find
from tartip.core.registers.register import payload_of, register_of
from tartip.core.time import now
from tartip.engines.merkle import root_from_inclusion
from tartip.errors import TartipError
from tartip.registers.lost_property import LostProperty, pass_on
from tartip.registers.missing import MissingPerson
from tartip.registers.wanted import WantedPerson

ALMALY = "751110000"
ASTANA = "710000000"
# Twelve digits with the right last one (order 521): 8·1+8·2+0·3+4·4+1·5+3·6+3·7+0·8+0·9+2·10+1·11 = 115 = 11·10 + 5.
IIN = "880413300215"


def missing(number: int, **more: Any) -> dict[str, Any]:
    at = datetime(2026, 11, 1, 4, tzinfo=UTC) - timedelta(hours=number)
    row = {"territory": ALMALY, "person": {"name": f"Асан {number}", "iin": "", "phone": ""}, "missing_since": at}
    return {**row, "seen_where": f"Абай {number}", **more}


def found_things(count: int) -> list[dict[str, Any]]:
    at = datetime(2026, 11, 1, 4, tzinfo=UTC)
    return [{"territory": ALMALY, "described": f"Зонт {number}", "found_at": at} for number in range(count)]


def entered(actor: Any, register: str, rows: Any) -> Batch:
    return enter(actor, register=register, rows=rows, file_hash=hashlib.sha256(register.encode()).digest(), file_size=7)


def test_rows_persons_and_clocks_come_in_under_one_entry(db: None, supervisor: Any) -> None:
    before = Entry.objects.count()
    someone = {"name": "Асан", "iin": IIN, "phone": ""}
    rows = [missing(0, person=someone), missing(1), missing(2, person=someone, reported_by={"phone": "+77011234567"})]
    batch = entered(supervisor, "missing", rows)
    assert Entry.objects.count() == before + 1
    assert (batch.rows, batch.persons, batch.clocks) == (3, 3, 3)
    kept = list(MissingPerson.objects.order_by("batch_row"))
    assert [one.seen_where for one in kept] == ["Абай 0", "Абай 1", "Абай 2"]
    assert {(one.version, one.state, one.batch) for one in kept} == {(1, "searched", batch.pk)}
    assert kept[0].person_id == kept[2].person_id
    assert Clock.objects.filter(subject=kept[1].pk, rule="missing-search-day", state="running").count() == 1
    assert audit().findings == []


def test_a_person_who_is_known_by_the_number_is_not_entered_again(db: None, supervisor: Any) -> None:
    someone = {"name": "Асан", "iin": IIN, "phone": ""}
    entered(supervisor, "missing", [missing(0, person=someone)])
    second = entered(supervisor, "missing", [missing(1, person=someone)])
    assert second.persons == 0
    assert Person.objects.count() == 1
    assert find(supervisor, iin=IIN) is not None


def test_each_row_is_proved_by_its_path(db: None, supervisor: Any) -> None:
    batch = entered(supervisor, "lost_property", found_things(5))
    block = Block.objects.get(subject=batch.pk, register="lost_property")
    for row in LostProperty.objects.all():
        leaf = leaf_of(bytes(block.salt), row.batch_row, register_of(LostProperty).state_of(payload_of(row)))
        path = path_of(bytes(block.leaves), row.batch_row)
        assert root_from_inclusion(leaf, row.batch_row, 5, path) == bytes(batch.root)


def test_a_row_that_the_actor_may_not_enter_refuses_all(db: None, supervisor: Any) -> None:
    with pytest.raises(Denied), transaction.atomic():
        entered(supervisor, "lost_property", [*found_things(3), {**found_things(1)[0], "territory": ASTANA}])
    assert (LostProperty.objects.count(), Batch.objects.count()) == (0, 0)


def test_who_may_not_do_the_act_enters_no_file(db: None, persona: Any) -> None:
    with pytest.raises(Denied):
        entered(persona("analyst"), "lost_property", found_things(1))


def test_what_breaks_in_the_middle_leaves_nothing(committed: None, supervisor: Any) -> None:
    """The second chunk repeats a number of the first: the database refuses it when the first is written already."""
    row = {
        "territory": ALMALY, "person": {"name": "Асан"}, "article": "188", "declared_on": date(2026, 11, 1),
        "scope": "local",
    }  # fmt: skip
    rows = [{**row, "file_number": f"26-{number % 2_500}"} for number in range(2_600)]
    before = Entry.objects.count()
    with pytest.raises(TartipError, match="number"):
        entered(supervisor, "wanted", rows)
    left = (WantedPerson.objects.count(), Person.objects.count(), Block.objects.count(), Entry.objects.count())
    assert left == (0, 0, 0, before)


def test_one_key_enters_a_file_once(committed: None, supervisor: Any) -> None:
    with_key = supervisor.saying(key="k", request=b"the same file")
    first = entered(with_key, "lost_property", found_things(2))
    again = entered(with_key, "lost_property", found_things(2))
    assert (again.pk, again.repeated, LostProperty.objects.count()) == (first.pk, True, 2)


def test_a_file_without_rows_and_a_register_without_files_are_refused(db: None, supervisor: Any) -> None:
    with pytest.raises(NothingToEnter):
        entered(supervisor, "lost_property", [])
    with pytest.raises(NotImported):
        entered(supervisor, "incident", [{}])


def test_an_imported_record_goes_on_like_any_other(db: None, supervisor: Any) -> None:
    entered(supervisor, "lost_property", found_things(2))
    thing = LostProperty.objects.first()
    assert thing is not None
    pass_on(supervisor, thing, reason="the term is over")
    thing.refresh_from_db()
    assert (thing.version, thing.state) == (2, "passed_on")
    assert Clock.objects.get(subject=thing.pk).state == "stopped"
    assert audit().findings == []


INSERT = """
INSERT INTO registers_lostproperty (id, origin, version, state, territory_id, described, found_where, found_at,
  filed_at, batch, batch_row)
SELECT gen_random_uuid(), origin, version, state, territory_id, 'x', '', found_at, filed_at, batch, 99
FROM registers_lostproperty LIMIT 1
"""


@pytest.mark.parametrize(
    ("setting", "statement"),
    [
        ("", INSERT),
        ("{batch}:", "UPDATE registers_lostproperty SET described = 'x'"),
        ("{batch}:", "DELETE FROM registers_lostproperty"),
        ("00000000-0000-0000-0000-000000000000:", INSERT),
        ("{batch}:{entry}", "UPDATE clocks_clock SET due_at = now()"),
        ("{batch}:{entry}", "DELETE FROM clocks_clock"),
        ("{batch}:{entry}", "UPDATE batches_block SET salt = ''"),
    ],
)
def test_the_setting_of_a_batch_lets_in_its_new_rows_and_nothing_else(
    committed: None, supervisor: Any, setting: str, statement: str
) -> None:
    batch = entered(supervisor, "lost_property", found_things(1))
    entry = Entry.objects.get(subject=batch.pk)
    with pytest.raises(DatabaseError, match="changes only inside an act"):
        under_setting(setting.format(batch=batch.pk, entry=entry.pk), statement)


def under_setting(setting: str, statement: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('tartip.act', '', true), set_config('tartip.batch', %s, true)", [setting])
        cursor.execute(statement)


def tampered(statement: str) -> None:
    """As the owner of the database, with the guards lifted."""
    from tartip.server.prepare import as_owner

    with as_owner(), connection.cursor() as cursor:
        for table in ("registers_lostproperty", "clocks_clock", "batches_block", "batches_batch"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(statement)
        for table in ("registers_lostproperty", "clocks_clock", "batches_block", "batches_batch"):
            cursor.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER tartip_guard")
            cursor.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER tartip_no_truncate")


@pytest.mark.parametrize(
    ("statement", "finding"),
    [
        ("UPDATE registers_lostproperty SET described = 'Шуба' WHERE batch_row = 1", "not what came in"),
        ("UPDATE registers_lostproperty SET version = 2 WHERE batch_row = 1", "not what came in"),
        ("UPDATE registers_lostproperty SET batch_row = 7 WHERE batch_row = 1", "not every row"),
        ("UPDATE registers_lostproperty SET batch = NULL WHERE batch_row = 1", "no act made it"),
        ("DELETE FROM registers_lostproperty WHERE batch_row = 2", "not every row"),
        ("UPDATE clocks_clock SET due_at = due_at + interval '1 day'", "not what came in"),
        ("UPDATE clocks_clock SET state = 'stopped'", "state is not what the journal tells"),
        ("DELETE FROM clocks_clock", "not every clock"),
        ("UPDATE batches_block SET leaves = '' WHERE register = 'lost_property'", "the hashes of its lost_property"),
        ("UPDATE batches_batch SET rows = 2", "rows is not what the act"),
    ],
)
def test_what_is_changed_behind_a_batch_is_found(
    committed: None, supervisor: Any, statement: str, finding: str
) -> None:
    entered(supervisor, "lost_property", found_things(3))
    assert audit().findings == []
    tampered(statement)
    assert any(finding in one for one in audit().findings), audit().findings


def test_an_imported_person_is_erased_when_the_retention_ends(
    committed: None, supervisor: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    entered(supervisor, "missing", [missing(0)])
    person = Person.objects.get()
    with pytest.raises(TartipError, match="kept until"):
        erase(supervisor.__class__("system:retention", "system", "KZ"), person)
    late = now() + timedelta(days=40 * 366)
    monkeypatch.setattr("tartip.core.journal.erasure.now", lambda: late)
    assert erase_due(late) >= 1
    person.refresh_from_db()
    assert (bytes(person.name_sealed), person.state, person.version) == (b"", "erased", 2)


def test_the_words_of_an_imported_row_are_erased_too(
    committed: None, supervisor: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No entry of its own holds them: only the fields are there to be emptied."""
    entered(supervisor, "lost_property", found_things(2))
    late = now() + timedelta(days=5 * 366)
    monkeypatch.setattr("tartip.core.journal.erasure.now", lambda: late)
    erase_due(late)
    assert {(one.described, one.version) for one in LostProperty.objects.all()} == {("", 2)}
    assert erase_due(late) == 0


def test_charlie_reaches_no_batch_of_another_territory(db: None, supervisor: Any, charlie: Any) -> None:
    from tartip.core.acts.access import access

    batch = entered(supervisor, "lost_property", found_things(1))
    with pytest.raises(NotFound):
        access(charlie, Batch.objects.all(), batch.pk)
