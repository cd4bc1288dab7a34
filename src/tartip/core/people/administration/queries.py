"""What an administrator reads about accounts: the list, one card, and what waits for a second person.

An account has no territory of its own. It is seen where it works; one that works nowhere is seen where it last worked,
or where it was asked for.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext, gettext_lazy as _

from tartip.core.acts import Actor, NotFound
from tartip.core.acts.access import access, visible
from tartip.core.clocks.models import Clock
from tartip.core.journal.models import Entry
from tartip.core.language import language
from tartip.core.people import accounts, sessions
from tartip.core.people.actors import in_force
from tartip.core.people.holders import HELD
from tartip.core.people.models import Account, AccountRequest, Appointment, Role, Shift
from tartip.core.people.names import names_of
from tartip.core.people.requests import GUARDED, TERM, is_own, top_of
from tartip.core.territory import tree
from tartip.core.time import now
from tartip.core.words import act_name

PER_PAGE = 50
MOST_ENTRIES = 40
MOST_WAITING = 50
STATES = {
    "works": _("works"),
    "idle": _("no appointment"),
    "closed": _("closed"),
    "no_factor": _("no second factor"),
    "on_shift": _("on shift now"),
}
# Log-ins that went well are on the card as sessions; a history of them would hide the acts.
NOT_TOLD = (sessions.OPEN, sessions.CLOSE)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the list is narrowed by: each empty where nothing was chosen."""

    words: str = ""
    role: str = ""
    state: str = ""
    territory: str = ""
    after: str = ""


def seen_accounts(actor: Actor) -> QuerySet[Account]:
    """The accounts that an administrator sees; of the whole country where that is the territory."""
    everyone = Account.objects.all()
    if actor.territory == "KZ":
        return everyone
    return everyone.filter(_works_in(tree.subtree(actor.territory)))


def _works_in(places: Iterable[str]) -> Q:
    mine = Appointment.objects.filter(account=OuterRef("pk"))
    running, here = mine.filter(in_force(now())), Q(territory__in=sorted(places))
    asked = AccountRequest.objects.filter(account=OuterRef("pk"))
    worked = Exists(mine.filter(here)) | (~Exists(mine) & Exists(asked.filter(here)))
    return Q(Exists(running.filter(here))) | (Q(~Exists(running)) & Q(worked))


def account_of(actor: Actor, account_id: uuid.UUID) -> Account:
    """One account. Raises NotFound for one that is not seen, in the words for one that is not there."""
    found = seen_accounts(actor).filter(pk=account_id).first()
    if found is None:
        raise NotFound(register="account", id=account_id)
    return found


def listed(actor: Actor, asked: Asked) -> tuple[list[dict[str, Any]], str]:
    """One page of the list by user name, and the user name after which the next one begins (empty: the last)."""
    rows = _narrowed(seen_accounts(actor), asked).order_by("username")
    if asked.after:
        rows = rows.filter(username__gt=asked.after)
    page = list(rows[: PER_PAGE + 1])
    more, page = len(page) > PER_PAGE, page[:PER_PAGE]
    works = _works_of(actor, page)
    running = sessions.running(page)
    strong = set(Authenticator.objects.filter(user__in=page).values_list("user", flat=True))
    on_shift = set(_on_shift(page).values_list("appointment__account", flat=True))
    found = [
        {
            "account": one,
            "works": works.get(one.pk, []),
            "state": _state_of(one, bool(works.get(one.pk))),
            "strong": one.pk in strong,
            "needs_factor": _needs_factor(one, works.get(one.pk, ())),
            "on_shift": one.pk in on_shift,
            "sessions": len(running[one.pk]),
        }
        for one in page
    ]
    return found, page[-1].username if more else ""


def _narrowed(rows: QuerySet[Account], asked: Asked) -> QuerySet[Account]:
    if asked.words:
        rows = rows.filter(Q(username__icontains=asked.words) | Q(display_name__icontains=asked.words))
    running = Appointment.objects.filter(in_force(now()), account=OuterRef("pk"))
    if asked.role:
        rows = rows.filter(Exists(running.filter(role=asked.role)))
    if asked.territory:
        rows = rows.filter(_works_in(tree.subtree(asked.territory)))
    factor = Authenticator.objects.filter(user=OuterRef("pk"))
    shift = Shift.objects.filter(appointment__account=OuterRef("pk"), state="on")
    by_state: Mapping[str, Q] = {
        "works": Q(Exists(running), is_active=True),
        "idle": Q(~Exists(running), is_active=True),
        "closed": Q(is_active=False),
        "no_factor": Q(Exists(running), ~Exists(factor), is_active=True, demo=False),
        "on_shift": Q(Exists(shift)),
    }
    return rows.filter(by_state[asked.state]) if asked.state in by_state else rows


def _works_of(actor: Actor, page: list[Account]) -> dict[uuid.UUID, list[dict[str, Any]]]:
    """The running appointments of these accounts that the actor may read."""
    found: dict[uuid.UUID, list[dict[str, Any]]] = {}
    held = Appointment.objects.filter(in_force(now()), account__in=page).order_by("id")
    for one in visible(actor, held):
        found.setdefault(one.account_id, []).append(shown(one))
    return found


def shown(one: Appointment) -> dict[str, Any]:
    return {
        "id": one.pk,
        "role": one.get_role_display(),
        "code": one.role,
        "place": tree.name(one.territory_id, language()),
        "from": one.valid_from,
        "until": one.valid_to,
        "running": one.state == "in_force" and (one.valid_to is None or one.valid_to > now()),
        "needs_two": one.role in GUARDED,
    }


def _on_shift(page: list[Account]) -> QuerySet[Shift]:
    return Shift.objects.filter(appointment__account__in=page, state="on")


def _state_of(account: Account, works: bool) -> str:
    if not account.is_active:
        return "closed" if account.has_usable_password() else "new"
    return "works" if works else "idle"


def _needs_factor(account: Account, works: Iterable[Mapping[str, Any]]) -> bool:
    return not account.demo and any(one["code"] != Role.CITIZEN for one in works)


def card(actor: Actor, account: Account) -> dict[str, Any]:
    """Everything the card of an account shows to this administrator.

    Sessions, keys and the log-in belong to the whole account: they are shown where all of it lies under the actor.
    """
    whole = tree.contains(actor.territory, top_of(account))
    held = visible(actor, account.appointments.order_by("-id"))
    works = [shown(one) for one in held]
    running = [one for one in works if one["running"]]
    own = is_own(actor, account)
    waiting = [_request(actor, one) for one in _waiting(actor).filter(account=account)]
    return {
        "account": account,
        "state": _state_of(account, bool(running)),
        "whole": whole,
        "own": own,
        "works": works,
        "shift": visible(actor, _on_shift([account])).first(),
        "sessions": sessions.running([account])[account.pk] if whole else [],
        "tokens": accounts.tokens(account) if whole else [],
        "key_roles": [(one["code"], one["role"]) for one in running if one["code"] not in HELD],
        "factors": _factors(account) if whole else [],
        "needs_factor": _needs_factor(account, running),
        "waiting": waiting,
        "asks": [] if own else _asks(account, whole, {one["kind"] for one in waiting}),
        "history": _history(account, held),
    }


def appointment_of(actor: Actor, account: Account, appointment_id: uuid.UUID) -> Appointment:
    """A running appointment of the account. Raises NotFound for one outside of the actor's territory."""
    return access(actor, account.appointments.filter(state="in_force"), appointment_id)


def _asks(account: Account, whole: bool, asked: set[str]) -> list[tuple[str, Any]]:
    """What may be asked for now: kind and words."""
    kinds = AccountRequest.Kind
    if account.is_active:
        open_now = [kinds.APPOINT, *([kinds.PASSWORD, kinds.CLOSE] if whole else [])]
    elif not account.appointments.exists():
        open_now = [kinds.OPEN]
    else:
        open_now = [kinds.REOPEN] if whole else []
    return [(kind.value, kind.label) for kind in open_now if kind not in asked]


def _factors(account: Account) -> list[dict[str, Any]]:
    names = {
        "totp": gettext("authenticator app"),
        "webauthn": gettext("passkey"),
        "recovery_codes": gettext("recovery codes"),
    }
    rows = Authenticator.objects.filter(user=account).order_by("type", "created_at")
    return [{"name": names.get(str(one.type), str(one.type)), "made": one.created_at} for one in rows]


def _history(account: Account, held: QuerySet[Appointment]) -> list[dict[str, Any]]:
    """The newest acts on the account, its appointments and the requests about it, the newest first."""
    asked = {str(one.pk): one for one in account.requests.all()}
    subjects = [account.pk, *held.values_list("pk", flat=True), *(one.pk for one in asked.values())]
    rows = list(Entry.objects.filter(subject__in=subjects).exclude(act__in=NOT_TOLD).order_by("-id")[:MOST_ENTRIES])
    who = names_of({row.actor for row in rows})
    return [
        {
            "name": act_name(row.act),
            "about": asked[str(row.subject)].get_kind_display() if str(row.subject) in asked else "",
            "who": who.get(row.actor) or _machine(row.actor),
            "at": row.occurred_at,
            "ground": row.ground,
        }
        for row in rows
    ]


def _machine(actor: str) -> str:
    return gettext("command line of the server") if actor == "system:command" else gettext("the system")


def _waiting(actor: Actor) -> QuerySet[AccountRequest]:
    rows = AccountRequest.objects.filter(state="asked").select_related("account").order_by("id")
    return visible(actor, rows)


def waiting(actor: Actor) -> list[dict[str, Any]]:
    """The requests in the actor's territory that wait for a second person, the oldest first."""
    return [_request(actor, one) for one in _waiting(actor)[:MOST_WAITING]]


def count_to_decide(actor: Actor) -> int:
    """How many requests wait for this administrator."""
    return sum(one["decides"] for one in waiting(actor))


def request_of(actor: Actor, request_id: uuid.UUID) -> AccountRequest:
    """One request. Raises NotFound for one outside of the actor's territory."""
    return access(actor, AccountRequest.objects.select_related("account", "appointment"), request_id)


def request_shown(actor: Actor, request: AccountRequest) -> dict[str, Any]:
    return _request(actor, request)


def _request(actor: Actor, request: AccountRequest) -> dict[str, Any]:
    due = Clock.objects.filter(subject=request.pk, rule=TERM).values_list("due_at", flat=True).first()
    who = names_of({request.asked_by, request.decided_by})
    over = request.state == "asked" and due is not None and due < now()
    mine, about_me = actor.is_self(request.asked_by), is_own(actor, request.account)
    open_now = request.state == "asked"
    return {
        "id": request.pk,
        "version": request.version,
        "kind": request.kind,
        "words": request.get_kind_display(),
        "account": request.account,
        "work": _work_of(request),
        "until": request.valid_to,
        "order": request.order_number,
        "state": "expired" if over else request.state,
        "state_words": AccountRequest.Lifecycle.names["expired" if over else request.state],
        "asked_by": who.get(request.asked_by, ""),
        "asked_at": request.asked_at,
        "decided_by": who.get(request.decided_by, "") or (_machine(request.decided_by) if request.decided_by else ""),
        "decided_at": request.decided_at,
        "due": due,
        "mine": mine,
        "about_me": about_me,
        "decides": open_now and not over and not mine and not about_me,
        "refuses": open_now and not mine and not about_me,
        "withdraws": open_now and mine and request.kind != AccountRequest.Kind.CLOSE,
    }


def _work_of(request: AccountRequest) -> str:
    """Role and place that the request is about; empty for one about the log-in."""
    if request.appointment is not None:
        place = tree.name(request.appointment.territory_id, language())
        return f"{request.appointment.get_role_display()} · {place}"
    if request.role:
        return f"{request.get_role_display()} · {tree.name(request.territory_id, language())}"
    return ""


def moment_of(day: date | None, territory: str) -> datetime | None:
    """The end of an appointment's last day, in the zone of its territory."""
    if day is None:
        return None
    return datetime.combine(day + timedelta(days=1), time.min, tree.zone(territory))
