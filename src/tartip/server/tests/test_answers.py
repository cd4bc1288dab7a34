"""What every answer keeps to: what is logged of a refusal, what caches may hold, and numbers of any length."""

from __future__ import annotations

import io
import logging
from typing import Any

import pytest

from tartip.core.people.actors import make_token
from tartip.core.people.models import Account, Appointment
from tartip.core.problems import problem_of
from tartip.errors import TartipError
from tartip.server.lines import RefusalsInOneLine

pytestmark = pytest.mark.django_db

TILE = "/api/v1/journal/tile"


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """What the log of the process holds."""
    (handler,) = (
        one for one in logging.getLogger().handlers if any(isinstance(f, RefusalsInOneLine) for f in one.filters)
    )
    assert isinstance(handler, logging.StreamHandler)
    text = io.StringIO()
    monkeypatch.setattr(handler, "stream", text)
    return text


@pytest.mark.parametrize("path", ["/login/", "/api/v1/appeals/by-receipt/ABCD", "/api/v1/incidents", "/verify/"])
@pytest.mark.parametrize(
    "kind", ["multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=\xe4"]
)
def test_a_broken_form_is_refused_and_is_one_line_in_the_log(client, lines, path, kind):
    answer = client.generic("POST", path, b"--x", content_type=kind)
    assert 400 <= answer.status_code < 500
    assert "Traceback" not in lines.getvalue()
    assert lines.getvalue().count("\n") <= 1


def test_a_form_with_too_many_fields_is_one_line_in_the_log(client, lines):
    answer = client.generic("POST", "/login/", b"a=1&" * 2000, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 400
    assert "Traceback" not in lines.getvalue()
    assert "TooManyFieldsSent" in lines.getvalue()


def test_a_defect_keeps_its_traceback(lines):
    try:
        raise KeyError("defect")
    except KeyError:
        logging.getLogger("django.request").exception("Internal Server Error", extra={"status_code": 500})
    assert "Traceback" in lines.getvalue()


@pytest.mark.parametrize("level", ["99999999999999999999", "18446744073709551616", "9" * 400])
def test_a_number_longer_than_any_column_is_refused_and_said(client, level):
    answer = client.get(f"{TILE}/{level}/0")
    assert answer.status_code == 404
    assert answer.json()["fields"]["level"] == level


def test_every_error_can_be_said_whatever_its_fields_hold():
    class Any_(TartipError):
        text = "%(n)s"

    for value in (2**53, -(2**64), 10**400, 1, True, None, 1.5, [1], {"a": 2**70}, b"x", "text"):
        assert problem_of(Any_(n=value)).status_code == 400


@pytest.mark.parametrize("path", ["/statistics/files/a%00b", "/api/v1/journal/tile/0/%00", "/r/a%00b/"])
def test_a_path_with_a_character_that_cannot_be_stored_is_no_defect(client, path):
    assert 400 <= client.get(path).status_code < 500


def test_no_cache_holds_what_somebody_logged_in_was_answered(client, persona):
    for name in ("supervisor", "dispatcher"):
        client.force_login(Account.objects.get(pk=persona(name).account))
        for path in ("/console/", "/cases/", "/account/", "/api/v1/incidents", "/api/v1/cases", "/login/", "/nowhere/"):
            answer = client.get(path)
            assert "no-store" in answer.headers.get("Cache-Control", ""), path
            assert "private" in answer.headers["Cache-Control"], path


def test_no_cache_holds_what_a_program_with_a_token_was_answered(client, dispatcher):
    token = make_token(Appointment.objects.get(account=dispatcher.account), "program")
    answer = client.get("/api/v1/incidents", headers={"Authorization": f"Bearer {token}"})
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store, private")


def test_public_pages_and_files_are_left_as_they_are(client: Any, persona: Any):
    for path in ("/statistics/", "/api/v1/journal/key", "/api/v1/openapi.json", "/static/statistics/figures.css"):
        answer = client.get(path)
        assert answer.status_code == 200, path
        assert "no-store" not in answer.headers.get("Cache-Control", ""), path
    client.force_login(Account.objects.get(pk=persona("dispatcher").account))
    assert "no-store" not in client.get("/static/statistics/figures.css").headers.get("Cache-Control", "")
