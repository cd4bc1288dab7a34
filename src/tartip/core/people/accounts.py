"""Opening, closing and renewing accounts: what an administrator does at the command line. Each leaves an entry."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.http import HttpRequest

from tartip.core.acts import Actor, system
from tartip.core.people import sessions
from tartip.core.people.actions import appoint
from tartip.core.people.actors import appointments_of, make_token
from tartip.core.people.models import Account, Role
from tartip.core.territory import tree
from tartip.core.time import now
from tartip.errors import TartipError

# Read aloud and typed once: no 0, 1, i, l, o. 20 of 31 letters are 99 bits.
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
ONE_TIME_LASTS = timedelta(days=3)
COMMAND = system("command")


class BadAccount(TartipError):
    code = "account.bad"
    text = "%(field)s: %(rule)s."
    http_status = 422


def add(username: str, *, name: str, role: str, territory: str, language: str = "kk") -> str:
    """A new account in a role over a territory; gives its one-time password, which is stored nowhere in clear."""
    if Account.objects.filter(username__iexact=username).exists():
        raise BadAccount(field="username", rule="%(name)s is taken", name=username)
    if not username.strip() or len(username) > 64 or not username.isprintable() or " " in username:
        raise BadAccount(field="username", rule="must be 1 to 64 characters without spaces")
    _known_role(role)
    if territory not in tree.current():
        raise BadAccount(field="territory", rule="%(territory)s is no territory", territory=territory)
    if language not in ("kk", "ru", "en"):
        raise BadAccount(field="language", rule="must be kk, ru or en")
    password = one_time_password()
    with transaction.atomic():
        account = Account.objects.create_user(
            username, password, display_name=name, language=language, one_time_until=now() + ONE_TIME_LASTS
        )
        appoint(COMMAND, account=account, role=role, territory=territory)
        _entry("account.add", account, {"role": role})
    return password


def reset(account: Account) -> str:
    """A new one-time password; second factors are taken away and every session ends (it hangs on the old hash)."""
    password = one_time_password()
    with transaction.atomic():
        account.set_password(password)
        account.one_time_until = now() + ONE_TIME_LASTS
        account.save()
        Authenticator.objects.filter(user=account).delete()
        _entry("account.reset", account, {})
    return password


def disable(account: Account) -> None:
    """Nobody logs in as this account any more; sessions and tokens are refused from the next request on."""
    with transaction.atomic():
        account.is_active = False
        account.save(update_fields=["is_active"])
        _entry("account.disable", account, {})


def token(account: Account, *, role: str, name: str) -> str:
    """A key of the API under the account's appointment in this role."""
    _known_role(role)
    appointment = appointments_of(account).filter(role=role).first()
    if appointment is None:
        raise BadAccount(
            field="role", rule="%(name)s has no appointment as %(role)s in force", name=account.username, role=role
        )
    with transaction.atomic():
        secret = make_token(appointment, name)
        _entry("account.token", account, {"name": name, "role": role})
    return secret


def find(username: str) -> Account:
    account = Account.objects.filter(username=username).first()
    if account is None:
        raise BadAccount(field="username", rule="there is no %(name)s", name=username)
    return account


def one_time_password() -> str:
    letters = "".join(secrets.choice(LETTERS) for _ in range(20))
    return "-".join(letters[start : start + 5] for start in range(0, 20, 5))


def on_own_password(sender: object, request: HttpRequest, user: Account, **_: Any) -> None:
    if user.one_time_until is not None:
        user.one_time_until = None
        user.save(update_fields=["one_time_until"])


def _known_role(role: str) -> None:
    if role not in Role.values:
        raise BadAccount(field="role", rule="must be one of %(allowed)s", allowed=", ".join(Role.values))


def _entry(act: str, account: Account, payload: dict[str, Any], actor: Actor = COMMAND) -> None:
    sessions.record(act, account, actor=actor.name, payload=payload)
