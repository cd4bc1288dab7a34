"""What no input of the API and no form of a page lets in, wherever it is sent."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from importlib import import_module
from uuid import UUID

import pytest
from django.conf import settings
from django.test import Client
from ninja import Schema
from pydantic import ValidationError

from tartip.cases.tests.conftest import case, fined, fresh_tries
from tartip.cases.tests.made import ALMATY, browser, stranger
from tartip.core.checks import BadText, BadTime, check_length, check_times
from tartip.core.inputs import is_in_range
from tartip.core.schema import Day, Id, Input, Moment
from tartip.operations.incidents import actions as incidents
from tartip.server.api import api as ninja

__all__ = ["case", "fined", "fresh_tries"]

BAD = ["a\x00b", "a\ud800b", "\udfff"]
EDGES = ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "1899-12-31T00:00:00Z", "2200-01-01T00:00:00Z"]


class Sample(Input):
    number: int = 0
    flag: bool = False
    text: str = ""
    at: Moment | None = None
    day: Day | None = None
    id: Id | None = None
    size: float = 0


def sent(client: Client, path: str, body: object, **headers: str) -> int:
    client.raise_request_exception = False
    answer = client.post(path, json.dumps(body), content_type="application/json", headers=headers or None)
    return answer.status_code


def inputs() -> set[type[Schema]]:
    """Every schema of a body, with those inside it."""
    found: set[type[Schema]] = set()

    def add(kind: object) -> None:
        if isinstance(kind, type) and issubclass(kind, Schema) and kind not in found:
            found.add(kind)
            for field in kind.model_fields.values():
                add(field.annotation)
        for part in getattr(kind, "__args__", ()):
            add(part)

    import_module(settings.ROOT_URLCONF)
    for _path, router in ninja._routers:
        for view in router.path_operations.values():
            for operation in view.operations:
                for model in operation.models:
                    if model.__ninja_param_source__ == "body":
                        for field in model.model_fields.values():
                            add(field.annotation)
    return found


def test_every_body_of_the_api_is_strict():
    found = inputs()
    assert len(found) > 20
    assert [kind.__name__ for kind in found if not issubclass(kind, Input)] == []


@pytest.mark.parametrize(
    "body",
    [{"number": True}, {"number": "1"}, {"number": 1.0}, {"flag": 1}, {"flag": "yes"}, {"text": 5}, {"size": True},
     {"at": 5}, {"day": 20000}, {"id": 5}, {"unknown": 1}, {"day": "9999-12-31"}, *({"at": edge} for edge in EDGES)],
)  # fmt: skip
def test_a_value_of_another_kind_is_refused(body):
    with pytest.raises(ValidationError):
        Sample.model_validate(body)


def test_moments_days_and_identifiers_come_as_text():
    body = {
        "at": "2026-01-01T05:00:00+05:00",
        "day": "2026-01-01",
        "size": 3,
        "id": "01930000-0000-7000-8000-000000000000",
    }
    found = Sample.model_validate(body)
    assert (found.at, found.day) == (datetime(2026, 1, 1, tzinfo=UTC), date(2026, 1, 1))
    assert isinstance(found.id, UUID)
    assert found.size == 3


@pytest.mark.parametrize("moment", [datetime.fromisoformat(edge) for edge in EDGES])
def test_a_moment_at_the_end_of_the_calendar_is_refused_by_every_act(moment):
    assert not is_in_range(moment)
    with pytest.raises(BadTime):
        check_times(at=moment)


@pytest.mark.parametrize("text", BAD)
def test_no_record_gets_a_text_that_cannot_be_stored(text):
    with pytest.raises(BadText):
        check_length("note", text)


@pytest.mark.parametrize("text", BAD)
def test_a_stranger_is_refused_with_the_field_and_no_server_error(fined, text):
    someone = stranger("en")
    answer = someone.post(
        f"/api/v1/appeals/by-receipt/{fined.receipt}", json.dumps({"text": text}), content_type="application/json"
    )
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "text"
    if text.isascii():  # half of a pair cannot be sent in a form
        page = someone.post(f"/r/{fined.receipt}/appeal/", {"text": text})
        assert page.status_code == 422
        assert "text" in page.content.decode().lower()
    assert fined.appeals.count() == 0


def test_a_bad_character_in_a_path_a_query_and_a_name_of_a_field_is_refused(fined, inspector):
    someone, staff = stranger("en"), browser(inspector, "en")
    for path in ("/api/v1/receipts/%00", "/r/%00/", "/a/A%00/", "/r/?code=%00"):
        assert someone.get(path).status_code == 422, path
    for path in (f"/api/v1/cases/{fined.pk}/articles?q=%00", "/api/v1/cases?state=%00", "/cases/?state=%00"):
        assert staff.get(path).status_code == 422, path
    assert sent(staff, f"/api/v1/case/{fined.pk}/acts/decide", {"kind": "fine", "terms": {"\x00": 1}}) == 422


def test_a_bad_character_in_a_cookie_is_no_server_error(client, db):
    client.cookies[settings.SESSION_COOKIE_NAME] = "abcdefgh\x00ijklmnop"
    client.raise_request_exception = False
    assert client.get("/login/").status_code == 200


@pytest.mark.parametrize("text", BAD)
def test_no_text_of_staff_can_make_the_server_fail(persona, dispatcher, inspector, fined, text):
    desk, staff = browser(dispatcher, "en"), browser(inspector, "en")
    incident = incidents.open_incident(dispatcher, territory=ALMATY, kind_code="noise", priority=4, lon=76.9, lat=43.2)
    here = {"lon": 76.9, "lat": 43.2}
    one = f"/api/v1/incident/{incident.pk}"
    for path, body in (
        ("/api/v1/incidents", {"territory": ALMATY, "kind": "noise", "note": text, "place": here}),
        ("/api/v1/incidents", {"territory": ALMATY, "kind": "noise", "place": {**here, "address": text}}),
        ("/api/v1/remark/acts/remark", {"incident": str(incident.pk), "text": text}),
        (f"{one}/acts/assess", {"kind_code": "noise", "priority": 3, "note": text}),
        ("/api/v1/handover/acts/incident.hand_over", {"incident": str(incident.pk), "to": "390000000", "reason": text}),
        (f"/api/v1/incident/{incident.pk}/acts/close", {"outcome": "settled", "note": text}),
    ):
        assert sent(desk, path, body) == 422, path
    assert sent(staff, f"/api/v1/case/{fined.pk}/acts/close", {"reason": text}) == 422
    assert sent(staff, f"/api/v1/case/{fined.pk}/acts/protocol", {"article": "koap-437-1", "facts": text}) == 422


def test_a_priority_of_true_is_no_priority(dispatcher):
    incident = incidents.open_incident(dispatcher, territory=ALMATY, kind_code="noise", priority=4, lon=76.9, lat=43.2)
    path = f"/api/v1/incident/{incident.pk}/acts/assess"
    assert sent(browser(dispatcher, "en"), path, {"kind_code": "noise", "priority": True}) == 422
    incident.refresh_from_db()
    assert incident.priority == 4


@pytest.mark.parametrize("amount", [True, "10812", 10812.0])
def test_a_payment_is_a_whole_number_of_tenge(fined, inspector, amount):
    body = {"amount_tenge": amount, "reference": "x"}
    assert sent(browser(inspector, "en"), f"/api/v1/case/{fined.pk}/acts/pay", body) == 422
    fined.refresh_from_db()
    assert not fined.paid_tenge


@pytest.mark.parametrize("moment", EDGES)
def test_a_payment_at_the_end_of_the_calendar_is_refused_with_a_key_too(fined, inspector, moment):
    body, client = {"amount_tenge": 5, "paid_at": moment}, browser(inspector, "en")
    assert sent(client, f"/api/v1/case/{fined.pk}/acts/pay", body) == 422
    assert sent(client, f"/api/v1/case/{fined.pk}/acts/pay", body, **{"Idempotency-Key": "k"}) == 422


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01"])
def test_a_day_at_the_end_of_the_calendar_is_refused_on_pages_and_by_the_api(fined, inspector, day):
    client = browser(inspector, "en")
    relief = {"relief": "postponed", "until": day, "reason": "x"}
    assert sent(client, f"/api/v1/case/{fined.pk}/acts/relieve", relief) == 422
    form = {"key": "1", "version": fined.version}
    assert client.post(f"/cases/{fined.pk}/relieve/", {**form, **relief}).status_code == 422
    paid = {"amount": "5", "paid_on": day, "reference": "q"}
    assert client.post(f"/cases/{fined.pk}/pay/", {**form, **paid}).status_code == 422
