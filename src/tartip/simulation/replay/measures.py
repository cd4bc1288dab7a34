"""What a replay left in the database, asked by SQL: times, clocks, and whether anything is lost."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

CALLS = """
SELECT c.source_number, c.channel, extract(epoch FROM c.answered_at - c.offered_at)::bigint, count(*) OVER w
FROM calls_call c JOIN journal_entry e ON e.subject = c.id AND e.act = 'call.receive' AND e.actor = %s
WINDOW w AS (PARTITION BY c.source_number)
"""
# The first unit counts: when it was sent, and when the first was there.
RESPONSES = """
SELECT i.priority,
  extract(epoch FROM min(a.sent_at) - c.offered_at)::bigint,
  extract(epoch FROM min(a.on_scene_at) - min(a.sent_at))::bigint,
  extract(epoch FROM min(a.on_scene_at) - c.offered_at)::bigint
FROM incidents_incident i
JOIN journal_entry e ON e.subject = i.id AND e.act = 'incident.open' AND e.actor = %s
JOIN calls_call c ON c.id = i.first_call_id AND c.channel = '102'
JOIN dispatch_assignment a ON a.incident_id = i.id
GROUP BY i.id, i.priority, c.offered_at
"""
CLOCKS = """
SELECT k.rule, count(*), count(k.breached_by), count(*) FILTER (WHERE k.state = 'running')
FROM clocks_clock k JOIN journal_entry e ON e.id = k.started_by WHERE e.actor = ANY(%s) GROUP BY k.rule ORDER BY k.rule
"""
STATES = """
SELECT (SELECT count(*) FROM incidents_incident i JOIN journal_entry e ON e.subject = i.id AND e.act = 'incident.open'
          AND e.actor = %s),
  (SELECT count(*) FROM incidents_incident i JOIN journal_entry e ON e.subject = i.id AND e.act = 'incident.open'
          AND e.actor = %s WHERE i.state IN ('opened', 'assigned')),
  (SELECT count(*) FROM incidents_joining j JOIN journal_entry e ON e.subject = j.id AND e.act = 'call.join'
          AND e.actor = %s),
  (SELECT count(*) FROM journal_entry WHERE actor = ANY(%s)),
  (SELECT count(*) FROM journal_entry e LEFT JOIN journal_seal s ON s.entry_id = e.id
     WHERE e.actor = ANY(%s) AND s.index IS NULL)
"""
# A record's version counts the acts that touched it: fewer entries than that, and the journal lost one.
SHORT = """
SELECT count(*) FROM calls_call c JOIN journal_entry e ON e.subject = c.id AND e.act = 'call.receive' AND e.actor = %s
WHERE c.version <> (SELECT count(*) FROM journal_entry x WHERE x.subject = c.id AND x.version > 0)
"""
SEEN = """
SELECT c.source_number, i.kind, i.opened_at, i.closed_at, i.lon_e6, i.lat_e6, i.radius_m, i.address, NULL
FROM incidents_incident i
JOIN journal_entry e ON e.subject = i.id AND e.act = 'incident.open' AND e.actor = %s
JOIN calls_call c ON c.id = i.first_call_id
UNION ALL
SELECT c.source_number, c.kind, e.occurred_at, NULL, c.lon_e6, c.lat_e6, c.radius_m, c.address, f.source_number
FROM incidents_joining j JOIN journal_entry e ON e.subject = j.id AND e.act = 'call.join' AND e.actor = %s
JOIN calls_call c ON c.id = j.call_id JOIN incidents_incident i ON i.id = j.incident_id
JOIN calls_call f ON f.id = i.first_call_id
"""


@dataclass(frozen=True, slots=True)
class Response:
    """Seconds of one incident that somebody telephoned about; None where no unit got there."""

    priority: int
    assigned: int
    travelled: int | None
    arrived: int | None


@dataclass(frozen=True, slots=True)
class Opened:
    """One call that opened an incident, or joined the one that the call `joined` opened."""

    number: str
    kind: str
    at: datetime
    closed: datetime | None
    lon_e6: int | None
    lat_e6: int | None
    radius_m: int
    address: str
    joined: str | None


@dataclass(frozen=True, slots=True)
class Totals:
    """What is there of a replay. `calls` maps the source's number to how many calls have it."""

    calls: dict[str, int]
    answers: list[int]
    without_full_history: int
    incidents: int
    still_open: int
    joined: int
    entries: int
    unsealed: int


def count_totals(name: str) -> Totals:
    operator = f"{name}:operator"
    rows = _ask(CALLS, operator)
    (incidents, still_open, joined, entries, unsealed), = _ask(
        STATES, operator, operator, operator, actors(name), actors(name)
    )  # fmt: skip
    return Totals(
        calls={number: count for number, _, _, count in rows},
        answers=sorted(seconds for _, channel, seconds, _ in rows if channel == "102" and seconds is not None),
        without_full_history=_ask(SHORT, operator)[0][0],
        incidents=incidents,
        still_open=still_open,
        joined=joined,
        entries=entries,
        unsealed=unsealed,
    )


def responses(name: str) -> list[Response]:
    return [Response(*row) for row in _ask(RESPONSES, f"{name}:operator")]


def clocks(name: str) -> dict[str, tuple[int, int, int]]:
    """By rule: clocks started, breached, still running."""
    return {rule: (started, breached, running) for rule, started, breached, running in _ask(CLOCKS, actors(name))}


def opened(name: str) -> list[Opened]:
    return [Opened(*row) for row in _ask(SEEN, f"{name}:operator", f"{name}:operator")]


def actors(name: str) -> list[str]:
    from tartip.simulation.replay.act_runner import ROLES

    return [f"{name}:{role}" for role in ROLES]


def _ask(query: str, *facts: str | list[str]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(query, facts)
        found: list[Any] = cursor.fetchall()
        return found
