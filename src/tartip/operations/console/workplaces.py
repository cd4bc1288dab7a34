"""The console in the menu."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _, ngettext

from tartip.core.acts import Actor
from tartip.core.acts.access import visible
from tartip.core.people.menu import Count, Workplace
from tartip.operations.incidents.models import Incident


def without_a_unit(actor: Actor) -> Count | None:
    """Open incidents of the actor's territories to which nobody was sent yet."""
    number = visible(actor, Incident.objects.filter(state="opened")).count()
    text = ngettext("%(number)s incident without a unit", "%(number)s incidents without a unit", number)
    return Count(number, text % {"number": number}) if number else None


WORKPLACES = [
    Workplace(
        "console:console",
        _("Duty console"),
        _("Queue, map and incident card, live."),
        order=100,
        roles=frozenset({"operator", "dispatcher", "supervisor"}),
        home=True,
        shift=True,
        count=without_a_unit,
    ),
]
