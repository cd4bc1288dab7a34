"""Entering a batch: rows of one register by COPY, with the persons they name and the clocks they start.

One transaction and one entry. The entry commits to the state of every row by the root of a tree over their hashes.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from itertools import chain, islice
from operator import attrgetter
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection, models
from psycopg import sql
from psycopg.types.json import Jsonb

from tartip.core.acts import ACTS, Act, Actor, Denied, act, doing, terms
from tartip.core.acts.errors import Undeclared
from tartip.core.acts.fields import fields_of
from tartip.core.acts.rights import predicate
from tartip.core.batches.errors import NothingToEnter, NotImported, TooManyRows
from tartip.core.batches.leaves import Leaves, beginning_of
from tartip.core.batches.models import CLOCKS, Batch, Block
from tartip.core.clocks import running
from tartip.core.clocks.models import Clock
from tartip.core.ids import new_id
from tartip.core.journal.listeners import LISTENERS
from tartip.core.people import identifiers
from tartip.core.people.actions import enters_people
from tartip.core.people.models import Person
from tartip.core.registers.imported import Imported
from tartip.core.registers.models import Record
from tartip.core.registers.register import REGISTERS, payload_of, register_of
from tartip.core.registers.store import guard_setting

MOST_ROWS = 100_000
CHUNK = 2_000
ENTER = "batch.enter"

Given = Mapping[str, Any]


@predicate("the right to the act of each row")
def may_do_rows(actor: Actor, batch: Batch | None = None) -> bool:
    """Whoever may do the act of a row may do it for many; each row is asked for itself as well."""
    return batch is None or bool(ACTS[batch.act].may.test(actor, None))


def row_act_of(register: str) -> Act:
    """The act that each row of an imported file is. Raises NotImported."""
    found = REGISTERS.get(register)
    code = found.pages.imports if found is not None and found.pages is not None else ""
    if not code or found is None or not issubclass(found.model, Imported):
        raise NotImported(register=register)
    declared = ACTS[code]
    clocks = declared.clocks
    more = declared.locks or LISTENERS.get(code) or clocks.stops or clocks.pauses or clocks.resumes or clocks.follows
    if more or declared.creates is not found.model:
        raise NotImported(register=register)
    return declared


@act(
    ENTER, creates=Batch, may=may_do_rows, ground="order-706", inner=True,
    names={"kk": "Файлдан енгізу", "ru": "Загрузить из файла", "en": "Import from a file"},
    done={"kk": "Файлдан енгізілді", "ru": "Загружено из файла", "en": "Imported from a file"},
    noun={"kk": "Файлдан енгізу", "ru": "Загрузка из файла", "en": "Import from a file"},
)  # fmt: skip
def enter(actor: Actor, *, register: str, rows: Iterable[Given], file_hash: bytes, file_size: int) -> Batch:
    """Enter rows, each with the arguments of the register's own act; a person is a mapping of name, iin and phone.

    `rows` is read once, in pieces. Raises Denied where a row may not be entered by this actor, NothingToEnter,
    TooManyRows, BadIdentifier. Must be called with a key whose request says the file (`Actor.saying`).
    """
    declared = row_act_of(register)
    if not declared.may.test(actor, None):
        raise Denied(act=declared.code, rule=declared.may.name, role=actor.role)
    writing = _Writing(declared, actor, new_id())
    for chunk in _chunks(rows):
        writing.enter(chunk)
    if not writing.rows.leaves.size:
        raise NothingToEnter
    batch = Batch(
        id=writing.batch, territory_id=actor.territory, register=register, act=declared.code,
        rows=writing.rows.leaves.size, persons=writing.persons.leaves.size, clocks=writing.clocks_started,
        file_hash=file_hash, file_size=file_size, root=writing.rows.leaves.root(),
        persons_root=writing.persons.leaves.root(), clocks_root=writing.clocks.root(),
    )  # fmt: skip
    writing.close()
    return batch


def _chunks(rows: Iterable[Given]) -> Iterator[list[Given]]:
    left = iter(rows)
    total = 0
    while chunk := list(islice(left, CHUNK)):
        total += len(chunk)
        if total > MOST_ROWS:
            raise TooManyRows(most=MOST_ROWS)
        yield chunk


class _Table:
    """Records of one model on their way into its table."""

    def __init__(self, batch: uuid.UUID, model: type[Record]) -> None:
        self.batch, self.model = batch, model
        self.register = register_of(model)
        self.leaves = Leaves()
        self._waiting: list[Record] = []

    def add(self, record: Any) -> None:
        """Give a new record its place in the batch."""
        record.state = record.state or record.Lifecycle.start
        record.version, record.batch, record.batch_row = 1, self.batch, self.leaves.size
        self.leaves.add(self.register.state_of(payload_of(record)))
        self._waiting.append(record)

    def write(self) -> None:
        copy_rows(self.model, self._waiting)
        self.leaves.grow()
        self._waiting = []


class _Writing:
    """One batch under way."""

    def __init__(self, declared: Act, actor: Actor, batch: uuid.UUID) -> None:
        self.act, self.actor, self.batch = declared, actor.inside(), batch
        self.entry, self.at = doing().id, doing().at
        self.rows, self.persons, self.clocks = _Table(batch, declared.model), _Table(batch, Person), Leaves()
        self.clocks_started = 0
        self._people = [field.name for field in fields_of(declared) if field.kind == "person"]
        # Persons that this batch has entered, by the hash of their number.
        self._entered: dict[bytes, Person] = {}
        self._new_person, self._new_clock = Made(Person).new, Made(Clock).new
        self._terms = lru_cache(maxsize=10_000)(_term)
        _set("tartip.batch", f"{batch}:{self.entry}")

    def enter(self, chunk: list[Given]) -> None:
        known = self._known(chunk) if self._people else {}
        clocks: list[Clock] = []
        for given in chunk:
            record = self._record(given, known)
            started = sorted(self._clocks(record), key=lambda clock: clock.pk)
            self.rows.add(record)
            self.clocks.add({"clocks": [beginning_of(clock) for clock in started]})
            clocks += started
        self.persons.write()
        self.rows.write()
        copy_rows(Clock, clocks)
        self.clocks.grow()
        self.clocks_started += len(clocks)

    def close(self) -> None:
        """Write the hashes of all rows, and let no more rows in."""
        _set("tartip.batch", "")
        if doing().notes:
            raise TypeError(f"{self.act.code} makes notes, which rows of a batch cannot have")
        _set("tartip.act", guard_setting(ENTER, self.batch))
        blocks = {
            self.rows.register.name: self.rows.leaves, self.persons.register.name: self.persons.leaves,
            CLOCKS: self.clocks,
        }  # fmt: skip
        Block.objects.bulk_create(
            Block(subject=self.batch, register=name, size=made.size, salt=made.salt, leaves=bytes(made.bytes))
            for name, made in blocks.items()
            if made.size
        )

    def _record(self, given: Given, known: Mapping[bytes, Person]) -> Record:
        arguments = dict(given)
        for name in self._people:
            if arguments.get(name):
                arguments[name] = self._person(given, arguments[name], known)
        record: Record = self.act.function(self.actor, **arguments)
        if not self.act.may.test(self.actor, record):
            raise Denied(act=self.act.code, rule=self.act.may.name, role=self.actor.role)
        start = record.Lifecycle.start
        record.state = record.state or start
        if self.act.moves and record.state not in self.act.leads(start):
            raise Undeclared(act=self.act.code, before=start, after=record.state)
        terms.check(self.act, record, self.at)
        return record

    def _known(self, chunk: list[Given]) -> dict[bytes, Person]:
        """The persons of these rows who are entered already, by the hash of their number."""
        given = chain.from_iterable((row.get(name) for name in self._people) for row in chunk)
        wanted = {_lookup(person) for person in given if person and person.get("iin")}
        found = Person.objects.filter(iin_lookup__in=wanted) if wanted else ()
        return {bytes(person.iin_lookup or b""): person for person in found}

    def _person(self, row: Given, given: Mapping[str, str], known: Mapping[bytes, Person]) -> Person:
        key = _lookup(given) if given.get("iin") else b""
        if key and (found := known.get(key) or self._entered.get(key)):
            return found
        if not enters_people.test(self.actor, None):
            raise Denied(act="person.enter", rule=enters_people.name, role=self.actor.role)
        parts = {name: text for name, text in given.items() if text}
        territory = row.get("territory") or self.actor.territory
        person: Person = self._new_person(territory_id=territory, state="", **identifiers.fields(**parts))
        self.persons.add(person)
        if key:
            self._entered[key] = person
        return person

    def _clocks(self, record: Record) -> Iterator[Clock]:
        for rule, field in self.act.clocks.starts.items():
            key = running.key_of(rule, record)
            if key is None:
                continue
            start = running.moment_of(record, field, key)
            edition, due = self._terms(key, start, running.zone_of(record))
            yield self._new_clock(
                rule=key, edition=edition, register=self.rows.register.name, subject=record.pk,
                territory_id=record.territory_id, started_at=start, due_at=due, started_by=self.entry,
            )  # fmt: skip


def _term(key: str, start: datetime, zone: ZoneInfo) -> tuple[date, datetime]:
    edition, due = running.term(key, start, zone)
    return edition.valid_from, due


def _lookup(given: Mapping[str, str]) -> bytes:
    return identifiers.lookup("iin", identifiers.checked_iin(given["iin"]))


def _set(name: str, value: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config(%s, %s, true)", (name, value))


class Made:
    """Makes new instances of a model by their columns, without the keywords and defaults that cost most of it."""

    def __init__(self, model: type[models.Model]) -> None:
        self._model = model
        self._names = [field.attname for field in model._meta.concrete_fields]
        self._empty = {field.attname: field.get_default() for field in model._meta.concrete_fields}

    def new(self, **values: Any) -> Any:
        """One with a new id; columns that are not given hold their defaults."""
        said = {**self._empty, "id": new_id(), **values}
        return self._model(*[said[name] for name in self._names])


def copy_rows(model: type[models.Model], rows: Iterable[models.Model]) -> None:
    """Write new rows of one model by COPY."""
    fields = model._meta.concrete_fields
    names = sql.SQL(", ").join(sql.Identifier(str(field.column)) for field in fields)
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(model._meta.db_table), names)
    values = attrgetter(*(field.attname for field in fields))
    # The driver writes all other kinds as they are.
    documents = [at for at, field in enumerate(fields) if isinstance(field, models.JSONField)]
    with connection.wrap_database_errors, connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            said: Sequence[Any] = values(row)
            if documents:
                said = [Jsonb(value) if at in documents else value for at, value in enumerate(said)]
            copy.write_row(said)
