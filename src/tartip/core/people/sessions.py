"""Log-ins in the journal, and how long one lasts: without work, and at all."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, cast
from uuid import UUID

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from tartip.core import law
from tartip.core.acts.actor import Actor
from tartip.core.ids import new_id
from tartip.core.journal import entries
from tartip.core.people import brakes
from tartip.core.people.clients import address_of
from tartip.core.people.identifiers import lookup
from tartip.core.people.languages import at_log_in
from tartip.core.people.models import Account, Appointment, Session
from tartip.core.time import now

OPEN, REFUSED, CLOSE = "session.open", "session.refused", "session.close"
SESSION_NAMES = {
    OPEN: {"kk": "Жүйеге кірді", "ru": "Выполнен вход", "en": "Logged in"},
    REFUSED: {"kk": "Кіруден бас тартылды", "ru": "Вход отклонён", "en": "Log-in refused"},
    CLOSE: {"kk": "Жүйеден шықты", "ru": "Выполнен выход", "en": "Logged out"},
    "account.add": {"kk": "Есептік жазба ашылды", "ru": "Учётная запись открыта", "en": "Account opened"},
    "account.enter": {
        "kk": "Есептік жазба енгізілді, әлі ашылған жоқ",
        "ru": "Учётная запись заведена, ещё не открыта",
        "en": "Account entered, not open yet",
    },
    "account.reopen": {
        "kk": "Есептік жазба қайта ашылды",
        "ru": "Учётная запись открыта снова",
        "en": "Account opened again",
    },
    "account.holder_read": {
        "kk": "Жеке нөмір қаралды",
        "ru": "Просмотрен личный номер",
        "en": "Personnel number looked at",
    },
    "account.holder": {
        "kk": "Есептік жазбаның иесі көрсетілді",
        "ru": "Указан держатель учётной записи",
        "en": "Holder of the account entered",
    },
    "account.reset": {"kk": "Кіру деректері жаңартылды", "ru": "Вход выдан заново", "en": "Log-in issued anew"},
    "account.disable": {"kk": "Есептік жазба жабылды", "ru": "Учётная запись закрыта", "en": "Account closed"},
    "account.token": {"kk": "API кілті берілді", "ru": "Выдан ключ API", "en": "API key issued"},
    "account.revoke": {"kk": "API кілті қайтарып алынды", "ru": "Ключ API отозван", "en": "API key revoked"},
    "account.password": {"kk": "Құпиясөз ауыстырылды", "ru": "Пароль сменён", "en": "Password changed"},
    "account.factors": {
        "kk": "Екінші факторлар өзгертілді",
        "ru": "Изменены вторые факторы",
        "en": "Second factors changed",
    },
    "account.rehash": {
        "kk": "Құпиясөздің хэші жаңартылды",
        "ru": "Хэш пароля обновлён",
        "en": "Password hashed anew",
    },
    "account.shift_ended": {
        "kk": "Ауысымды басқа адам аяқтады",
        "ru": "Смену закончил другой",
        "en": "Shift ended by somebody else",
    },
}
GROUND = "order-706"
BEGAN, SEEN = "began", "seen"
STEP = 60  # a session is written again at most once a minute


@dataclass(frozen=True, slots=True)
class Running:
    """A log-in as an administrator sees it."""

    id: str
    began: datetime
    seen: datetime


@dataclass(frozen=True, slots=True)
class Limit:
    """After `idle` without a request, or `whole` after the log-in, one logs in again."""

    idle: timedelta
    whole: timedelta


# Posts stand in secure rooms and are handed over with the shift: a lock in the middle of an alarm costs lives. A crew's
# tablet is left in a car. Whoever changes other people's rights is asked most often.
POST = Limit(idle=timedelta(hours=12), whole=timedelta(hours=13))
DESK = Limit(idle=timedelta(minutes=30), whole=timedelta(hours=12))
LIMITS: Mapping[str, Limit] = {
    "operator": POST,
    "dispatcher": POST,
    "supervisor": POST,
    "patrol": Limit(idle=timedelta(hours=2), whole=timedelta(hours=13)),
    "administrator": Limit(idle=timedelta(minutes=15), whole=timedelta(hours=8)),
}


def limit_of(role: str) -> Limit:
    return LIMITS.get(role, DESK)


def seconds() -> int:
    return int(now().timestamp())


def ended(request: HttpRequest, role: str) -> str:
    """Why this session is over: "idle", "whole", or "" while it lasts. A request that is let in counts as work."""
    moment, session = seconds(), request.session
    session.setdefault(BEGAN, moment)
    seen = session.setdefault(SEEN, moment)
    if why := is_over(session, role):
        return why
    if moment - seen >= STEP:
        session[SEEN] = moment
    return ""


def is_over(session: SessionBase | Mapping[str, Any], role: str) -> str:
    """The same question asked from aside, by a long connection: it is no work and changes nothing."""
    moment, limit = seconds(), limit_of(role)
    if moment - session.get(BEGAN, moment) > limit.whole.total_seconds():
        return "whole"
    if moment - session.get(SEEN, moment) > limit.idle.total_seconds():
        return "idle"
    return ""


def on_open(sender: object, request: HttpRequest, user: Account, **_: Any) -> None:
    request.session[BEGAN] = request.session[SEEN] = seconds()
    request.tartip_language = at_log_in(request, user)  # type: ignore[attr-defined]
    brakes.remember(request, user.username)
    methods = [record["method"] for record in request.session.get("account_authentication_methods", [])]
    record(OPEN, user, actor=f"person:{user.pk}", payload={"by": ", ".join(methods), **_from(request)})


def on_close(sender: object, request: HttpRequest, user: Account | AnonymousUser | None, **_: Any) -> None:
    if isinstance(user, Account):
        why = getattr(request, "tartip_ending", "asked")
        record(CLOSE, user, actor=f"person:{user.pk}", payload={"why": why})


def running(accounts: Collection[Account]) -> dict[UUID, list[Running]]:
    """The log-ins of accounts that have not ended, the newest first."""
    by_id = {account.pk: account for account in accounts}
    found: dict[UUID, list[Running]] = {pk: [] for pk in by_id}
    roles = dict(Appointment.objects.filter(account__in=by_id, state="in_force").values_list("account", "role"))
    for row in Session.objects.filter(account_id__in=by_id, expire_date__gt=now()):
        account, values = by_id[cast("UUID", row.account_id)], row.get_decoded()
        # After a change of the password, and after the limits of the role, the row is there but opens nothing.
        alive = constant_time_compare(values.get(HASH_SESSION_KEY, ""), account.get_session_auth_hash())
        if alive and not is_over(values, roles.get(account.pk, "")):
            began, seen = (datetime.fromtimestamp(values.get(name, seconds()), UTC) for name in (BEGAN, SEEN))
            found[account.pk].append(Running(id_of(row.session_key), began, seen))
    for listed in found.values():
        listed.sort(key=lambda one: one.began, reverse=True)
    return found


def id_of(session_key: str) -> str:
    """How pages name a session. Its key opens it, so nobody else is shown the key."""
    return sha256(f"session:{session_key}".encode()).hexdigest()[:12]


def end_one(account: Account, session_id: str, *, actor: Actor) -> bool:
    """End one log-in of an account; its screens close by the entry. False where it has ended already."""
    for row in Session.objects.filter(account_id=account.pk):
        if id_of(row.session_key) == session_id:
            row.delete()
            record(CLOSE, account, actor=actor.name, payload={"why": "administrator"}, role=actor.role)
            return True
    return False


def end_all(account: Account) -> None:
    """End every log-in of an account; the entry of the act that does so closes the screens."""
    Session.objects.filter(account_id=account.pk).delete()


def on_wrong_password(
    sender: object, credentials: dict[str, Any], request: HttpRequest | None = None, **_: Any
) -> None:
    refused(request, str(credentials.get("username", "")), "credentials")


def on_wrong_factor(sender: object, request: HttpRequest, user: Account, **_: Any) -> None:
    refused(request, user.username, "second factor")


def refused(request: HttpRequest | None, typed: str, why: str) -> None:
    """A refused log-in. What was typed may be a password in the wrong field: only its keyed hash is kept."""
    typed = typed.strip()
    payload = {"typed": lookup("username", typed.lower()).hex(), "why": why, **_from(request)}
    record(REFUSED, Account.objects.filter(username__iexact=typed).first(), actor="nobody", payload=payload)


def record(act: str, account: Account | None, *, actor: str, payload: dict[str, Any], role: str = "") -> None:
    """One entry about an account; it is no record of a register, so its version is 0.

    `role` is that of the one who acts; left out, a person acts on an account of his own.
    """
    first = Appointment.objects.filter(account=account, state="in_force").order_by("id").first() if account else None
    moment = now()
    with transaction.atomic():
        entries.write(
            entries.Header(
                id=new_id(), origin=settings.NODE, recorded_at=moment, occurred_at=moment, act=act, actor=actor,
                role=role or (first.role if first and actor.startswith("person:") else ""), on_behalf="",
                territory=first.territory_id if first else "KZ", register="account",
                subject=account.pk if account else None, version=0, cause=None, ground=GROUND,
                edition=law.edition_text(GROUND, moment), purpose="",
            ),
            payload,
        )  # fmt: skip


def _from(request: HttpRequest | None) -> dict[str, str]:
    address = address_of(request) if request is not None else ""
    return {"from": address} if address else {}
