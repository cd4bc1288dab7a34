"""The pages of rights and of the own account in the menu."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _, ngettext

from tartip.core.acts.actor import Actor
from tartip.core.people.administration.queries import count_to_decide
from tartip.core.people.menu import Count, Workplace


def _to_decide(actor: Actor) -> Count | None:
    waiting = count_to_decide(actor)
    words = ngettext("%(n)s waits for your confirmation", "%(n)s wait for your confirmation", waiting)
    return Count(waiting, words % {"n": waiting}, soon=True) if waiting else None


WORKPLACES = [
    Workplace("people:start", _("Workplaces"), _("What waits where."), order=0),
    Workplace(
        "people:administration",
        _("People"),
        _("Accounts, appointments, keys and sessions."),
        order=700,
        roles=frozenset({"administrator"}),
        count=_to_decide,
    ),
    Workplace("people:rights", _("Rights"), _("What each role may do, and on what ground."), order=800),
    Workplace("people:account", _("My account"), _("Shift, language, password, second factor."), order=990),
]
