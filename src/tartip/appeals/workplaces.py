"""Appeals in the menu."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _, ngettext

from tartip.appeals.models import OPEN, Appeal
from tartip.core.acts import Actor
from tartip.core.acts.access import visible
from tartip.core.clocks.queries import count_late, count_soon
from tartip.core.people.menu import Count, Workplace


def open_appeals(actor: Actor) -> Count | None:
    """Appeals that wait for an answer; where some are late, or their term ends soon, only those."""
    if number := count_late(actor, Appeal):
        text = ngettext("%(number)s appeal is late", "%(number)s appeals are late", number)
        return Count(number, text % {"number": number}, late=True)
    if number := count_soon(actor, Appeal):
        text = ngettext(
            "for %(number)s appeal a term ends within 3 days",
            "for %(number)s appeals a term ends within 3 days",
            number,
        )
        return Count(number, text % {"number": number}, soon=True)
    number = visible(actor, Appeal.objects.filter(state__in=OPEN)).count()
    text = ngettext("%(number)s appeal waits", "%(number)s appeals wait", number)
    return Count(number, text % {"number": number}) if number else None


WORKPLACES = [
    Workplace(
        "appeals:board",
        _("Appeals"),
        _("What was appealed and until when it is answered."),
        order=300,
        roles=frozenset({"inspector", "supervisor", "judge", "prosecutor"}),
        count=open_appeals,
    ),
]
