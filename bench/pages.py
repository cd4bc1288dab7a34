"""Server time of every page on a year of records: a million incidents with calls, assignments, cases and appeals.

Each page is asked as its reader asks it, through the whole stack (session, rights, database, template) in one process,
without network. The open records change from request to request; the first request of a page is not counted.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count, islice
from typing import Any

from bench.contract import Report, percentile
from bench.parts.database import database
from bench.parts.records import (
    APPEALS_PER_CASE,
    CASES_PER_INCIDENT,
    OPEN_APPEALS,
    OPEN_CASES_SHARE,
    OPEN_INCIDENTS,
    PREFIX,
    fill,
)

ROUNDS = 40


@dataclass(frozen=True)
class Page:
    """A page or a list of the API: its name, who reads it, and its address; {incident} and the like are filled in."""

    name: str
    who: str
    path: str
    fragment: bool = False


PAGES = [
    Page("start", "inspector", "/start/"),
    Page("console", "dispatcher", "/console/"),
    Page("console_board", "dispatcher", "/console/board/", fragment=True),
    Page("console_card", "dispatcher", "/console/{incident}/card/", fragment=True),
    Page("console_old_card", "dispatcher", "/console/{old_incident}/card/", fragment=True),
    Page("cases", "inspector", "/cases/"),
    Page("cases_all", "inspector", "/cases/?state=all"),
    Page("cases_paid", "inspector", "/cases/?state=paid"),
    Page("cases_deep", "inspector", "/cases/?state=all&page=40"),
    Page("case", "inspector", "/cases/{case}/"),
    Page("appeals", "supervisor", "/appeals/"),
    Page("appeals_all", "supervisor", "/appeals/?state=all"),
    Page("appeal", "supervisor", "/appeals/{appeal}/"),
    Page("receipt", "", "/r/{receipt}/"),
    Page("figures", "", "/statistics/"),
    Page("account", "dispatcher", "/account/"),
    Page("rights", "dispatcher", "/rights/"),
    Page("duty", "administrator", "/duty/"),
    Page("gaps", "analyst", "/law/gaps/"),
    Page("api_incidents", "dispatcher", "/api/v1/incidents"),
    Page("api_hand_overs", "dispatcher", "/api/v1/incidents/hand_overs"),
    Page("api_incident", "dispatcher", "/api/v1/incidents/{incident}"),
    Page("api_lookalikes", "dispatcher", "/api/v1/incidents/{incident}/lookalikes"),
    Page("api_units", "dispatcher", "/api/v1/units"),
    Page("api_recommend", "dispatcher", "/api/v1/dispatch/recommend/{incident}"),
    Page("api_cases", "inspector", "/api/v1/cases"),
    Page("api_case", "inspector", "/api/v1/cases/{case}"),
    Page("api_appeals", "supervisor", "/api/v1/appeals"),
    Page("api_health", "", "/api/v1/health"),
    Page("api_checkpoint", "", "/api/v1/journal/checkpoint"),
]


def addresses(page: Page, incidents: int) -> Iterator[str]:
    """The page's address, for one open record after the other."""
    cases = incidents // CASES_PER_INCIDENT

    def record(table: str, n: int) -> str:
        return f"{PREFIX[table]}-0000-7000-8000-{n:012x}"

    for n in count():
        open_case = cases - n * 7 % (cases // OPEN_CASES_SHARE)
        yield page.path.format(
            incident=record("incident", incidents - n * 2 % OPEN_INCIDENTS),
            old_incident=record("incident", 1 + n * 7 * 1_009 % (incidents - OPEN_INCIDENTS) // 7 * 7),
            case=record("case", open_case),
            appeal=record("appeal", max(1, cases // APPEALS_PER_CASE - n % (OPEN_APPEALS // 2))),
            receipt="R" + f"{1 + n * 13 % (cases - 1):09d}".translate(str.maketrans("01", "XY")),
        )


def readers() -> dict[str, Any]:
    """A logged-in client for every role the pages need; "" is a passer-by."""
    from django.test import Client

    from tartip.core.people.models import Account
    from tartip.core.people.personas import PERSONAS, make

    found = {"": Client()}
    for persona in PERSONAS:
        make(persona)
        client = found[persona.username] = Client()
        client.force_login(
            Account.objects.get(username=persona.username), "allauth.account.auth_backends.AuthenticationBackend"
        )
    return found


def ask(client: Any, page: Page, address: str) -> Any:
    headers = {"X-Requested-With": "fetch"} if page.fragment else {}
    return client.get(address, headers=headers)


def run(quick: bool) -> Report:
    incidents = 50_000 if quick else 1_000_000
    rounds = 12 if quick else ROUNDS
    notes = []
    with database():
        from django.conf import settings

        settings.DEMO = True
        clients = readers()
        start = time.perf_counter()
        rows = fill(incidents)
        notes.append(f"{rows} written in {time.perf_counter() - start:.0f} s")
        figures: dict[str, float | int] = {}
        work: list[float] = []
        for page in PAGES:
            times = []
            for n, address in enumerate(islice(addresses(page, incidents), rounds + 1)):
                start, used = time.perf_counter(), time.process_time()
                answer = ask(clients[page.who], page, address)
                if n:
                    times.append((time.perf_counter() - start) * 1000)
                    work.append((time.process_time() - used) * 1000)
                if answer.status_code >= 400 and page.name != "api_health":
                    raise RuntimeError(f"{page.name}: {address} answers {answer.status_code}")
            figures[f"{page.name}_p95"] = percentile(times, 0.95)
            notes.append(f"{page.name}: median {statistics.median(times):.1f} ms")
    return Report(
        "pages",
        {
            "server_ms_p95_max": max(figures.values()),
            # Of the page's process alone, which a busy machine does not stretch.
            "cpu_ms_p99": percentile(work, 0.99),
            **{f"server_ms_p95_{k[:-4]}": v for k, v in figures.items()},
        },
        runs=rounds,
        input=f"a made year: {rows['incidents']} incidents, {rows['cases']} cases, {rows['appeals']} appeals; no 17 M "
        "violations and no other register rows yet: their pages come with their apps",
        notes=notes,
    )
