"""The pages of rights and of the own account in the menu."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tartip.core.people.menu import Workplace

WORKPLACES = [
    Workplace("people:start", _("Workplaces"), _("What waits where."), order=0),
    Workplace("people:rights", _("Rights"), _("What each role may do, and on what ground."), order=800),
    Workplace("people:account", _("My account"), _("Shift, language, password, second factor."), order=990),
]
