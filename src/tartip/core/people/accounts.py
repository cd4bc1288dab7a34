"""Opening, closing and renewing accounts, at the command line and on the pages of `/people/`. Each leaves an entry."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.http import HttpRequest

from tartip.core.acts import Actor, in_one_transaction, system
from tartip.core.people import commitment, sessions
from tartip.core.people.actions import appoint
from tartip.core.people.actors import appointments_of, in_force, key_of, make_token
from tartip.core.people.errors import BadAccount
from tartip.core.people.holders import HELD, checked_number, must_be_entered_anew, must_be_held
from tartip.core.people.identifiers import lookup
from tartip.core.people.models import Account, Appointment, Role, Token
from tartip.core.territory import tree
from tartip.core.time import now

# Read aloud and typed once: no 0, 1, i, l, o. 20 of 31 letters are 99 bits.
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
ONE_TIME_LASTS = timedelta(days=3)
COMMAND = system("command")


@dataclass(frozen=True, slots=True)
class Issued:
    """A key of the API as it may be shown."""

    id: str
    name: str
    role: str
    made_at: datetime
    revoked_at: datetime | None

    @property
    def role_name(self) -> str:
        return str(Role(self.role).label)


@dataclass(frozen=True, slots=True)
class Listed:
    """An account as its administrator sees it: `works` are role and territory of each appointment in force."""

    username: str
    open: bool
    holder: str
    works: list[str]
    lacks_holder: bool


def listed() -> list[Listed]:
    """All accounts by user name; `lacks_holder` where a role of persons is in force and nobody is named.

    So it is where the number was stored by a version that told apart what is one number now.
    """
    by_account: dict[UUID, list[Appointment]] = {}
    for one in Appointment.objects.filter(in_force(now())).order_by("id"):
        by_account.setdefault(one.account_id, []).append(one)
    found = []
    for account in Account.objects.order_by("username"):
        held = by_account.get(account.pk, [])
        named = account.holder and not must_be_entered_anew(account.holder)
        lacks = account.is_active and not named and any(one.role in HELD for one in held)
        works = [f"{one.role} {one.territory_id}" for one in held]
        found.append(Listed(account.username, account.is_active, account.holder, works, lacks))
    return found


@in_one_transaction
def add(username: str, *, name: str, role: str, territory: str, language: str = "", holder: str = "") -> str:
    """A new account in a role over a territory; gives its one-time password, which is stored nowhere in clear.

    Without `language` the pages follow the person's browser until one is chosen. `holder` is the personnel number of
    the person; a role of persons needs it. Raises BadAccount.
    """
    _known_role(role)
    if territory not in tree.current():
        raise BadAccount(field="territory", rule="%(territory)s is no territory", territory=territory)
    number = _checked(username, language=language, holder=holder)
    must_be_held(number, role)
    password = one_time_password()
    account = Account.objects.create_user(
        username,
        password,
        display_name=name,
        language=language,
        one_time_until=now() + ONE_TIME_LASTS,
        holder=number,
    )
    appoint(COMMAND, account=account, role=role, territory=territory)
    _entry("account.add", account, {"role": role})
    return password


def _checked(username: str, *, language: str, holder: str) -> str:
    """The number of the holder as it is stored. Raises BadAccount for what no account may be called."""
    if Account.objects.filter(username__iexact=username).exists():
        raise BadAccount(field="username", rule="%(name)s is taken", name=username)
    if not username.strip() or len(username) > 64 or not username.isprintable() or " " in username:
        raise BadAccount(field="username", rule="must be 1 to 64 characters without spaces")
    if language not in ("", "kk", "ru", "en"):
        raise BadAccount(field="language", rule="must be kk, ru or en")
    return checked_number(holder) if holder else ""


@in_one_transaction
def enter(username: str, *, name: str, holder: str, actor: Actor) -> Account:
    """An account that nobody can use yet: closed, without a password. `open_entered` opens it. Raises BadAccount."""
    number = _checked(username, language="", holder=holder)
    account = Account.objects.create_user(username, None, display_name=name, holder=number, is_active=False)
    _entry("account.enter", account, {}, actor)
    return account


@in_one_transaction
def open_entered(account: Account, password: str, *, role: str, actor: Actor) -> None:
    """Open what was entered; whoever holds it logs in with the one-time password."""
    _give_password(account, password)
    account.is_active = True
    account.save()
    _entry("account.add", account, {"role": role}, actor)


@in_one_transaction
def reopen(account: Account, password: str, *, actor: Actor) -> None:
    """Open a closed account again, with a new one-time password and without the old second factors."""
    _give_password(account, password)
    account.is_active = True
    account.save()
    _entry("account.reopen", account, {}, actor)


@in_one_transaction
def undo_closing(account: Account, *, actor: Actor) -> None:
    """Open an account as it was before it was closed: with its own password and second factors."""
    account.is_active = True
    account.save(update_fields=["is_active"])
    _entry("account.reopen", account, {}, actor)


@in_one_transaction
def hold(account: Account, number: str) -> None:
    """Enter or correct who holds the account, by the personnel number; an empty one where no role of persons needs it.

    From the next request on, and for what was done before, the accounts of that person are one person.
    """
    number = checked_number(number) if number else ""
    Account.objects.select_for_update(no_key=True).get(pk=account.pk)
    for role in appointments_of(account).filter(role__in=HELD).values_list("role", flat=True):
        must_be_held(number, role)
    account.holder = number
    account.save(update_fields=["holder"])
    _entry("account.holder", account, {})


@in_one_transaction
def reset(account: Account, password: str = "", actor: Actor = COMMAND) -> str:
    """A new one-time password; second factors are taken away and every session ends (it hangs on the old hash)."""
    password = password or one_time_password()
    _give_password(account, password)
    account.save()
    _entry("account.reset", account, {}, actor)
    return password


def _give_password(account: Account, password: str) -> None:
    account.set_password(password)
    account.one_time_until = now() + ONE_TIME_LASTS
    Authenticator.objects.filter(user=account).delete()
    sessions.end_all(account)


@in_one_transaction
def disable(account: Account, actor: Actor = COMMAND) -> None:
    """Nobody logs in as this account any more; sessions and tokens are refused from the next request on."""
    account.is_active = False
    account.save(update_fields=["is_active"])
    sessions.end_all(account)
    _entry("account.disable", account, {}, actor)


@in_one_transaction
def look_at_holder(account: Account, actor: Actor) -> str:
    """The personnel number of who holds the account. Whoever looks at it leaves an entry."""
    _entry("account.holder_read", account, {}, actor)
    return account.holder


@in_one_transaction
def token(account: Account, *, role: str, name: str, actor: Actor = COMMAND) -> str:
    """A key of the API under the account's appointment in this role."""
    _known_role(role)
    appointment = appointments_of(account).filter(role=role).first()
    if appointment is None:
        raise BadAccount(
            field="role", rule="%(name)s has no appointment as %(role)s in force", name=account.username, role=role
        )
    secret = make_token(appointment, name)
    said = {"name": name, "role": role, "key": key_of(secret), "appointment": str(appointment.pk)}
    _entry("account.token", account, said, actor)
    return secret


def tokens(account: Account) -> list[Issued]:
    """The account's keys, the newest first. A key is named by the beginning of its hash; itself it is shown never."""
    rows = Token.objects.filter(appointment__account=account).select_related("appointment").order_by("-made_at")
    return [
        Issued(bytes(one.digest).hex()[:12], one.name, one.appointment.role, one.made_at, one.revoked_at)
        for one in rows
    ]


@in_one_transaction
def revoke(account: Account, token: str, actor: Actor = COMMAND) -> None:
    """One of the account's keys opens nothing from the next call on, and its streams end."""
    mine = Token.objects.select_for_update(of=("self",)).filter(appointment__account=account)
    named = [one for one in mine if len(token) >= 4 and bytes(one.digest).hex().startswith(token.lower())]
    if len(named) != 1:
        raise BadAccount(field="token", rule="%(name)s has no key %(token)s", name=account.username, token=token[:64])
    (found,) = named
    if found.revoked_at is None:
        found.revoked_at = now()
        found.save(update_fields=["revoked_at"])
        _entry("account.revoke", account, {"name": found.name, "key": bytes(found.digest).hex()[:12]}, actor)


def find(username: str) -> Account:
    account = Account.objects.filter(username=username).first()
    if account is None:
        raise BadAccount(field="username", rule="there is no %(name)s", name=username)
    return account


def one_time_password() -> str:
    return f"{half_password()}-{half_password()}"


def half_password() -> str:
    """Ten letters, 49 bits: what each of two administrators hands over."""
    letters = [secrets.choice(LETTERS) for _ in range(10)]
    return "".join(letters[:5]) + "-" + "".join(letters[5:])


def half_for(identity: UUID) -> str:
    """The half that belongs to a request: worked out by a secret key and stored nowhere."""
    number = int.from_bytes(lookup("half of a password", str(identity)))
    letters = [LETTERS[number // len(LETTERS) ** place % len(LETTERS)] for place in range(10)]
    return "".join(letters[:5]) + "-" + "".join(letters[5:])


def on_own_password(sender: object, request: HttpRequest, user: Account, **_: Any) -> None:
    """One's own password from now on. Sessions elsewhere hang on the old one; the entry ends their streams at once."""
    if user.one_time_until is not None:
        user.one_time_until = None
        user.save(update_fields=["one_time_until"])
    _entry("account.password", user, {}, _oneself(user))


def on_factors(sender: object, request: HttpRequest, user: Account, authenticator: Authenticator, **_: Any) -> None:
    """A second factor came, went, or was made anew."""
    _entry("account.factors", user, {"type": str(authenticator.type)}, _oneself(user))


def on_rehash(sender: object, account: Account, **_: Any) -> None:
    """The same password is stored in a newer way: Django does so at a log-in after its settings changed."""
    _entry("account.rehash", account, {}, _oneself(account))


def _oneself(account: Account) -> Actor:
    return Actor(name=f"person:{account.pk}", role="", territory="KZ")


def _role_of(actor: Actor) -> str:
    return "" if actor.role == "system" else actor.role


def _known_role(role: str) -> None:
    if role not in Role.values:
        raise BadAccount(field="role", rule="must be one of %(allowed)s", allowed=", ".join(Role.values))


@in_one_transaction
def _entry(act: str, account: Account, payload: dict[str, Any], actor: Actor = COMMAND) -> None:
    """Each entry commits to how the account stands after it (`commitment.py`); the audit compares."""
    # Of two acts on one account at once, the second commits to what the first left.
    Account.objects.select_for_update(no_key=True).get(pk=account.pk)
    stands = commitment.commit(account.pk)
    sessions.record(act, account, actor=actor.name, payload={**payload, "stands": stands}, role=_role_of(actor))
