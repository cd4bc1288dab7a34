"""The first page: for a citizen without a log-in, and the way to the workplace for whoever is logged in.

Only what exists is offered: an app that comes later adds its task here when a citizen can use it.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from tartip.core.codes import pretty, tidy
from tartip.core.language import language
from tartip.core.people.models import Account
from tartip.core.people.pages import home as workplace
from tartip.core.receipts.lookup import open_code
from tartip.core.receipts.pages import kind_of
from tartip.core.receipts.throttle import remember_browser
from tartip.core.territory import tree
from tartip.statistics import pages as figures, queries
from tartip.statistics.registry import all_declared

FIGURES = 3


@require_safe
def first_page(request: HttpRequest) -> HttpResponse:
    if isinstance(request.user, Account):
        return workplace(request)
    return _front(request)


@require_safe
@never_cache
def find(request: HttpRequest) -> HttpResponse:
    """From a code as it was typed to its receipt. Wrong ones are counted by the brake of the receipts."""
    typed = tidy(request.GET.get("code", ""))[:32]
    if not typed:
        return redirect("server:front")
    kind = open_code(request, typed, kind_of)
    if kind is not None:
        return redirect(kind.page, code=typed)
    answer = _front(request, typed=typed, status=404)
    remember_browser(request, answer)
    return answer


@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    """A citizen's rights, help with the code, and what the pages can be used with."""
    return render(request, "server/help.html")


def _front(request: HttpRequest, *, typed: str = "", status: int = 200) -> HttpResponse:
    context = {"typed": pretty(typed), "unknown": bool(typed), "near": _near(request.GET.get("territory", ""))}
    return render(request, "server/front.html", context, status=status)


def _near(asked: str) -> dict[str, Any] | None:
    """Three figures of a region for the newest sealed period; None while no month is sealed."""
    period = queries.newest_period()
    if period is None:
        return None
    regions = tree.children(tree.ROOT, language())
    place = asked if asked in regions else tree.ROOT
    every = (figures.card(one, place, period) for one in all_declared())
    cards = [card for card in every if card["value"]][:FIGURES]
    return {
        "cards": cards,
        "place": place,
        "places": [(code, tree.name(code, language())) for code in (tree.ROOT, *regions)],
        "period": figures.said(period),
    }
