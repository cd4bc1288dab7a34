"""Every list that is sent has a length which the description of the API names, and a longer one is refused."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import Any

from django.conf import settings
from django.test import Client

from tartip.cases.tests.made import browser
from tartip.operations.units.api import MOST_POSITIONS
from tartip.server.api import api as ninja


def lists(node: Any, schemas: dict[str, Any], path: str) -> Iterator[tuple[str, bool]]:
    """Each list and each mapping of free names under a part of the description, and whether it has a bound."""
    if "$ref" in node:
        node = schemas[node["$ref"].rsplit("/", 1)[1]]
    if node.get("type") == "array":
        yield path, "maxItems" in node
        yield from lists(node["items"], schemas, path + ".*")
    if node.get("additionalProperties"):
        yield path, "maxProperties" in node
    for name, part in node.get("properties", {}).items():
        yield from lists(part, schemas, f"{path}.{name}")
    for part in (*node.get("anyOf", ()), *node.get("allOf", ()), *node.get("oneOf", ())):
        yield from lists(part, schemas, path)


def sent_lists() -> dict[str, bool]:
    import_module(settings.ROOT_URLCONF)
    described = ninja.get_openapi_schema()
    schemas, found = described["components"]["schemas"], {}
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            parts = [(item["name"], item["schema"]) for item in operation.get("parameters", ())]
            for content in operation.get("requestBody", {}).get("content", {}).values():
                parts.append(("body", content["schema"]))
            for name, schema in parts:
                found.update(lists(schema, schemas, f"{method} {path} {name}"))
    return found


def test_every_list_in_a_body_or_a_query_has_a_bound():
    found = sent_lists()
    assert "post /api/v1/units/positions body" in found
    assert sorted(path for path, bound in found.items() if not bound) == []


def test_a_longer_batch_of_positions_is_refused_by_name_and_rule(db, dispatcher):
    client: Client = browser(dispatcher)
    one = {"unit": "01930000-0000-7000-8000-000000000000", "lon": 76, "lat": 43, "at": "2026-01-01T00:00:00Z"}
    path = "/api/v1/units/positions"
    most = client.post(path, [one] * MOST_POSITIONS, content_type="application/json")
    assert most.status_code == 200, most.content[:600]
    assert most.json()["refused"] == MOST_POSITIONS
    more = client.post(path, [one] * (MOST_POSITIONS + 1), content_type="application/json")
    assert more.status_code == 422
    [error] = more.json()["errors"]
    assert error["field"] == "body"
    assert str(MOST_POSITIONS) in error["rule"]


def test_an_answer_about_many_bad_items_names_the_first_hundred(db, dispatcher):
    body = {f"unknown_{number}": 1 for number in range(1_000)}
    answer = browser(dispatcher).post("/api/v1/calls", body, content_type="application/json")
    assert answer.status_code == 422
    assert len(answer.json()["errors"]) == 100
