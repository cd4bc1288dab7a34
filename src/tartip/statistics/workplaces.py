"""Figures in the menu."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tartip.core.people.menu import Workplace

WORKPLACES = [
    Workplace("statistics:figures", _("Figures"), _("Published figures, each with its receipt."), order=600),
]
