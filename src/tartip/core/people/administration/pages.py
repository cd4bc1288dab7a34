"""`/people/`: accounts, appointments, keys and sessions, for administrators of the territory they work in."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tartip.core.acts import Actor, perform_together
from tartip.core.acts.keys import first_done
from tartip.core.people import accounts, actions, requests
from tartip.core.people.actors import NotLoggedIn, names_key, page_actor
from tartip.core.people.administration import queries
from tartip.core.people.administration.forms import AppointForm, OpenForm, OrderForm, TokenForm
from tartip.core.people.menu import work_at
from tartip.core.people.models import Account, AccountRequest, Role
from tartip.core.people.params import form_actor, new_key
from tartip.core.problems import said
from tartip.core.territory import tree
from tartip.core.territory.choices import territories
from tartip.errors import TartipError

Kind = AccountRequest.Kind
# How long the key of a form is remembered whose secret was shown, in seconds.
SHOWN_ONCE = 24 * 3600


def administrator(request: HttpRequest) -> Actor:
    """Whoever is asking, by log-in alone: a key of the API would act in the name of whom it was issued for.

    Raises NotLoggedIn, or NotYourWorkplace for everybody but an administrator.
    """
    if names_key(request):
        raise NotLoggedIn
    actor = form_actor(request) if request.method == "POST" else page_actor(request)
    work_at(actor, "people:administration")
    return actor


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    actor = administrator(request)
    asked = _asked(request, actor)
    rows, after = queries.listed(actor, asked)
    query = request.GET.copy()
    query["after"] = after
    values = {
        "rows": rows,
        "next": query.urlencode() if after else "",
        "asked": asked,
        "filtered": any((asked.words, asked.role, asked.state, asked.territory)),
        "roles": Role.choices,
        "states": queries.STATES.items(),
        "places": territories(actor.territory),
        "waiting": queries.waiting(actor),
    }
    return render(request, "people/administration/list.html", values)


def _asked(request: HttpRequest, actor: Actor) -> queries.Asked:
    """The filters of the address; what is none of them is left out, and a place of others is none."""
    given = request.GET
    place, role, state = given.get("territory", ""), given.get("role", ""), given.get("state", "")
    inside = place in tree.current() and tree.contains(actor.territory, place)
    return queries.Asked(
        words=given.get("q", "").strip()[:120],
        role=role if role in Role.values else "",
        state=state if state in queries.STATES else "",
        territory=place if inside and place != actor.territory else "",
        after=given.get("after", "")[:64],
    )


@require_safe
def card(request: HttpRequest, account_id: uuid.UUID) -> HttpResponse:
    actor = administrator(request)
    values = queries.card(actor, queries.account_of(actor, account_id))
    return render(request, "people/administration/card.html", {**values, "key": new_key()})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def open_account(request: HttpRequest) -> HttpResponse:
    """Ask for a new account with its first appointment."""
    actor = administrator(request)
    form = OpenForm(actor, request.POST if request.method == "POST" else None)

    def work() -> AccountRequest:
        given = form.cleaned_data
        account = accounts.enter(
            given["username"], name=given["display_name"], holder=given["holder"], actor=actor.inside()
        )
        return requests.ask(actor, kind=Kind.OPEN, account=account, **_appointing(given))

    return _ask(request, actor, form, work, title=Kind.OPEN.label, back="/people/")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask_for(request: HttpRequest, account_id: uuid.UUID, kind: str) -> HttpResponse:
    """Ask for one of the grave acts on an account."""
    actor = administrator(request)
    account = queries.account_of(actor, account_id)
    if kind not in {Kind.OPEN, Kind.APPOINT, Kind.PASSWORD, Kind.CLOSE, Kind.REOPEN}:
        raise Http404
    data = request.POST if request.method == "POST" else None
    appoints = kind in (Kind.OPEN, Kind.APPOINT)
    form = AppointForm(actor, data) if appoints else OrderForm(data)

    def work() -> AccountRequest:
        given = form.cleaned_data
        more = _appointing(given) if appoints else _of_the_whole(account, given)
        return requests.ask(actor, kind=kind, account=account, **more)

    back = f"/people/{account.pk}/"
    return _ask(request, actor, form, work, title=Kind(kind).label, back=back, account=account, kind=kind)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, account_id: uuid.UUID, appointment_id: uuid.UUID) -> HttpResponse:
    """End an appointment: at once, or by two persons where it decides about others."""
    actor = administrator(request)
    account = queries.account_of(actor, account_id)
    appointment = queries.appointment_of(actor, account, appointment_id)
    form = OrderForm(request.POST if request.method == "POST" else None)
    back = f"/people/{account.pk}/"
    if appointment.role in requests.GUARDED:

        def work() -> AccountRequest:
            return requests.ask(
                actor, kind=Kind.END, account=account, appointment=appointment, territory=appointment.territory_id,
                order_number=form.cleaned_data["order_number"],
            )  # fmt: skip

        return _ask(request, actor, form, work, title=Kind.END.label, back=back, account=account, kind=Kind.END)
    if request.method == "POST":
        try:
            requests.end_appointment(actor, appointment)
        except TartipError as error:
            messages.error(request, said(error))
        else:
            messages.success(request, _("The appointment was ended."))
        return redirect("people:person", account.pk)
    values = {"account": account, "title": Kind.END.label, "back": back, "key": new_key(), "at_once": True}
    return render(request, "people/administration/ask.html", values)


def _appointing(given: dict[str, Any]) -> dict[str, Any]:
    return {
        "role": given["role"],
        "territory": given["territory"],
        "valid_to": queries.moment_of(given["last_day"], given["territory"]),
        "order_number": given["order_number"],
    }


def _of_the_whole(account: Account, given: dict[str, Any]) -> dict[str, Any]:
    return {"territory": requests.top_of(account), "order_number": given["order_number"]}


def _ask(
    request: HttpRequest,
    actor: Actor,
    form: OrderForm,
    work: Callable[[], AccountRequest],
    *,
    title: Any,
    back: str,
    account: Account | None = None,
    kind: str = Kind.OPEN,
) -> HttpResponse:
    """Show the form, or do what it asks; the half of a one-time password is on the answer and nowhere else."""
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                asked = perform_together(lambda: _first(actor) or work(), actor)
            except TartipError as error:
                form.show(error)
                status = error.http_status
            else:
                return _answer(request, asked)
    values = {
        "form": form, "title": title, "back": back, "account": account, "key": request.POST.get("key") or new_key(),
        "at_once": kind == Kind.CLOSE, "two": True, "has_password": kind in requests.WITH_PASSWORD,
    }  # fmt: skip
    return render(request, "people/administration/ask.html", values, status=status)


def _first(actor: Actor) -> AccountRequest | None:
    """What the first press of this form asked for."""
    done = first_done(actor, AccountRequest)
    return done if isinstance(done, AccountRequest) else None


def _answer(request: HttpRequest, asked: AccountRequest) -> HttpResponse:
    if asked.kind in requests.WITH_PASSWORD and not asked.repeated:
        return _once(request, accounts.half_for(asked.pk), asked, first=True)
    messages.success(request, _("Asked. Another administrator confirms it."))
    return redirect("people:request", asked.pk)


def _once(request: HttpRequest, half: str, asked: AccountRequest, *, first: bool) -> HttpResponse:
    values = {"half": half, "asked": asked, "account": asked.account, "first": first}
    return render(request, "people/administration/once.html", values)


@require_safe
def one_request(request: HttpRequest, request_id: uuid.UUID) -> HttpResponse:
    actor = administrator(request)
    one = queries.request_shown(actor, queries.request_of(actor, request_id))
    return render(request, "people/administration/request.html", {"one": one, "key": new_key()})


@never_cache
@require_POST
def decide(request: HttpRequest, request_id: uuid.UUID) -> HttpResponse:
    """Confirm, refuse or withdraw a request. What a confirmation gives, half a password, is shown here once."""
    actor = administrator(request)
    asked = queries.request_of(actor, request_id)
    acts = {"confirm": requests.confirm, "refuse": requests.refuse, "withdraw": requests.withdraw}
    act = acts.get(request.POST.get("act", ""))
    if act is None:
        raise Http404
    try:
        done = act(actor, asked)
    except TartipError as error:
        messages.error(request, said(error))
        return redirect("people:request", request_id)
    if isinstance(done, str):
        return _once(request, done, asked, first=False)
    said_done = {"confirm": _("Confirmed."), "refuse": _("Refused."), "withdraw": _("Withdrawn.")}
    messages.success(request, said_done[request.POST["act"]])
    return redirect("people:request", request_id)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def token(request: HttpRequest, account_id: uuid.UUID) -> HttpResponse:
    """Issue a key of the API; it is shown once."""
    actor = administrator(request)
    account = queries.account_of(actor, account_id)
    roles = queries.card(actor, account)["key_roles"]
    form = TokenForm(roles, request.POST if request.method == "POST" else None)
    back, status = f"/people/{account.pk}/", 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            if not _is_first(actor):
                messages.info(request, _("The key was issued already, and it is shown once only."))
                return redirect("people:person", account.pk)
            try:
                given = form.cleaned_data
                secret = requests.issue_token(actor, account, role=given["role"], name=given["name"])
            except TartipError as error:
                _forget(actor)
                form.show(error)
                status = error.http_status
            else:
                return render(request, "people/administration/once.html", {"secret": secret, "account": account})
    values = {"form": form, "title": _("Issue a key of the API"), "back": back, "account": account}
    values["key"] = request.POST.get("key") or new_key()
    return render(request, "people/administration/ask.html", values, status=status)


def _is_first(actor: Actor) -> bool:
    """Whether the key of this form was not used before; a form without one is always the first."""
    return actor.key is None or bool(cache.add(f"once:{actor.name}:{actor.key}", 1, SHOWN_ONCE))


def _forget(actor: Actor) -> None:
    if actor.key is not None:
        cache.delete(f"once:{actor.name}:{actor.key}")


@require_POST
def revoke(request: HttpRequest, account_id: uuid.UUID) -> HttpResponse:
    """One of the account's keys opens nothing from the next call on."""
    actor = administrator(request)
    account = queries.account_of(actor, account_id)
    named = request.POST.get("token", "")
    return _do(request, account, lambda: requests.revoke_token(actor, account, named), _("The key was revoked."))


@require_POST
def end_session(request: HttpRequest, account_id: uuid.UUID) -> HttpResponse:
    actor = administrator(request)
    account = queries.account_of(actor, account_id)
    named = request.POST.get("session", "")
    return _do(request, account, lambda: requests.end_session(actor, account, named), _("The session was ended."))


@require_POST
def end_shift(request: HttpRequest, account_id: uuid.UUID) -> HttpResponse:
    """End a shift that somebody left running; one that has ended already stays so."""
    actor = administrator(request)
    account = queries.account_of(actor, account_id)
    shift = queries.card(actor, account)["shift"]

    def work() -> None:
        if shift is not None:
            actions.end_shift(actor, shift)

    return _do(request, account, work, _("The shift was ended."))


@never_cache
@require_POST
def holder(request: HttpRequest, account_id: uuid.UUID) -> HttpResponse:
    """The personnel number, on the card of this one answer; the looking is an entry."""
    actor = administrator(request)
    account = queries.account_of(actor, account_id)
    number = accounts.look_at_holder(account, actor)
    values = {**queries.card(actor, account), "holder": number or "–", "key": new_key()}
    return render(request, "people/administration/card.html", values)


def _do(request: HttpRequest, account: Account, work: Callable[[], object], done: str) -> HttpResponse:
    try:
        work()
    except TartipError as error:
        messages.error(request, said(error))
    else:
        messages.success(request, done)
    return redirect("people:person", account.pk)
