"""The demo's phone: every message that the local catcher kept, without the numbers."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from tartip.core.people.actors import page_actor
from tartip.core.people.menu import work_at
from tartip.core.sms.models import Message

NEWEST = 100


@require_safe
@never_cache
def caught(request: HttpRequest) -> HttpResponse:
    """Only in the demo: whoever reads a message could open what its link opens."""
    if not settings.DEMO:
        raise Http404
    work_at(page_actor(request), "sms:caught")
    return render(
        request,
        "sms/caught.html",
        {"found": Message.objects.select_related("territory").order_by("-queued_at")[:NEWEST]},
    )
