"""Acts over HTTP, as their declarations make them."""

from __future__ import annotations

from typing import Any

import pytest

from tartip.core.acts import ACTS
from tartip.core.acts.fields import fields_of
from tartip.operations.units.actions import begin_duty, enter_unit
from tartip.web.acts.routes import path_name, routed_acts


@pytest.fixture
def unit(supervisor: Any) -> Any:
    return enter_unit(supervisor, territory="751110000", callsign="Барс-77")


def test_an_act_that_creates_answers_201_and_the_same_key_200(supervisor: Any, api: Any) -> None:
    send, body = api(supervisor), {"territory": "751110000", "callsign": "Барс-14"}
    first = send("post", "/unit/acts/enter", body, idempotency_key="a")
    again = send("post", "/unit/acts/enter", body, idempotency_key="a")
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["id"] == again.json()["id"]
    assert (first.json()["repeated"], again.json()["repeated"]) == (False, True)
    assert first.json()["record"]["callsign"] == "Барс-14"


def test_a_key_with_another_body_is_refused(supervisor: Any, api: Any) -> None:
    send = api(supervisor)
    send("post", "/unit/acts/enter", {"territory": "751110000", "callsign": "Барс-14"}, idempotency_key="a")
    other = send("post", "/unit/acts/enter", {"territory": "751110000", "callsign": "Барс-15"}, idempotency_key="a")
    assert other.status_code == 422
    assert other.json()["code"] == "key.other_body"


def test_an_act_on_a_record_takes_the_version_that_was_seen(supervisor: Any, unit: Any, api: Any) -> None:
    send = api(supervisor)
    assert send("post", f"/unit/{unit.pk}/acts/begin", if_match="1").json()["state"] == "on_duty"
    stale = send("post", f"/unit/{unit.pk}/acts/end", if_match="1")
    assert stale.status_code == 409
    assert stale.json()["fields"]["now"] == 2


def test_a_stranger_is_told_that_there_is_no_such_record(charlie: Any, unit: Any, api: Any) -> None:
    answer = api(charlie)("post", f"/unit/{unit.pk}/acts/begin")
    assert answer.status_code == 404
    unit.refresh_from_db()
    assert unit.state == "off"


def test_a_stranger_creates_nothing_in_another_territory(charlie: Any, api: Any) -> None:
    answer = api(charlie)("post", "/unit/acts/enter", {"territory": "751110000", "callsign": "Барс-14"})
    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("body", "field", "rule"),
    [
        ({"territory": "751110000"}, "callsign", "must not be missing"),
        ({"territory": "751110000", "callsign": 7}, "callsign", "must be a text"),
        ({"territory": "751110000", "callsign": "a", "crew": "2"}, "crew", "must be a whole number"),
        ({"territory": "751110000", "callsign": "a", "crew": 2.0}, "crew", "must be a whole number"),
        ({"territory": "751110000", "callsign": "a", "colour": "red"}, "colour", "there is no such field"),
        ({"territory": "751110000", "callsign": "a" * 33}, "callsign", "is longer than 32 characters"),
        ({"territory": "751110000", "callsign": "a", "crew": -1}, "crew", "must be at least 0"),
        ({"territory": "751110000", "callsign": "a", "crew": 10**12}, "crew", "must be at most 2147483647"),
    ],
)
def test_each_broken_rule_is_named_with_its_field(supervisor: Any, api: Any, body: Any, field: str, rule: str) -> None:
    answer = api(supervisor)("post", "/unit/acts/enter", body)
    assert answer.status_code == 422
    assert answer.json()["errors"] == [{"field": field, "rule": rule}]


def test_rules_are_said_in_the_asked_language(supervisor: Any, api: Any) -> None:
    for language, words in (("kk", "көрсетілуі керек"), ("ru", "нужно указать")):
        answer = api(supervisor)("post", "/unit/acts/enter", {"territory": "751110000"}, accept_language=language)
        assert words in answer.json()["errors"][0]["rule"]


def test_an_unknown_territory_or_log_in_is_named_as_a_field(supervisor: Any, unit: Any, api: Any) -> None:
    send = api(supervisor)
    wrong = send("post", "/unit/acts/enter", {"territory": "999", "callsign": "Барс-14"})
    assert (wrong.status_code, wrong.json()["code"], wrong.json()["fields"]["field"]) == (422, "field.bad", "territory")
    nobody = send("post", f"/unit/{unit.pk}/acts/give_tablet", {"account": "nobody"})
    assert (nobody.status_code, nobody.json()["fields"]["field"]) == (422, "account")


def test_parts_of_other_acts_have_no_route(supervisor: Any, api: Any) -> None:
    offered = {act.code for act in routed_acts()}
    assert not offered & {act.code for act in ACTS.values() if act.inner}
    assert api(supervisor)("post", "/payment/acts/record", {}).status_code == 404


def test_no_act_is_offered_past_the_function_its_app_calls() -> None:
    """A function with an underscore is called by another one of its file, which decides something before it."""
    assert not [act.code for act in routed_acts() if act.through.__name__.startswith("_")]


def test_every_field_of_an_offered_act_has_words() -> None:
    """A code such as `kind_code` is no label."""
    fields = [(act, field) for act in routed_acts() for field in fields_of(act)]
    bare = {f"{act.code}: {field.name}" for act, field in fields if type(field.label) is str}
    assert not bare


def test_every_offered_act_has_an_address_of_its_own() -> None:
    addresses = [(act.model, path_name(act)) for act in routed_acts()]
    assert len(set(addresses)) == len(addresses)


def test_the_description_names_every_act_in_three_languages(client: Any, db: Any) -> None:
    paths = client.get("/api/v1/openapi.json").json()["paths"]
    begin = paths["/api/v1/unit/{record_id}/acts/begin"]["post"]
    assert begin["x-names"] == dict(begin_duty.declared.names)
    assert begin["x-names"]["kk"] in begin["description"]
    typed = paths["/api/v1/unit/acts/enter"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert typed["$ref"].endswith("UnitEnterBody")
