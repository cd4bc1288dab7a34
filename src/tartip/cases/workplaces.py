"""Cases in the menu."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _, ngettext

from tartip.cases.models import Case
from tartip.core.acts import Actor
from tartip.core.clocks.queries import count_late
from tartip.core.people.menu import Count, Workplace


def late_cases(actor: Actor) -> Count | None:
    """Cases the actor may see in which a term has passed and the step is still not done."""
    number = count_late(actor, Case)
    text = ngettext("%(number)s case is late", "%(number)s cases are late", number)
    return Count(number, text % {"number": number}, late=True) if number else None


WORKPLACES = [
    Workplace(
        "cases:list",
        _("Cases"),
        _("Administrative cases and their terms."),
        order=200,
        roles=frozenset({"patrol", "inspector", "supervisor", "judge", "prosecutor"}),
        count=late_cases,
    ),
]
