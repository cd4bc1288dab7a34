"""The menu: where the work of each role is done. Links of the bar, the start page, and where `/` leads.

Every app declares its entries in `workplaces.py` as `WORKPLACES = [Workplace(…), …]`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject

from tartip.core.acts.actor import Actor
from tartip.core.acts.errors import NotOnShift
from tartip.core.discovery import declared
from tartip.core.people.actors import chosen_appointment
from tartip.core.people.models import Account
from tartip.errors import TartipError


class NotYourWorkplace(TartipError):
    code = "workplace.denied"
    text = "Your role does not work here: %(workplace)s."
    http_status = 403


class Count(NamedTuple):
    """How much work waits: the number, its words ("12 late"), and whether it is late or its term ends soon."""

    number: int
    text: str
    late: bool = False
    soon: bool = False


START = "people:start"  # the page that shows the others
ACCOUNT = "people:account"  # the name of the person in the header leads there


@dataclass(frozen=True, slots=True)
class Workplace:
    """A page some roles work on. `home`: they are led there from `/`. No roles: everybody. `shift`: on duty only.

    `order` places the entry along the chain: calls 100, cases 200, appeals 300, figures 600, administration 900.
    `count` says what waits there for an actor, or None where nothing does. It is asked by the start page only.
    """

    url: str  # the name of a URL without arguments
    text: Any
    about: Any
    order: int
    roles: frozenset[str] = frozenset()
    home: bool = False
    shift: bool = False  # open during a shift only
    count: Callable[[Actor], Count | None] | None = None

    def open_to(self, role: str) -> bool:
        return not self.roles or role in self.roles


@cache
def workplaces() -> tuple[Workplace, ...]:
    """Every entry, by its order; equal ones in the order of the apps. Raises ImproperlyConfigured on a clash."""
    found: dict[str, Workplace] = {}
    for app, listed in declared("workplaces", "WORKPLACES"):
        for place in listed:
            if place.url in found:
                raise ImproperlyConfigured(f"{app}: the menu has an entry for {place.url} already.")
            found[place.url] = place
    return tuple(sorted(found.values(), key=lambda place: place.order))


def work_at(actor: Actor, url: str) -> None:
    """Refuse a workplace to roles that do not work there, whatever single records they may read.

    Raises Denied, or NotOnShift where the work is done during a shift only.
    """
    place = next(place for place in workplaces() if place.url == url)
    if not place.open_to(actor.role):
        raise NotYourWorkplace(workplace=place.text)
    if place.shift and not actor.on_shift:
        raise NotOnShift


def nav(role: str, path: str) -> list[dict[str, Any]]:
    """Items of the bar for a role, without the own account: href, text, about, current. Absent apps have no page."""
    items = []
    for place in workplaces():
        href = _href(place)
        if href and place.open_to(role) and place.url != ACCOUNT:
            current = path.startswith(href)
            items.append({"href": href, "text": place.text, "about": place.about, "current": current})
    return items


def work_of(actor: Actor) -> list[dict[str, Any]]:
    """The workplaces of an actor with what waits there (None where nothing does): late first, then soon."""
    found = []
    for place in workplaces():
        href = _href(place)
        if href and place.open_to(actor.role) and place.url != START:
            closed = place.shift and not actor.on_shift
            count = place.count(actor) if place.count and not closed else None
            found.append({"href": href, "text": place.text, "about": place.about, "count": count})
    return sorted(found, key=lambda item: _urgency(item["count"]))


def _urgency(count: Count | None) -> int:
    return 2 if count is None or not (count.late or count.soon) else 0 if count.late else 1


def home_of(role: str) -> str | None:
    return next((_href(p) for p in workplaces() if p.home and p.open_to(role) and _href(p)), None)


def bar(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `nav_items` and `me`, worked out only where a page shows them."""
    return {"nav_items": SimpleLazyObject(lambda: _items(request)), "me": SimpleLazyObject(lambda: me(request))}


def me(request: HttpRequest) -> dict[str, Any]:
    """The account of this session and what it works as; empty for a stranger."""
    account = getattr(request, "user", None)
    if not isinstance(account, Account):
        return {}
    appointment = chosen_appointment(request)
    role = appointment.get_role_display() if appointment else ""
    return {"name": account.display_name or account.username, "role": role}


def _items(request: HttpRequest) -> list[dict[str, Any]]:
    if not isinstance(getattr(request, "user", None), Account):
        return []
    appointment = chosen_appointment(request)
    return nav(appointment.role if appointment else "", request.path)


def _href(place: Workplace) -> str | None:
    try:
        return reverse(place.url)
    except NoReverseMatch:
        return None
