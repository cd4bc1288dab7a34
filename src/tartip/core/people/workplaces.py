"""Where the work of each role is done: the links of the bar, the start page, and where `/` leads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from tartip.core.acts.actor import Actor
from tartip.core.acts.errors import NotOnShift
from tartip.core.people.actors import chosen_appointment, page_actor
from tartip.core.people.models import Account
from tartip.errors import TartipError


class NotYourWorkplace(TartipError):
    code = "workplace.denied"
    text = "Your role does not work here: %(workplace)s."
    http_status = 403


@dataclass(frozen=True, slots=True)
class Workplace:
    """A page some roles work on. `home`: they are led there from `/`. No roles: everybody. `shift`: on duty only."""

    url: str  # the name of a URL without arguments
    text: Any
    about: Any
    roles: frozenset[str] = frozenset()
    home: bool = False
    shift: bool = False  # open during a shift only

    def open_to(self, role: str) -> bool:
        return not self.roles or role in self.roles


FLOOR = frozenset({"operator", "dispatcher", "supervisor"})
CASES = frozenset({"patrol", "inspector", "supervisor", "judge", "prosecutor"})
# In the order of the chain.
WORKPLACES = [
    Workplace(
        "console:console", _("Duty console"), _("Queue, map and incident card, live."), FLOOR, home=True, shift=True
    ),
    Workplace("cases:list", _("Cases"), _("Administrative cases and their terms."), CASES),
    Workplace("appeals:board", _("Appeals"), _("What was appealed and until when it is answered."), CASES - {"patrol"}),
    Workplace("statistics:figures", _("Figures"), _("Published figures, each with its receipt.")),
    Workplace("gaps:list", _("Gaps"), _("What the law tables lack."), frozenset({"administrator", "analyst"})),
    Workplace("people:rights", _("Rights"), _("What each role may do, and on what ground.")),
    Workplace(
        "server:duty", _("Duty board"), _("Whether every part of the system works."), frozenset({"administrator"})
    ),
    Workplace("people:account", _("My account"), _("Shift, language, password, second factor.")),
]


def work_at(actor: Actor, url: str) -> None:
    """Refuse a workplace to roles that do not work there, whatever single records they may read.

    Raises Denied, or NotOnShift where the work is done during a shift only.
    """
    place = next(place for place in WORKPLACES if place.url == url)
    if not place.open_to(actor.role):
        raise NotYourWorkplace(workplace=place.text)
    if place.shift and not actor.on_shift:
        raise NotOnShift


def floor_actor(request: HttpRequest) -> Actor:
    """The actor of a page of the duty console."""
    actor = page_actor(request)
    work_at(actor, "console:console")
    return actor


def nav(role: str, path: str) -> list[dict[str, Any]]:
    """Items of the bar for a role: href, text, about, current. Rooms that are not installed have no page."""
    items = []
    for place in WORKPLACES:
        href = _href(place)
        if href and place.open_to(role):
            current = path.startswith(href)
            items.append({"href": href, "text": place.text, "about": place.about, "current": current})
    return items


def home_of(role: str) -> str | None:
    return next((_href(p) for p in WORKPLACES if p.home and p.open_to(role) and _href(p)), None)


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
