"""The duty engineer's board, the interface for monitoring, and what people see when the database is away."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from django.db import OperationalError, connection

from tartip.core.journal.tasks import react
from tartip.core.people.models import Account
from tartip.core.time import now
from tartip.server import duty, health, jobs
from tartip.server.patience import PATIENCE

pytestmark = pytest.mark.django_db


def well() -> dict[str, Any]:
    """What duties report that were just done."""
    return {name: (now(), 0, "") for name in PATIENCE}


@pytest.fixture(autouse=True)
def fresh(db: None) -> None:
    """Nothing is remembered from another test, and a worker lives."""
    duty._kept.clear()
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers DEFAULT VALUES")


@pytest.fixture
def engineer(client: Any, persona: Any) -> Any:
    client.force_login(Account.objects.get(pk=persona("administrator").account))
    return client


@pytest.fixture
def failed_job() -> int:
    number = int(react.defer(listener="tartip.cases.listeners.open_case_from_outcome", entry="0190"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT procrastinate_finish_job_v1(%s, 'failed', false)", (number,))
    return number


def test_the_board_names_a_failed_duty_and_its_reason(engineer):
    health.report({**well(), "clocks": (None, 3, "KeyError in core.clocks.breach:40")})
    page = engineer.get("/duty/").content.decode()
    assert "KeyError in core.clocks.breach:40" in page
    health.report(well())
    assert "t-badge--danger" not in engineer.get("/duty/").content.decode()


def test_a_failed_job_is_on_the_board_and_runs_again_by_a_button(engineer, failed_job):
    page = engineer.get("/duty/").content.decode()
    assert "cases.listeners.open_case_from_outcome" in page
    address = f"/duty/jobs/{failed_job}/again/"
    assert address in page
    assert engineer.post(address, follow=True).status_code == 200
    assert jobs.failed() == []
    assert engineer.post(address).status_code == 302, "pressed twice is once"


def test_nobody_else_sees_the_board(client, persona):
    assert client.get("/duty/").status_code == 302
    for name in ("dispatcher", "operator", "patrol", "supervisor", "inspector"):
        client.force_login(Account.objects.get(pk=persona(name).account))
        refused = client.get("/duty/", HTTP_ACCEPT_LANGUAGE="en")
        assert refused.status_code == 403
        assert "Your role does not read this here: Duty board." in refused.content.decode()
        assert client.post("/duty/jobs/1/again/").status_code == 403


def test_monitoring_gets_200_while_all_is_well_and_503_else(client):
    health.report(well())
    answer = client.get("/api/v1/health")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok", "parts": None})
    duty._kept.clear()
    health.report({"seal": (None, 1, "OperationalError")})
    answer = client.get("/api/v1/health")
    assert (answer.status_code, answer.json()["status"]) == (503, "alarm")


def test_without_a_worker_there_is_an_alarm_before_a_job_waits(client):
    health.report(well())
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 minute'")
    assert client.get("/api/v1/health").status_code == 503


def test_the_parts_are_told_to_the_engineer_only(engineer):
    health.report(well())
    parts = {part["part"]: part["state"] for part in engineer.get("/api/v1/health").json()["parts"]}
    assert set(PATIENCE) | {"unsealed", "worker", "failed_jobs", "waiting_jobs", "connections"} <= set(parts)
    assert set(parts.values()) == {"ok"}


def test_monitoring_is_answered_when_the_database_is_away(client, monkeypatch):
    def away() -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr(health, "look", away)
    assert client.get("/api/v1/health").status_code == 503


@pytest.mark.parametrize("path", ["/console/", "/api/v1/incidents"])
def test_a_lost_database_is_said_and_worth_another_try(client, dispatcher, monkeypatch, path):
    """503 and a sentence, not an error page of a defect: nothing was changed."""
    client.force_login(Account.objects.get(pk=dispatcher.account))

    def away(*_: object, **__: object) -> None:
        raise OperationalError("the pool is exhausted") from psycopg.OperationalError()

    for place in ("tartip.core.people.actors.appointment_actor", "tartip.core.people.actors._by_session"):
        monkeypatch.setattr(place, away)
    client.cookies["django_language"] = "en"
    answer = client.get(path)
    assert answer.status_code == 503
    assert "does not answer now" in answer.content.decode()
