"""No page reads the whole history: its plans touch as many rows after ten years as after ten days.

Every statement of a page is run again under EXPLAIN ANALYZE on a database where the tables that grow are large. A
sequential scan of such a table, or a step that reads thousands of its rows, is a page that dies of its own success.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

import pytest

from bench.pages import PAGES, Page, addresses, ask, readers
from tartip.core.registers.register import REGISTERS

SMALL, YEAR = 40_000, 1_000_000
# How many rows of one table one step may read: at 40,000 incidents nothing of the history is that small.
MOST_ROWS = {SMALL: 2_000, YEAR: 15_000}
FEW = 300  # a table that small is read whole by any sensible plan
GROWING = {
    "calls_call", "incidents_incident", "incidents_joining", "dispatch_assignment", "clocks_clock", "journal_entry",
    "journal_seal", "journal_payload", "cases_case", "appeals_appeal", "people_person",
}  # fmt: skip
# Routes that read no records, or one record by its id beside what PAGES asks.
EXEMPT = re.compile(
    r"^(api/v1/(calls|openapi\.json|docs|kinds|incidents/outcomes|statistics/|journal/|$)|stream|duty/jobs|console/calls/new"
    r"|statistics/(verify|figure\.json|package\.zip|files)|r/$|c/|sms/|appeals/of/|r/<str:code>/((receipt|change)\.json|appeal|relief)|a/"
    r"|login|logout|accounts/|language/|ui/|account/.+|people/.*|find/|help/|$)"
)
# Lists made from a register's declaration: a million rows of one are asked for in registers/tests/test_a_million.py.
GENERATED = re.compile(r"^(registers/|api/v1/(" + "|".join(n for n, r in REGISTERS.items() if r.pages) + r")$)")


@pytest.fixture(scope="module")
def year(request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[str, Any]]:
    yield from filled(django_db_blocker, SMALL)


def filled(blocker: Any, incidents: int) -> Iterator[dict[str, Any]]:
    from django.db import connections

    from bench.parts.records import fill
    from tartip.server.prepare import empty_tables

    with blocker.unblock():
        try:
            clients = readers()
            fill(incidents)
            yield {"clients": clients, "incidents": incidents}
        finally:
            connections.close_all()
            empty_tables()
            connections.close_all()


def statements(client: Any, page: Page, address: str) -> list[tuple[str, Any]]:
    """What the page asks of the database, once it is warm."""
    from django.db import connection

    found: list[tuple[str, Any]] = []

    def note(execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        found.append((str(sql), params))
        return execute(sql, params, many, context)

    ask(client, page, address)
    with connection.execute_wrapper(note):
        answer = ask(client, page, address)
    # The made year has no proofs, and its health says so.
    assert answer.status_code < 400 or page.name == "api_health", f"{address} answers {answer.status_code}"
    return [(sql, params) for sql, params in found if sql.lstrip().upper().startswith(("SELECT", "WITH"))]


def plan_of(sql: str, params: Any) -> dict[str, Any]:
    import psycopg
    from django.db import connection

    connection.ensure_connection()
    with psycopg.ClientCursor(connection.connection) as cursor:
        # Of tables this small, reading all is nearly as cheap as an index: a few pages more or less in it decide. On
        # disks without arms a page read by itself costs little more than one read in order.
        cursor.execute("SET random_page_cost = 2")
        cursor.execute("EXPLAIN (ANALYZE, FORMAT JSON) " + sql, params)
        row = cursor.fetchone()
        assert row is not None
        plan: dict[str, Any] = row[0][0]["Plan"]
        cursor.execute("RESET random_page_cost")
        return plan


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for part in plan.get("Plans", []):
        yield from nodes(part)


def faults(plan: dict[str, Any], most: int = MOST_ROWS[SMALL]) -> Iterator[str]:
    """What of a plan grows with history: a table read from end to end, or many of its rows."""
    for node in nodes(plan):
        table = node.get("Relation Name")
        if table not in GROWING or not node["Actual Loops"]:
            continue
        removed = sum(node.get(key, 0) for key in ("Rows Removed by Filter", "Rows Removed by Index Recheck"))
        rows = (node["Actual Rows"] + removed) * node["Actual Loops"]
        if node["Node Type"] == "Seq Scan" and rows > FEW:
            yield f"reads all of {table}"
        elif rows > most:
            yield f"{node['Node Type']} reads {rows:.0f} rows of {table}"


def check(year: dict[str, Any], page: Page) -> None:
    found, most = [], MOST_ROWS[year["incidents"]]
    for address in islice(addresses(page, year["incidents"]), 2):
        for sql, params in statements(year["clients"][page.who], page, address):
            found += [f"{fault}\n    {sql[:600]}" for fault in faults(plan_of(sql, params), most)]
    assert not found, "\n".join(dict.fromkeys(found))


# The newest thousand entries are looked up by index in a year; in 40,000 rows reading all is as cheap.
ONLY_IN_A_YEAR = {"duty"}


@pytest.mark.parametrize("page", [p for p in PAGES if p.name not in ONLY_IN_A_YEAR], ids=lambda page: page.name)
def test_no_page_reads_the_whole_history(year, page):
    check(year, page)


def test_the_check_finds_a_page_that_does(year):
    from tartip.operations.incidents.models import Incident

    sql, params = Incident.objects.filter(note="x").query.sql_with_params()
    assert list(faults(plan_of(sql, params))) == ["reads all of incidents_incident"]
    sql, params = Incident.objects.order_by("-opened_at")[5_000:5_010].query.sql_with_params()
    assert "rows of incidents_incident" in next(faults(plan_of(sql, params)))


def test_every_page_is_measured_or_named_as_one_that_reads_no_records():
    from django.urls import get_resolver
    from django.urls.resolvers import URLPattern

    def walk(patterns: Any, before: str = "") -> Iterator[str]:
        for one in patterns:
            if isinstance(one, URLPattern):
                yield before + str(one.pattern)
            else:
                yield from walk(one.url_patterns, before + str(one.pattern))

    measured = {re.sub(r"\{[^}]*\}", "<>", page.path.split("?")[0]).lstrip("/") for page in PAGES}
    # An act is posted to one record: its last part is a name, or a word of the API after the record's id.
    acts = re.compile(
        r"<slug:name>/$|^api/v1/.*<>/|/again/$|/dismiss/$|^api/v1/units/positions$|^api/v1/\w+/acts/[\w.]+$"
    )
    missing = []
    for route in walk(get_resolver().url_patterns):
        plain = re.sub(r"<[^>]*>", "<>", route)
        detail = re.search(r"/<>/?(articles/?|caller/?|penalties)?$", plain)
        if (
            plain in measured
            or EXEMPT.match(route)
            or GENERATED.match(route)
            or acts.search(route)
            or acts.search(plain)
            or detail
        ):
            continue
        missing.append(route)
    assert missing == [], "\n".join(missing)
