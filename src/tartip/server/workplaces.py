"""The duty board in the menu."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tartip.core.people.menu import Workplace

WORKPLACES = [
    Workplace(
        "server:duty",
        _("Duty board"),
        _("Whether every part of the system works."),
        order=900,
        roles=frozenset({"administrator"}),
    ),
]
