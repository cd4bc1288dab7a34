"""Two persons for grave acts on accounts: one administrator asks, another one confirms.

Everything here is done on the pages of `/people/` alone. The acts are `inner`, so neither the API nor the generated
forms offer them: a key of the API would act in the name of the person it was issued for.
"""

from __future__ import annotations

from datetime import datetime

from tartip.core.acts import Actor, Clocks, act, doing, in_one_transaction, system
from tartip.core.acts.rights import has_role, in_territory, is_system, predicate
from tartip.core.clocks.models import Clock
from tartip.core.journal.models import Entry
from tartip.core.people import accounts, sessions
from tartip.core.people.actions import appoint, dismiss, end_shift
from tartip.core.people.actors import in_force
from tartip.core.people.errors import BadAccount
from tartip.core.people.holders import HELD, must_be_held
from tartip.core.people.models import Account, AccountRequest, Appointment, Role, Shift
from tartip.core.people.names import account_named, actor_name
from tartip.core.territory import tree
from tartip.core.time import now
from tartip.errors import TartipError

Kind = AccountRequest.Kind
TERM = "account-request"
# Whoever holds one of these decides about others, so nobody loses it by the word of one person.
GUARDED = frozenset({Role.ADMINISTRATOR, Role.SUPERVISOR})
# These speak of the whole log-in: all of its running appointments must lie under the administrator.
OF_THE_WHOLE = frozenset({Kind.PASSWORD, Kind.CLOSE, Kind.REOPEN})
# These end with a one-time password; each of the two persons gets one half of it.
WITH_PASSWORD = frozenset({Kind.OPEN, Kind.PASSWORD, Kind.REOPEN})


class AboutOneself(TartipError):
    code = "account.about_oneself"
    text = "Nobody asks or decides about an account of one's own."
    http_status = 403


class Elsewhere(TartipError):
    code = "account.elsewhere"
    text = "The account works outside of your territory too: an administrator of the territory above does this."
    http_status = 403


class AskerGone(TartipError):
    code = "account.asker_gone"
    text = "Whoever asked is no administrator here any more. Refuse this and ask anew."
    http_status = 409


class AlreadySo(TartipError):
    code = "account.already_so"
    text = "The account stands like this already: nothing is left to ask for."
    http_status = 409


class NeedsTwo(TartipError):
    code = "account.needs_two"
    text = "One person cannot end this appointment: ask for it, and another administrator confirms."
    http_status = 409


@predicate("not asked by oneself")
def asked_by_another(actor: Actor, request: AccountRequest | None = None) -> bool:
    """Under whichever account one asked."""
    return request is None or not actor.is_self(request.asked_by)


@predicate("asked by oneself")
def asked_by_oneself(actor: Actor, request: AccountRequest | None = None) -> bool:
    return request is None or actor.is_self(request.asked_by)


@predicate("not about one's own account")
def about_another(actor: Actor, request: AccountRequest | None = None) -> bool:
    return request is None or not is_own(actor, request.account)


administers = in_territory & has_role("administrator")
decides = administers & asked_by_another & about_another


def is_own(actor: Actor, account: Account) -> bool:
    """Whether the account is the actor's, or another one of the same person. Asks for the number as it is now."""
    if actor.is_self(actor_name(account.pk)):
        return True
    if not account.holder or actor.account is None:
        return False
    return Account.objects.filter(pk=actor.account, holder=account.holder).exists()


def top_of(account: Account) -> str:
    """The territory that holds all running appointments of the account; without one, the newest that ended.

    An account that never had an appointment belongs where it was asked for.
    """
    running = Appointment.objects.filter(in_force(now()), account=account).values_list("territory_id", flat=True)
    places = set(running)
    if not places:
        last = Appointment.objects.filter(account=account).order_by("-id").values_list("territory_id", flat=True)
        asked = AccountRequest.objects.filter(account=account).order_by("id").values_list("territory_id", flat=True)
        return last.first() or asked.first() or "KZ"
    shared = set.intersection(*({*tree.ancestors(place), place} for place in places))
    return max(shared, key=lambda place: len(tree.ancestors(place)))


def must_administer(actor: Actor, account: Account) -> None:
    """Raises Elsewhere where the account works beside or above the actor's territory."""
    if not tree.contains(actor.territory, top_of(account)):
        raise Elsewhere


@act(
    "account.ask",
    names={"kk": "Екінші адамнан сұрау", "ru": "Попросить второго", "en": "Ask the second person"},
    done={"kk": "Екінші адамнан сұралды", "ru": "Попросили второго", "en": "The second person was asked"},
    ground="order-706",
    creates=AccountRequest,
    may=administers & about_another,
    clocks=Clocks(starts={TERM: "asked_at"}),
    inner=True,
)
def ask(
    actor: Actor,
    *,
    kind: str,
    account: Account,
    territory: str,
    appointment: Appointment | None = None,
    role: str = "",
    valid_to: datetime | None = None,
    order_number: str = "",
) -> AccountRequest:
    """One administrator asks. Closing takes effect at once, because delay would do the harm; the rest waits."""
    account = Account.objects.select_for_update(no_key=True).get(pk=account.pk)
    request = AccountRequest(
        kind=kind, account=account, appointment=appointment, role=role, territory_id=territory, valid_to=valid_to,
        order_number=order_number, asked_by=actor.name, asked_at=doing().at,
    )  # fmt: skip
    if is_own(actor, account):
        raise AboutOneself
    _expire_old(request)
    _check(actor, request)
    if kind == Kind.CLOSE:
        accounts.disable(account, actor)
    return request


@act(
    "account.confirm",
    names={"kk": "Растау", "ru": "Подтвердить", "en": "Confirm"},
    done={"kk": "Екінші адам растады", "ru": "Подтвердил второй", "en": "Confirmed by the second person"},
    ground="order-706",
    of=AccountRequest,
    may=decides,
    moves={"asked": "confirmed"},
    clocks=Clocks(stops=[TERM]),
    within=[TERM],
    locks=["request.appointment"],
    inner=True,
)
def confirm(actor: Actor, request: AccountRequest) -> AccountRequest | str:
    """The second person confirms, and it is done. Gives the second half of the one-time password where there is one."""
    account = request.account = Account.objects.select_for_update(no_key=True).get(pk=request.account_id)
    if is_own(actor, account):
        raise AboutOneself
    _check_asker(request)
    if request.kind != Kind.CLOSE:
        _check(actor, request)
    _decide(actor, request)
    return _carry_out(actor, request, account)


@act(
    "account.refuse",
    names={"kk": "Бас тарту", "ru": "Отклонить", "en": "Refuse"},
    done={"kk": "Екінші адам бас тартты", "ru": "Отклонил второй", "en": "Refused by the second person"},
    ground="order-706",
    of=AccountRequest,
    may=decides,
    moves={"asked": "refused"},
    clocks=Clocks(stops=[TERM]),
    inner=True,
)
def refuse(actor: Actor, request: AccountRequest) -> AccountRequest:
    """The second person refuses. An account that was closed at once is open again, as it was."""
    account = Account.objects.select_for_update(no_key=True).get(pk=request.account_id)
    _decide(actor, request)
    if request.kind == Kind.CLOSE:
        must_administer(actor, account)
        if not account.is_active and not _closed_again(request):
            accounts.undo_closing(account, actor=actor)
    return request


@act(
    "account.withdraw",
    names={"kk": "Өтінішті қайтарып алу", "ru": "Отозвать просьбу", "en": "Withdraw the request"},
    done={"kk": "Өтініш қайтарып алынды", "ru": "Просьба отозвана", "en": "The request was withdrawn"},
    ground="order-706",
    of=AccountRequest,
    may=administers & asked_by_oneself,
    moves={"asked": "withdrawn"},
    clocks=Clocks(stops=[TERM]),
    inner=True,
)
def withdraw(actor: Actor, request: AccountRequest) -> AccountRequest:
    """Whoever asked takes it back. A closing is done already: the second person decides about it."""
    if request.kind == Kind.CLOSE:
        raise BadAccount(field="kind", rule="the account is closed already: the second person decides about it")
    return _decide(actor, request)


@act(
    "account.expire",
    names={"kk": "Өтініштің мерзімін аяқтау", "ru": "Завершить срок просьбы", "en": "End the request by its term"},
    done={"kk": "Өтініш уақытында расталмады", "ru": "Просьба не подтверждена в срок", "en": "Not confirmed in time"},
    ground="order-706",
    of=AccountRequest,
    may=is_system,
    moves={"asked": "expired"},
    clocks=Clocks(stops=[TERM]),
    inner=True,
)
def expire(actor: Actor, request: AccountRequest) -> AccountRequest:
    """Nobody confirmed within the term. What was closed at once stays closed."""
    return _decide(actor, request)


def due_of(request: AccountRequest) -> datetime | None:
    """When the request ends by itself."""
    return Clock.objects.filter(subject=request.pk, rule=TERM).values_list("due_at", flat=True).first()


@in_one_transaction
def end_appointment(actor: Actor, appointment: Appointment) -> None:
    """End an appointment by the word of one person. Raises NeedsTwo for one that decides about others."""
    if appointment.role in GUARDED:
        raise NeedsTwo
    _end(actor, appointment)


@in_one_transaction
def end_session(actor: Actor, account: Account, session_id: str) -> bool:
    must_administer(actor, account)
    return sessions.end_one(account, session_id, actor=actor)


@in_one_transaction
def revoke_token(actor: Actor, account: Account, token: str) -> None:
    must_administer(actor, account)
    accounts.revoke(account, token, actor)


@in_one_transaction
def issue_token(actor: Actor, account: Account, *, role: str, name: str) -> str:
    """A key of the API for a tablet or a neighbouring system. Raises BadAccount for a role of persons.

    A key of a judge or an administrator would be that person: nobody issues one for somebody else.
    """
    must_administer(actor, account)
    if role in HELD:
        raise BadAccount(field="role", rule="a key for the role %(role)s would act as the person", role=role)
    return accounts.token(account, role=role, name=name, actor=actor)


def _end(actor: Actor, appointment: Appointment) -> None:
    for shift in Shift.objects.filter(appointment=appointment, state="on"):
        end_shift(actor, shift)
    dismiss(actor, appointment)


def _decide(actor: Actor, request: AccountRequest) -> AccountRequest:
    request.decided_by, request.decided_at = actor.name, doing().at
    return request


def _check(actor: Actor, request: AccountRequest) -> None:
    """Whether what is asked for can be done as things stand; asked again when it is confirmed."""
    account, kind = request.account, request.kind
    if kind in OF_THE_WHOLE:
        must_administer(actor, account)
    if kind in (Kind.OPEN, Kind.APPOINT):
        _check_appointing(request)
    if kind == Kind.OPEN and (account.is_active or account.appointments.exists()):
        raise AlreadySo
    if kind in (Kind.APPOINT, Kind.PASSWORD, Kind.CLOSE) and not account.is_active:
        raise AlreadySo
    if kind == Kind.REOPEN and (account.is_active or not account.appointments.exists()):
        raise AlreadySo
    ending = request.appointment
    if kind == Kind.END and (ending is None or ending.account_id != account.pk or ending.state != "in_force"):
        raise AlreadySo


def _check_appointing(request: AccountRequest) -> None:
    if request.role not in Role.values:
        raise BadAccount(field="role", rule="must be one of %(allowed)s", allowed=", ".join(Role.values))
    if request.valid_to is not None and request.valid_to <= now():
        raise BadAccount(field="valid_to", rule="must lie in the future")
    must_be_held(request.account.holder, request.role)
    same = Appointment.objects.filter(in_force(now()), account=request.account, role=request.role)
    if same.filter(territory=request.territory_id).exists():
        raise AlreadySo


def _check_asker(request: AccountRequest) -> None:
    """Whoever asked must still be an administrator of the territory: nobody is bound by one who was dismissed."""
    asker = account_named(request.asked_by)
    held = Appointment.objects.filter(in_force(now()), role=Role.ADMINISTRATOR, account__is_active=True)
    places = held.filter(account=asker).values_list("territory_id", flat=True) if asker else ()
    if not any(tree.contains(place, request.territory_id) for place in places):
        raise AskerGone


def _carry_out(actor: Actor, request: AccountRequest, account: Account) -> AccountRequest | str:
    half = accounts.half_password()
    password = f"{accounts.half_for(request.pk)}-{half}"
    if request.kind == Kind.OPEN:
        accounts.open_entered(account, password, role=request.role, actor=actor)
    if request.kind in (Kind.OPEN, Kind.APPOINT):
        place, until = request.territory_id, request.valid_to
        appoint(actor, account=account, role=request.role, territory=place, valid_to=until)
    elif request.kind == Kind.END and request.appointment is not None:
        _end(actor, request.appointment)
    elif request.kind == Kind.PASSWORD:
        accounts.reset(account, password, actor)
    elif request.kind == Kind.REOPEN:
        accounts.reopen(account, password, actor=actor)
    return half if request.kind in WITH_PASSWORD else request


def _expire_old(request: AccountRequest) -> None:
    """One whose term is over must not stand in the way of a new one until the background process comes by."""
    old = AccountRequest.objects.filter(account=request.account, kind=request.kind, state="asked").first()
    if old is not None and (due := due_of(old)) is not None and due < now():
        expire(system("people"), old)


def _closed_again(request: AccountRequest) -> bool:
    """Whether somebody closed the account once more since: that closing stands."""
    entries = Entry.objects.filter(register="account", subject=request.account_id, act="account.disable")
    return entries.filter(occurred_at__gte=request.asked_at).count() > 1
