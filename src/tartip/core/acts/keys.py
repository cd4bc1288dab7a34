"""Idempotency keys: one actor's key stands for one request. The same request again gets the same record.

A key with another request is refused: answering it with the first record would lose what the second one says.
Looking a key up locks it until the transaction ends, so that of two calls at once the second finds what the first did.
A transaction that found its key free need not ask again before its first act: nobody else can have used it meanwhile.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import asdict, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

import orjson
from django.db import IntegrityError, connection, models

from tartip.core.acts.actor import Actor
from tartip.core.acts.declare import Act, signature_of
from tartip.core.acts.errors import KeyReused
from tartip.core.registers.models import Record
from tartip.core.registers.register import utc_text

# Locks the key, then reads (migration journal.0007): one round trip.
FIND = "SELECT act, subject, request_hash FROM tartip_first_call(%s, %s)"

# Actor and key that this transaction has locked and found free; no act has been begun under it yet.
_free: ContextVar[tuple[str, str] | None] = ContextVar("tartip_free_key", default=None)


def request_hash(*parts: Any) -> bytes:
    """What a key is bound to: any values that say the same request, in one canonical form."""
    return hashlib.sha256(orjson.dumps([_plain(part) for part in parts], option=orjson.OPT_SORT_KEYS)).digest()


def hash_of_call(declared: Act, actor: Actor, args: Sequence[Any], kwargs: Mapping[str, Any]) -> bytes | None:
    """The hash of one act's call; a request of several acts says its own through `Actor.saying(request=…)`."""
    if actor.key is None:
        return None
    if actor.request is not None:
        return actor.request
    bound = signature_of(declared.function).bind(actor, *args, **kwargs)
    bound.apply_defaults()
    given = list(bound.arguments.items())[1:]  # without the actor
    return request_hash(declared.code, dict(given))


def hash_of_form(path: str, fields: Iterable[tuple[str, Any]]) -> bytes:
    """What the key of a posted form stands for: its address and what it says.

    Not the arguments of its acts: those may hold the present moment, or what the record was when the form arrived.
    """
    return request_hash(path, {name: said for name, said in fields if name not in ("csrfmiddlewaretoken", "key")})


def is_done(actor: Actor) -> bool:
    """Whether the request that the actor's key and hash name was done. Raises KeyReused for another request.

    Locks the key; for whoever decides something before the act itself. Must run inside its transaction.
    """
    found = None if actor.key is None or _is_free(actor) else wait_for_key(actor)
    if found is None:
        return False
    act, _, stored = found
    if stored is not None and bytes(stored) != actor.request:
        raise KeyReused(key=actor.key, act=act)
    return True


def first_done(actor: Actor, model: type[Record]) -> Record | None:
    """The record of this model that the first call under the actor's key and request made or changed; None before it.

    For whoever works out the arguments of an act inside its transaction. Raises KeyReused for another request.
    """
    found = None if actor.key is None or _is_free(actor) else wait_for_key(actor)
    if found is None:
        return None
    act, subject, stored = found
    record = model._default_manager.filter(pk=subject).first()
    if record is None or stored is None or bytes(stored) != actor.request:
        raise KeyReused(key=actor.key, act=act)
    record.repeated = True
    return record


def done_before(declared: Act, actor: Actor, request: bytes | None) -> Record | None:
    """The record of the first call under this key. Raises KeyReused where the key stood for another request.

    Must run inside the transaction of the act: the key is locked until it ends.
    """
    if _is_free(actor):
        _free.set(None)  # what this act writes is found by the next one
        return None
    found = wait_for_key(actor)
    if found is None:
        return None
    act, subject, stored = found
    # Entries from before the hash was kept have none.
    if act != declared.code or (stored is not None and bytes(stored) != request):
        raise KeyReused(key=actor.key, act=act)
    record = declared.model._default_manager.get(pk=subject)
    record.repeated = True
    return record


def wait_for_key(actor: Actor) -> tuple[Any, ...] | None:
    """Lock the actor's key until the transaction ends; act, subject and request hash of the first call, if any."""
    with connection.cursor() as cursor:
        cursor.execute(FIND, (actor.name, actor.key))
        found: tuple[Any, ...] | None = cursor.fetchone()
    return found


@contextmanager
def held(actor: Actor | None) -> Iterator[None]:
    """Lock the actor's key, if it has one, and remember whether it was free. Must enclose one transaction's acts."""
    try:
        if actor is not None and actor.key is not None:
            _free.set((actor.name, actor.key) if wait_for_key(actor) is None else None)
        yield
    finally:
        _free.set(None)  # whoever goes on in a larger transaction asks again


def _is_free(actor: Actor) -> bool:
    return actor.key is not None and _free.get() == (actor.name, actor.key)


def is_taken(error: IntegrityError) -> bool:
    """Whether an entry with the same key was written by somebody who did not lock the key."""
    return "journal_entry_key" in str(error)


def _plain(value: Any) -> Any:
    """JSON that is equal exactly where the values say the same."""
    if value is None or (isinstance(value, bool | int | str) and not isinstance(value, Enum)):
        return value if not isinstance(value, int) or abs(value) < 2**53 else str(value)
    if isinstance(value, models.Model):
        return [value._meta.label_lower, str(value.pk)]
    if isinstance(value, Enum):
        return _plain(value.value)
    if isinstance(value, datetime):
        return utc_text(value) if value.tzinfo else value.isoformat()
    if isinstance(value, uuid.UUID | date | Decimal):
        return str(value)
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value).hex()
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, set | frozenset):
        return sorted(orjson.dumps(_plain(item)).decode() for item in value)
    if is_dataclass(value) and not isinstance(value, type):
        return _plain(asdict(value))
    # Of anything else only its kind is compared: better a repetition than a refusal of the same request.
    return type(value).__qualname__
