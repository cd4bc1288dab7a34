"""From a request to an Actor: which appointment somebody works under, by session or by token."""

from __future__ import annotations

import hashlib
import secrets
import uuid
from datetime import datetime
from typing import cast

from django.db import connection
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from tartip.core.acts.actor import Actor
from tartip.core.people.models import Account, Appointment, Shift, Token
from tartip.core.people.names import actor_name
from tartip.core.time import now
from tartip.errors import TartipError

SESSION_KEY = "appointment"
TOKEN_PREFIX = "tartip_"  # noqa: S105 (a prefix by which leaked tokens are found, no secret)


# The other accounts of the person who holds account c, closed ones too: what one did under them stays one's own. In one
# order, because a screen compares its actor with a fresh one.
ALSO = """ARRAY(SELECT 'person:' || o.id FROM people_account o
  WHERE o.holder = c.holder AND o.holder <> '' AND o.id <> c.id ORDER BY o.id)"""
# Every call of a device or a neighbour starts here: one query for token, account, appointment, shift and person.
ACTOR_BY_KEY = f"""
SELECT a.account_id, a.role, a.territory_id,
  EXISTS (SELECT 1 FROM people_shift s WHERE s.appointment_id = a.id AND s.state = 'on'), {ALSO}
FROM people_token t JOIN people_appointment a ON a.id = t.appointment_id JOIN people_account c ON c.id = a.account_id
WHERE t.digest = %s AND t.revoked_at IS NULL AND c.is_active AND a.state = 'in_force'
  AND a.valid_from <= %s AND (a.valid_to IS NULL OR a.valid_to > %s)
"""  # noqa: S608
SHIFT_AND_PERSON = f"""
SELECT EXISTS (SELECT 1 FROM people_shift s WHERE s.appointment_id = %s AND s.state = 'on'), {ALSO}
FROM people_account c WHERE c.id = %s
"""  # noqa: S608


class NotLoggedIn(TartipError):
    code = "auth.required"
    text = "Log in, or send a valid token: Authorization: Bearer …"
    http_status = 401


class NoAppointment(TartipError):
    code = "auth.no_appointment"
    text = "This log-in has no appointment in force."
    http_status = 403


def in_force(at: datetime) -> Q:
    return Q(state="in_force", valid_from__lte=at) & (Q(valid_to=None) | Q(valid_to__gt=at))


def actor_of(request: HttpRequest) -> Actor:
    """Who is asking. Raises NotLoggedIn or NoAppointment; a disabled account or ended appointment counts at once."""
    cached = getattr(request, "_tartip_actor", None)
    if cached is None:
        cached = _by_token(request) or _by_session(request)
        request._tartip_actor = cached  # type: ignore[attr-defined]
    return cast("Actor", cached)


def acting(request: HttpRequest) -> Actor:
    """The actor of an API call, as the API's door found it."""
    return cast("Actor", request.auth)  # type: ignore[attr-defined]


def page_actor(request: HttpRequest) -> Actor:
    """The actor of a page: by session only. Pages turn its errors into a log-in or an error page (middleware)."""
    return actor_of(request)


def appointment_actor(appointment: Appointment, on_behalf: str = "") -> Actor:
    with connection.cursor() as cursor:
        cursor.execute(SHIFT_AND_PERSON, (appointment.pk, appointment.account_id))
        on_shift, also = cursor.fetchone()
    return Actor(
        name=actor_name(appointment.account_id),
        role=appointment.role,
        territory=appointment.territory_id,
        account=appointment.account_id,
        also=tuple(also),
        on_shift=on_shift,
        on_behalf=on_behalf,
    )


def shift_began(account: uuid.UUID) -> datetime | None:
    """When the account's running shift began; None for one who is not on shift."""
    running = Shift.objects.filter(appointment__account=account, state="on").order_by("began_at")
    return running.values_list("began_at", flat=True).first()


def appointments_of(account: Account) -> QuerySet[Appointment]:
    return Appointment.objects.filter(in_force(now()), account=account).order_by("id")


def chosen_appointment(request: HttpRequest) -> Appointment | None:
    """The appointment the session works under: the chosen one while it is in force, or the first."""
    if not hasattr(request, "_tartip_appointment"):
        found = list(appointments_of(cast("Account", request.user)))
        chosen = request.session.get(SESSION_KEY)
        first = found[0] if found else None
        request._tartip_appointment = next((a for a in found if str(a.pk) == chosen), first)  # type: ignore[attr-defined]
    return cast("Appointment | None", request._tartip_appointment)  # type: ignore[attr-defined]


def _by_session(request: HttpRequest) -> Actor:
    user = request.user
    if not user.is_authenticated or not isinstance(user, Account):
        raise NotLoggedIn
    appointment = chosen_appointment(request)
    if appointment is None:
        raise NoAppointment
    return appointment_actor(appointment)


def names_key(request: HttpRequest) -> bool:
    """Whether the request is judged by a key and not by its session; the one reading of that header."""
    return bool(request.headers.get("Authorization"))


def is_known(request: HttpRequest) -> bool:
    """Whether the request is one of staff, by key or by log-in. What belongs to a receipt's holder alone asks this."""
    return names_key(request) or request.user.is_authenticated


def _by_token(request: HttpRequest) -> Actor | None:
    if not names_key(request):
        return None
    scheme, _, secret = request.headers["Authorization"].partition(" ")
    if scheme.lower() != "bearer" or not secret:
        raise NotLoggedIn
    with connection.cursor() as cursor:
        moment = now()
        cursor.execute(ACTOR_BY_KEY, (_digest(secret.strip()), moment, moment))
        found = cursor.fetchone()
    if found is None:
        raise NotLoggedIn
    account, role, territory, on_shift, also = found
    return Actor(
        name=actor_name(account), role=role, territory=territory, account=account, also=tuple(also), on_shift=on_shift
    )


def make_token(appointment: Appointment, name: str) -> str:
    """A new token; this is the only time it is seen in clear."""
    secret = TOKEN_PREFIX + secrets.token_urlsafe(32)
    Token.objects.create(digest=_digest(secret), appointment=appointment, name=name, made_at=now())
    return secret


def key_of(secret: str) -> str:
    """The token as lists and entries name it: the beginning of its hash."""
    return _digest(secret).hex()[:12]


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
