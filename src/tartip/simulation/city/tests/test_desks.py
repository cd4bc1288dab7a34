"""The demo's desks: every persona finds work, nothing is in the future, nothing is a year late."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.test import Client

from tartip.appeals.models import Appeal
from tartip.cases import listeners
from tartip.cases.models import Case
from tartip.core.clocks.breach import breach_due
from tartip.core.clocks.models import Clock
from tartip.core.journal.models import Entry
from tartip.core.people.models import Account
from tartip.core.people.personas import make_all
from tartip.core.time import now
from tartip.registers.missing import MissingPerson
from tartip.simulation.city.desks import fill_desks


def keep() -> None:
    """What the background process and its listeners do in the first seconds of the demo."""
    breach_due()
    for entry in Entry.objects.filter(act="clock.lapse"):
        listeners.enter_into_force_after_the_term(entry.pk)


def test_every_desk_has_work_that_is_due_now(db: Any) -> None:
    moment = now()
    fill_desks(make_all(), moment)
    keep()
    states = set(Case.objects.values_list("state", flat=True))
    assert states >= {
        "opened", "protocol", "in_court", "decided", "handed_over", "in_force", "enforcement", "under_appeal", "paid",
        "cancelled", "closed",
    }  # fmt: skip
    assert set(Appeal.objects.values_list("state", flat=True)) >= {"filed", "forwarded", "decided"}
    assert MissingPerson.objects.filter(state="searched").count() == 3
    assert not Entry.objects.filter(occurred_at__gt=now()).exists()
    running = Clock.objects.filter(state="running")
    assert running.filter(due_at__gt=moment, due_at__lt=moment + timedelta(days=3)).exists()
    assert running.filter(due_at__lt=moment).exists()
    assert not running.filter(due_at__lt=moment - timedelta(days=40)).exists()
    for who, address, empty in (
        ("inspector", "/cases/", "t-empty"), ("judge", "/cases/", "t-empty"), ("supervisor", "/appeals/", "t-empty"),
        ("prosecutor", "/appeals/", "t-empty"), ("supervisor", "/registers/missing/", "t-empty"),
    ):  # fmt: skip
        client = Client()
        account = Account.objects.get(username=who)
        client.force_login(account, "allauth.account.auth_backends.AuthenticationBackend")
        assert empty not in client.get(address).content.decode(), (who, address)
