"""The demo's caught messages in the menu."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from tartip.core.people.menu import Workplace

CAUGHT = Workplace(
    "sms:caught",
    _("Text messages"),
    _("What the demo would have sent to phones."),
    order=910,
    roles=frozenset({"administrator"}),
)
WORKPLACES = [CAUGHT] if settings.DEMO else []
