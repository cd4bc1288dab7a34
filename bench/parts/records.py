"""A year of records in a test database: incidents with calls, assignments, clocks, entries, cases and appeals.

Written by INSERT … SELECT with the guards lifted, so that a million incidents take a minute. The rows are enough for
the plans and the pages that read them; they carry no payloads and no proofs, so nothing here can be audited.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

OPEN_INCIDENTS = 40  # what a city has open at one moment, whatever the year has seen
CASES_PER_INCIDENT = 10
APPEALS_PER_CASE = 2
OPEN_CASES_SHARE = 20  # one case of twenty is in work
OPEN_APPEALS = 24
ALMATY, ELSEWHERE = "750000000", ["710000000", "790000000", "110000000", "630000000"]

# Who stands for a table in its ids: uuid of version 7 shape, in the order of the rows.
PREFIX = {
    "call": "01900001", "incident": "01900002", "assignment": "01900003", "unit": "01900004", "clock": "01900005",
    "case": "01900006", "appeal": "01900007", "entry": "01900008", "joining": "01900009", "case_clock": "0190000a",
    "case_entry": "0190000b", "appeal_clock": "0190000c",
}  # fmt: skip
# Codes of receipts hold no 0 and no 1, which are read out wrongly.
RECEIPT = "'{}' || translate(lpad(n::text, 9, '0'), '01', 'XY')"
YEAR = 365 * 86_400


def record_id(table: str, n: str = "n") -> str:
    """SQL of the id of row `n` of a table."""
    return f"('{PREFIX[table]}-0000-7000-8000-' || lpad(to_hex({n}), 12, '0'))::uuid"


def fill(incidents: int = 1_000_000) -> dict[str, int]:
    """Write the year; gives how many rows of each kind. Only in a test database."""
    from django.db import connection

    from tartip.core.territory import tree

    assert connection.settings_dict["NAME"].startswith("test_"), "only a test database is ever filled"
    cases = incidents // CASES_PER_INCIDENT
    rows = {"incidents": incidents, "cases": cases, "appeals": cases // APPEALS_PER_CASE}
    city = sorted(tree.subtree(ALMATY) - {ALMATY}) or [ALMATY]
    with lifted() as cursor:
        cursor.execute("SET LOCAL work_mem = '256MB'; SET LOCAL maintenance_work_mem = '256MB'")
        for sql in _statements(rows, city):
            cursor.execute(sql)
        cursor.execute("SELECT count(*) FROM journal_entry")
        rows["entries"] = cursor.fetchone()[0]
    with _owner() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return rows


def _statements(rows: Mapping[str, int], city: list[str]) -> Iterator[str]:
    from tartip.appeals.models import Appeal
    from tartip.cases.models import Case
    from tartip.core.clocks.models import Clock
    from tartip.core.journal.models import Entry, Seal
    from tartip.operations.calls.models import Call
    from tartip.operations.dispatch.models import Assignment
    from tartip.operations.incidents.models import Incident, Joining
    from tartip.operations.units.models import Position, Unit

    total, cases, appeals = rows["incidents"], rows["cases"], rows["appeals"]
    here = "(ARRAY[" + ",".join(f"'{code}'" for code in city) + f"])[1 + n % {len(city)}]"
    away = "(ARRAY[" + ",".join(f"'{code}'" for code in ELSEWHERE) + f"])[1 + n % {len(ELSEWHERE)}]"

    def place_of(last: int) -> str:
        """One of seven elsewhere; the last ones, which are open, in the city that the readers of the pages work in."""
        return f"CASE WHEN n <= {last} AND n % 7 = 0 THEN {away} ELSE {here} END"

    place = place_of(total - OPEN_INCIDENTS)
    at = f"(now() - interval '1 second' * ({total} - n) * {YEAR / total})"
    newest = f"n > {total - OPEN_INCIDENTS}"
    closed = f"CASE WHEN {newest} THEN NULL ELSE {at} + interval '40 minutes' END"
    waits = f"({newest} AND n % 2 = 0)"
    where = {
        **_points(),
        "address": "'Абай даңғылы ' || n % 900",
        "territory": place,
    }

    yield _insert(
        Unit, 120, {"id": record_id("unit"), "state": "'on_duty'", "territory": f"'{ALMATY}'", "version": "2",
                    "callsign": "'Барс-' || n", "crew": "1 + n % 2"},
    )  # fmt: skip
    yield _insert(
        Position, 120, {"unit": record_id("unit"), "lon_e6": "76800000 + n * 1500", "lat_e6": "43200000 + n * 400",
                        "at": "now()"},
    )  # fmt: skip
    yield _insert(
        Call, total, {**where, "id": record_id("call"), "state": "'released'", "version": "1", "offered_at": at,
                      "answered_at": f"{at} + interval '8 seconds'", "kind": "'noise'", "card": "'{}'",
                      "note": "'Шум во дворе'"},
    )  # fmt: skip
    yield _insert(
        Incident, total, {**where, "id": record_id("incident"), "version": "3", "opened_at": at, "closed_at": closed,
                          "state": f"CASE WHEN {waits} THEN 'opened' WHEN {newest} THEN 'assigned' ELSE 'closed' END",
                          "code": "'A' || lpad(n::text, 7, '0')", "kind": "'noise'", "priority": "1 + n % 4",
                          "first_call": record_id("call"), "outcome": f"CASE WHEN {newest} THEN '' ELSE 'settled' END"},
    )  # fmt: skip
    yield _insert(
        Assignment, total,
        {"id": record_id("assignment"), "incident": record_id("incident"), "unit": record_id("unit", "1 + n % 119"),
         "territory": place, "version": "4", "priority": "1 + n % 4", "sent_at": f"{at} + interval '1 minute'",
         "state": f"CASE WHEN {newest} THEN 'on_scene' ELSE 'cleared' END",
         "acknowledged_at": f"{at} + interval '2 minutes'", "on_scene_at": f"{at} + interval '9 minutes'",
         "ended_at": closed},
        only=f"NOT {waits}",
    )  # fmt: skip
    clock = {"register": "'incident'", "edition": "'2025-01-01'", "started_by": record_id("entry"), "pauses": "'[]'"}
    yield _insert(
        Clock, total, {**clock, "id": record_id("clock"), "rule": "'ops-dispatch-' || 1 + n % 4",
                       "subject": record_id("incident"), "territory": place, "started_at": at,
                       "due_at": f"{at} + interval '5 minutes'", "stopped_at": closed,
                       "state": f"CASE WHEN {waits} THEN 'running' ELSE 'stopped' END"},
    )  # fmt: skip
    entry = {
        "origin": "1", "role": "'dispatcher'", "actor": "'person:' || n % 300", "ground": "'order-706'",
        "edition": "''", "recorded_at": at, "occurred_at": at, "territory": place, "version": "1",
        "payload_hash": "decode(repeat('00', 32), 'hex')", "leaf": "decode(repeat('00', 32), 'hex')",
    }  # fmt: skip
    yield _insert(
        Entry, total, {**entry, "id": record_id("entry"), "act": "'incident.open'", "register": "'incident'",
                       "subject": record_id("incident")},
    )  # fmt: skip
    yield _insert(Seal, total, {"index": "n - 1", "entry": record_id("entry")})
    last = "'ffffffff-ffff-ffff-ffff-ffffffffffff'"
    yield _insert(Seal, cases, {"index": f"{total} + n - 1", "entry": record_id("case_entry")})
    yield f"UPDATE journal_state SET size = {total + cases}, xid = pg_current_xact_id(), entry = {last}"
    yield _insert(
        Joining, total // 10, {"id": record_id("joining"), "state": "'joined'", "version": "1", "territory": place,
                               "call": record_id("call", "n * 10"), "incident": record_id("incident", "n * 10 - 1")},
    )  # fmt: skip

    at = f"(now() - interval '1 second' * ({cases} - n) * {YEAR / cases})"
    open_cases = cases // OPEN_CASES_SHARE
    place = place_of(cases - open_cases)
    running = f"n > {cases - open_cases}"
    yield _insert(
        Case, cases, {"id": record_id("case"), "version": "3", "territory": place, "opened_at": at, "offence_at": at,
                      "state": f"CASE WHEN {running} THEN 'protocol' WHEN n % 9 = 0 THEN 'cancelled' ELSE 'paid' END",
                      "incident": record_id("incident", f"n * {CASES_PER_INCIDENT}"), "protocol_at": at,
                      "receipt": RECEIPT.format("R"), "article": "'koap-434-1'", "facts": "'Шум'"},
    )  # fmt: skip
    clock = {**clock, "register": "'case'", "territory": place, "started_at": at, "started_by": record_id("case_entry")}
    yield _insert(
        Clock, cases, {**clock, "id": record_id("case_clock"), "rule": "'koap-62-limitation'",
                       "subject": record_id("case"), "due_at": f"{at} + interval '60 days'",
                       "state": f"CASE WHEN {running} THEN 'running' ELSE 'stopped' END"},
    )  # fmt: skip
    yield _insert(
        Entry, cases, {**entry, "id": record_id("case_entry"), "act": "'case.open'", "register": "'case'",
                       "subject": record_id("case"), "recorded_at": at, "occurred_at": at},
    )  # fmt: skip
    at = f"(now() - interval '1 second' * ({appeals} - n) * {YEAR / max(appeals, 1)})"
    place = place_of(max(appeals - OPEN_APPEALS, 0))
    waiting = f"n > {max(appeals - OPEN_APPEALS, 0)}"
    yield _insert(
        Appeal, appeals, {"id": record_id("appeal"), "version": "1", "territory": place, "filed_at": at,
                          "case": record_id("case", f"n * {APPEALS_PER_CASE}"), "attacked": record_id("case_entry"),
                          "attacked_act": "'case.decide'", "receipt": RECEIPT.format("P"), "text": "'Не я'",
                          "state": f"CASE WHEN {waiting} THEN 'filed' ELSE 'decided' END"},
    )  # fmt: skip
    yield _insert(
        Clock, appeals, {**clock, "id": record_id("appeal_clock"), "register": "'appeal'", "territory": place,
                         "rule": "'koap-829.3-forward'", "subject": record_id("appeal"), "started_at": at,
                         "due_at": f"{at} + interval '3 days'",
                         "state": f"CASE WHEN {waiting} THEN 'running' ELSE 'stopped' END"},
    )  # fmt: skip


def _points() -> dict[str, str]:
    """SQL of a place and its cell: 500 points of the city, taken in turn."""
    from tartip.core.places import cell_of

    points = [(76_800_000 + n * 7_919 % 200_000, 43_150_000 + n * 6_101 % 150_000) for n in range(500)]
    columns = {
        "lon_e6": [lon for lon, _lat in points],
        "lat_e6": [lat for _lon, lat in points],
        "cell": [cell_of(lon / 1e6, lat / 1e6) for lon, lat in points],
    }
    return {name: f"('{{{','.join(map(str, values))}}}'::bigint[])[1 + n % 500]" for name, values in columns.items()}


def _insert(model: Any, rows: int, given: Mapping[str, str], only: str = "true") -> str:
    """INSERT … SELECT over n = 1 … rows. Fields that are not given take what an empty one holds."""
    columns, values = [], []
    left = dict(given)
    for field in model._meta.concrete_fields:
        if field.name in left:
            value = left.pop(field.name)
        elif field.null or field.get_internal_type() == "XidField" or field.db_column == "xid" or field.name == "xid":
            continue
        else:
            value = _empty(field)
        columns.append(f'"{field.column}"')
        values.append(value)
    assert not left, f"{model.__name__} has no {', '.join(left)}"
    return (
        f'INSERT INTO "{model._meta.db_table}" ({", ".join(columns)}) '
        f"SELECT {', '.join(values)} FROM generate_series(1, {rows}) AS n WHERE {only}"
    )


def _empty(field: Any) -> str:
    kind = field.get_internal_type()
    if field.has_default() and isinstance(field.default, int | str | bool):
        return f"'{field.default}'"
    return {
        "JSONField": "'[]'", "CharField": "''", "TextField": "''", "BooleanField": "false", "SmallIntegerField": "1",
        "PositiveIntegerField": "0", "PositiveSmallIntegerField": "0", "IntegerField": "0", "BigIntegerField": "0",
        "DateTimeField": "now()", "DateField": "now()", "UUIDField": "gen_random_uuid()",
    }[kind]  # fmt: skip


@contextmanager
def _owner() -> Iterator[Any]:
    from django.db import connection

    from tartip.server.database_roles import as_owner

    with as_owner(), connection.cursor() as cursor:
        yield cursor


@contextmanager
def lifted() -> Iterator[Any]:
    """One transaction of the owner with all guards and checks of references off; they are on again afterwards."""
    from django.db import connection, transaction

    with _owner() as cursor, transaction.atomic():
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE NOT tgisinternal AND tgname LIKE 'tartip_%'"
        )
        guards = cursor.fetchall()
        for table, name in guards:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {name}")
        yield cursor
        for table, name in guards:
            cursor.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}")
        assert connection.in_atomic_block
