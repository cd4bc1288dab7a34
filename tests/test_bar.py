"""The bar of every office page: only rooms that open to the role, the way to the own account and the log-out."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tartip.core.people.models import Account


def desk_of(username: str) -> Client:
    client = Client()
    client.force_login(Account.objects.get(username=username), "allauth.account.auth_backends.AuthenticationBackend")
    client.cookies["django_language"] = "ru"
    return client


@pytest.mark.parametrize(
    ("role", "pages"),
    [("analyst", ["/statistics/"]), ("prosecutor", ["/cases/", "/appeals/"]), ("supervisor", ["/cases/"])],
)
def test_the_bar_offers_nothing_that_is_refused(db: None, persona: Any, role: str, pages: list[str]) -> None:
    persona(role)
    desk = desk_of(role)
    for path in pages:
        shown = desk.get(path)
        assert shown.status_code == 200
        header = shown.content.decode().split("</header>")[0]
        assert 'href="/account/"' in header
        assert 'action="/logout/"' in header
        assert [item["href"] for item in shown.context["nav_items"] if item["current"]] == [path]
        offered = [item["href"] for item in shown.context["nav_items"]]
        assert {href: desk.get(href).status_code for href in offered} == dict.fromkeys(offered, 200)
