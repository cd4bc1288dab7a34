"""Cases in the menu."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _, ngettext

from tartip.cases.models import Case
from tartip.core.acts import Actor
from tartip.core.clocks.queries import count_late, count_soon
from tartip.core.people.menu import Count, Workplace


def urgent_cases(actor: Actor) -> Count | None:
    """Cases the actor may see in which a term has passed undone; where none has, those in which one ends soon."""
    if number := count_late(actor, Case):
        text = ngettext("%(number)s case is late", "%(number)s cases are late", number)
        return Count(number, text % {"number": number}, late=True)
    number = count_soon(actor, Case)
    text = ngettext(
        "in %(number)s case a term ends within 3 days", "in %(number)s cases a term ends within 3 days", number
    )
    return Count(number, text % {"number": number}, soon=True) if number else None


WORKPLACES = [
    Workplace(
        "cases:list",
        _("Cases"),
        _("Administrative cases and their terms."),
        order=200,
        roles=frozenset({"patrol", "inspector", "supervisor", "judge", "prosecutor"}),
        count=urgent_cases,
    ),
]
