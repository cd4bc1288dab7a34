"""Gaps in the menu."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tartip.core.people.menu import Workplace

WORKPLACES = [
    Workplace(
        "gaps:list",
        _("Gaps"),
        _("What the law tables lack."),
        order=700,
        roles=frozenset({"administrator", "analyst"}),
    ),
]
