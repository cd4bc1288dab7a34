"""Run by `tests/test_new_app.py` in a process of its own, under settings with this app in INSTALLED_APPS."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from django.core.checks import run_checks
from django.test import Client
from umbrellas.actions import take_in

from tartip.cases.tests.made import seal_all
from tartip.core.acts.declare import ACTS
from tartip.core.journal.models import Entry
from tartip.core.people.menu import Count, workplaces
from tartip.core.people.models import Account
from tartip.engines.months import Month
from tartip.statistics.sealing import seal_month

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def desk_of(username: str) -> Client:
    client = Client()
    client.force_login(Account.objects.get(username=username), BACKEND)
    return client


def test_everything_that_the_folder_declares_is_served(committed: None, persona: Any) -> None:
    supervisor, _inspector = persona("supervisor"), persona("inspector")
    at = datetime(2026, 10, 5, 9, tzinfo=UTC)
    take_in(supervisor.saying(at=at), territory=supervisor.territory, colour="black", found_at=at)
    assert "umbrella.take_in" in ACTS
    assert [error for error in run_checks() if error.is_serious()] == []

    desk = desk_of("supervisor")
    white = take_in(supervisor.saying(at=at), territory=supervisor.territory, colour="white", found_at=at)
    card = f"/registers/umbrella/{white.pk}/"
    assert "white" in desk.get("/registers/umbrella/?q=whi").content.decode()
    page = desk.get(card + "acts/give_back/").content.decode()
    form = dict(re.findall(r'name="(key|version)"\s+value="([^"]*)"', page))
    assert desk.post(card + "acts/give_back/", {**form, "sure": "on"}).headers["Location"] == card
    assert Entry.objects.filter(act="umbrella.give_back", role="supervisor").count() == 1
    assert desk_of("inspector").get(card).status_code == 404
    assert desk.get("/api/v1/umbrellas").json() == ["black", "white"]
    assert desk.get("/umbrellas/").content == b"umbrellas"
    bar = [item["href"] for item in desk.get("/cases/").context["nav_items"]]
    assert bar.index("/console/") < bar.index("/umbrellas/") < bar.index("/cases/")
    entry = next(place for place in workplaces() if place.url == "umbrellas:board")
    assert entry.count is not None
    assert entry.count(supervisor) == Count(1, "1 kept")

    seal_all()
    sealed = {(made.counted, made.month) for made in seal_month(Month(2026, 10))}
    assert ("umbrellas", "2026-10") in sealed
    query = {"period": "2026-10", "territory": supervisor.territory}
    figure = Client().get("/api/v1/statistics/figures/umbrellas.black", query)
    assert (figure.status_code, figure.json()["value"]) == (200, 1)

    stranger = desk_of("inspector")
    assert stranger.get("/umbrellas/").status_code == 403
    assert "/umbrellas/" not in [item["href"] for item in stranger.get("/cases/").context["nav_items"]]
