"""Every role × every route: what is reached is what docs/rights.md says, and it is made by this walk."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import pytest
from django.utils.translation import override

from tartip.appeals.actions import file_appeal
from tartip.cases import actions as cases
from tartip.cases.access import holder_of
from tartip.cases.tests.made import browser, handed_over
from tartip.core.acts import Actor
from tartip.core.gaps.models import Gap
from tartip.core.gaps.queries import look_for_gaps
from tartip.core.journal.models import Entry
from tartip.core.people.actions import end_shift
from tartip.core.people.models import Role, Shift
from tartip.core.people.personas import PERSONAS, Persona, make
from tartip.core.people.rights import as_markdown
from tartip.core.time import now
from tartip.operations.calls.actions import receive_call
from tartip.operations.calls.models import Call
from tartip.operations.incidents.actions import hand_over_call, join_call
from tartip.registers.lost_property import hand_in
from tests.rights.conftest import ALMATY, City
from tests.rights.walk import REGISTER, WORDS, call, outcome, routes

# Neither ours nor the stranger's: what is handed over to it concerns the sender alone here.
ASTANA = "710000000"
PAGE = Path(__file__).resolve().parents[2] / "docs" / "rights.md"
AKTOBE = "150000000"
BEGIN = "## Routes\n"
# Columns of the table. The last ones are those who must be refused although their role is right.
SHORT = {
    "nobody": "nobody", "operator": "oper.", "dispatcher": "duty", "supervisor": "head", "patrol": "crew",
    "inspector": "insp.", "analyst": "anal.", "prosecutor": "pros.", "judge": "judge", "administrator": "admin",
    "gateway": "gate", "citizen": "cit.", "off shift": "duty off shift", "other crew": "other crew",
}  # fmt: skip


def other_call(operator: Actor) -> Call:
    return receive_call(operator, territory=ALMATY, offered_at=now(), answered_at=now())


@pytest.fixture
def world(city: City, operator: Any, inspector: Any, supervisor: Any) -> dict[str, Any]:
    """Ids of Almaty: an incident with everything, a case drawn from it, a decided case and its appeal."""
    case = cases.open_case(supervisor, incident=city.incident, article="koap-437-1")
    fined = handed_over(operator, inspector)
    appeal = file_appeal(holder_of(fined), fined, text="Меня там не было, есть свидетели.")
    look_for_gaps()
    handed = hand_over_call(operator, other_call(operator), to=ASTANA)
    joining = join_call(operator, other_call(operator), city.incident)
    thing = hand_in(supervisor, territory=ALMATY, described="Зонт", found_at=now())
    return {
        "hand_over_id": handed.pk, "joining_id": joining.pk,
        "incident_id": city.incident.pk, "call_id": city.call.pk, "unit_id": city.unit.pk,
        "assignment_id": city.assignment.pk, "case_id": case.pk, "appeal_id": appeal.pk,
        "gap_id": Gap.objects.order_by("pk").first().pk,  # type: ignore[union-attr]
        "code": fined.receipt, "appeal_code": appeal.receipt,
        "entry": Entry.objects.get(act="incident.open", subject=city.incident.pk).pk,
        "incident": city.incident.pk, "call": city.call.pk, "unit": city.other_unit.pk, "into": city.waiting.pk,
        "case": case.pk, "lost_property_id": thing.pk, "account_id": inspector.account,
    }  # fmt: skip


@pytest.fixture
def readers(city: City, persona: Any) -> dict[str, str | None]:
    """A session of each role in Almaty (or over the whole republic), and of nobody."""
    by_role = {persona.role: persona for persona in reversed(PERSONAS)}
    found: dict[str, str | None] = {"nobody": None}
    for role in Role.values:
        actor = make(by_role.get(role) or Persona(f"a-{role}", role, role, ALMATY))
        found[role] = session(actor)
    off = make(Persona("off", "Демалыста", "dispatcher", ALMATY))
    end_shift(off, Shift.objects.get(appointment__account=off.account))
    found["off shift"] = session(off)
    found["other crew"] = session(city.other_crew)
    return found


def session(actor: Actor) -> str:
    return browser(actor).cookies["sessionid"].value


def walked(readers: dict[str, str | None], world: dict[str, Any]) -> dict[str, dict[str, str]]:
    table: dict[str, dict[str, str]] = {}
    for route in routes(world):
        known = {"supervisor": outcome(*call(route, readers["supervisor"], world))}
        if known["supervisor"] == "405" and not route.path.startswith("/api/v1/"):
            continue  # a page that is only read, or only posted to, whoever asks
        table[route.shown] = known | {
            name: outcome(*call(route, cookie, world)) for name, cookie in readers.items() if name not in known
        }
    return table


@pytest.mark.long
def test_every_role_reaches_exactly_the_routes_that_the_table_says(
    readers: dict[str, str | None], world: dict[str, Any]
) -> None:
    table = walked(readers, world)
    assert not [route for route, row in table.items() if "ERROR" in row.values()]
    # An operation of the API that exists and answers 405 is hidden behind another of the same shape.
    assert not [route for route, row in table.items() if "/api/" in route and "405" in row.values()]
    with override("en"):
        page = f"{as_markdown()}\n{BEGIN}\n{written(table)}"
    if os.environ.get("TARTIP_WRITE_RIGHTS"):
        PAGE.write_text(page, encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == page, "docs/rights.md is stale: ./run python tools/rights.py"
    _nobody_without_a_business(table)


def _nobody_without_a_business(table: dict[str, dict[str, str]]) -> None:
    """What no version of the table may say, whatever it is generated to."""
    for route, row in table.items():
        marks = ("{incident_id}", "{call_id}", "{unit_id}", "{assignment_id}")
        record = any(mark in route for mark in marks) or re.search(r"/(incident|call|unit|assignment)/\{record", route)
        matter = any(mark in route for mark in ("{case_id}", "{appeal_id}", "/case/{record", "/appeal/{record"))
        if record or matter:
            for reader in ("nobody", "analyst", "administrator", "citizen", "other crew", "off shift"):
                assert row[reader] != "yes", (route, reader)
        if record or "/console/" in route:
            assert row["judge"] != "yes", route
        if "{appeal_id}" in route or "/appeal/{record" in route:
            for reader in ("operator", "dispatcher", "patrol", "gateway"):
                assert row[reader] != "yes", (route, reader)


@pytest.mark.long
def test_a_stranger_of_any_role_reaches_no_record_of_another_region(city: City, world: dict[str, Any]) -> None:
    # A gap of the law tables is a task of the republic, and no record of Almaty.
    ours = [route for route in routes(world) if route.of_a_record and "gap_id" not in route.names]
    assert len(ours) > 40
    for role in Role.values:
        cookie = session(make(Persona(f"far-{role}", "Чарли", role, AKTOBE)))
        for route in ours:
            assert outcome(*call(route, cookie, world)) in ("no", "–", "405"), (role, route.shown)


@pytest.mark.long
def test_lists_show_a_stranger_nothing_of_another_region(city: City, world: dict[str, Any]) -> None:
    lists = [route for route in routes(world) if not route.names and route.method == "GET"]
    # A gap of the law tables is a task of the republic, and no record of Almaty.
    ids = {str(value) for name, value in world.items() if name not in ("entry", "gap_id")}
    for role in Role.values:
        cookie = session(make(Persona(f"far-{role}", "Чарли", role, AKTOBE)))
        for route in lists:
            text = call(route, cookie, world)[1].content.decode(errors="replace")
            assert not [one for one in ids if one in text], (role, route.shown)


def written(table: dict[str, dict[str, str]]) -> str:
    """Markdown; the marks are explained above the table."""
    lines = [
        "Walked by `tests/rights/test_routes.py` with a session of each role in Almaty, over records of Almaty.",
        "`yes` reached it (what the record's state says then is another matter), `no` is refused, `–` is answered as",
        "if there were no such record, `log in` is asked to log in. *duty off shift* has not begun the shift; *other",
        "crew* was not sent to the incident. A stranger, that is any role appointed in another region, reaches none of",
        "the routes that name a record; that is a test of its own. `GET /stream` is tried in `test_reading.py`.",
        "",
        "| route | " + " | ".join(SHORT.values()) + " |",
        "|---|" + "---|" * len(SHORT),
    ]
    for route, row in table.items():
        cells = [row[name] for name in SHORT]
        lines.append(f"| `{route}` | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def test_the_walk_covers_every_pattern_of_the_resolver(world: dict[str, Any]) -> None:
    """A route that the walk cannot fill in would be called with made-up words and prove nothing."""
    known = {*world, *WORDS, *REGISTER, "record_id", "act_name", "code", "step", "entry"}
    unknown = {(route.shown, name) for route in routes(world) for name in route.names if name not in known}
    assert not unknown, "\n".join(f"{route}: {name}" for route, name in sorted(unknown))
