"""The door: log-in by name and password, by passkey, and in the demo by one click on a persona."""

from __future__ import annotations

from typing import Any

from allauth.account.utils import get_next_redirect_url, perform_login
from allauth.account.views import LoginView
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from tartip.core.people.actors import appointments_of
from tartip.core.people.models import Account
from tartip.core.people.personas import PERSONAS, Persona
from tartip.core.people.shifts import switch_shift
from tartip.core.territory import tree


class Login(LoginView):  # type: ignore[misc]
    template_name = "people/login.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "personas": personas()}


def personas() -> list[dict[str, Any]]:
    """The log-ins a demo offers, in the order of the chain; none anywhere else."""
    if not settings.DEMO:
        return []
    there = {a.username: a for a in Account.objects.filter(demo=True, is_active=True)}
    return [_shown(persona) for persona in PERSONAS if persona.username in there]


def _shown(persona: Persona) -> dict[str, Any]:
    from django.utils.translation import get_language

    from tartip.core.people.models import Role

    language = get_language() or "kk"
    place = tree.name(persona.territory, language if language in ("kk", "ru", "en") else "kk")  # type: ignore[arg-type]
    return {"username": persona.username, "name": persona.name, "role": Role(persona.role).label, "place": place}


def personas_shift(account: Account) -> None:
    """One click is to show the work at once: a persona whose shift was ended begins another."""
    for appointment in appointments_of(account):
        switch_shift(appointment, on=True)


@require_POST
def log_in_as(request: HttpRequest) -> HttpResponse:
    """One click in the demo. Anywhere else, and for any account that is not of the demo, there is no such page."""
    account = Account.objects.filter(
        username=request.POST.get("username", ""), demo=True, is_active=True
    ).first()  # fmt: skip
    if not settings.DEMO or account is None:
        raise Http404
    personas_shift(account)
    answer: HttpResponse = perform_login(request, account, redirect_url=get_next_redirect_url(request))
    return answer
