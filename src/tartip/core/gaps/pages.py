"""The lawyer's list: what the tables lack, and the terms that could not be judged because of it."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tartip.core.acts import Actor, Denied
from tartip.core.acts.access import access, must_read, visible
from tartip.core.clocks.models import Clock
from tartip.core.gaps import actions, queries
from tartip.core.gaps.models import Gap
from tartip.core.ids import new_id
from tartip.core.people.actors import page_actor
from tartip.core.people.params import form_actor
from tartip.core.refused import refused
from tartip.errors import TartipError

SHOWN = 200


@require_safe
def gaps(request: HttpRequest) -> HttpResponse:
    return drawn(request, page_actor(request))


def drawn(
    request: HttpRequest, actor: Actor, error: TartipError | None = None, gap: uuid.UUID | None = None
) -> HttpResponse:
    """The list; after a refusal with what was typed, and what is wrong with it, in the row that was sent."""
    must_read(actor, Gap)
    rows = visible(actor, Gap.objects.all()).order_by("-missing_from", "key")
    shown = list(rows[:SHOWN])
    why = queries.dismissals(shown)
    found: list[dict[str, Any]] = [
        {"gap": gap, "id": str(gap.pk), "name": queries.words_of(gap), "dismissal": why.get(gap.pk)} for gap in shown
    ]
    aside = Clock.objects.exclude(set_aside="").only("rule", "register", "subject", "set_aside").order_by("due_at")
    context = {
        "open": [row for row in found if row["gap"].state == "open"],
        "settled": [row for row in found if row["gap"].state != "open"],
        "aside": aside[:SHOWN],
        "shortest": actions.SHORTEST_REASON,
        "key": new_id().hex,
        "refused": refused(error, {"reason": f"reason-{gap}"}),
        "sent": gap,
        "typed": request.POST.get("reason", ""),
    }
    return render(request, "gaps/list.html", context, status=error.http_status if error else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def dismiss(request: HttpRequest, gap_id: uuid.UUID) -> HttpResponse:
    """A refusal draws the list again. Its address stays in the browser then; who asks for it again gets the list."""
    if request.method != "POST":
        access(page_actor(request), Gap.objects.all(), gap_id)
        return redirect("gaps:list")
    actor = form_actor(request)
    gap = access(actor, Gap.objects.all(), gap_id)
    try:
        actions.dismiss_gap(actor, gap, reason=request.POST.get("reason", ""))
    except Denied:
        raise
    except TartipError as error:
        return drawn(request, actor, error, gap.pk)
    messages.success(request, _("The task is closed."))
    return redirect("gaps:list")
