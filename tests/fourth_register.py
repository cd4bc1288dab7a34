"""Run by `tests/test_fourth_register.py` in a process of its own, where one more register lies in the folder."""

from __future__ import annotations

import re
from typing import Any

from django.apps import apps
from django.test import Client

from tartip.core.people.models import Account

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def test_one_file_is_a_whole_register(committed: None, persona: Any, api: Any) -> None:
    supervisor = persona("supervisor")
    client = Client(headers={"accept-language": "ru"})
    client.force_login(Account.objects.get(pk=supervisor.account), BACKEND)
    form = client.get("/registers/stray_dog/acts/take_in/").content.decode()
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))
    sent = {**hidden, "territory": "751110000", "colour": "рыжий", "taken_at": "2026-11-20T10:00"}
    card = client.post("/registers/stray_dog/acts/take_in/", sent, follow=True).content.decode()
    assert "рыжий" in card
    assert "Отдать хозяину" in card
    assert "рыжий" in client.get("/registers/stray_dog/?q=рыж").content.decode()
    dog = apps.get_model("registers", "StrayDog").objects.get()
    given = api(supervisor)("post", f"/stray_dog/{dog.pk}/acts/give_back", {"owner": {"name": "Асан"}}, if_match="1")
    assert given.json()["state"] == "given_back"
    assert "/api/v1/stray_dog/acts/take_in" in client.get("/api/v1/openapi.json").json()["paths"]
