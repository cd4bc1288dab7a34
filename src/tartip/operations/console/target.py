"""What a form was drawn for: one record, its version, and the key under which the act is done once.

A card on the screen may be older than the record, and an answer may come late. So every form carries these three, and
nothing is done to a record other than the one that was shown, or in a state the person did not see.
"""

from __future__ import annotations

import uuid
from dataclasses import replace

from django.http import HttpRequest

from tartip.core.acts import Actor
from tartip.core.acts.errors import Clash
from tartip.core.acts.keys import hash_of_form
from tartip.core.journal.models import Entry
from tartip.core.people.params import key_of, seen_of
from tartip.operations.console.errors import NoTarget, WrongTarget
from tartip.operations.incidents.models import Incident


def read(request: HttpRequest, actor: Actor, subject: uuid.UUID) -> Actor:
    """The actor with key and version of the form. Raises NoTarget, BadHeader, or WrongTarget for another record."""
    if request.POST.get("subject", "").lower() != str(subject):
        raise WrongTarget
    version = seen_of(request)
    if version is None:
        raise NoTarget
    return actor.saying(key=key(request), seen=version, request=hash_of(request))


def key(request: HttpRequest) -> str:
    """The key of the form, from the header (scripts) or its hidden field (a browser without scripts)."""
    found = key_of(request)
    if found is None:
        raise NoTarget
    return found


def hash_of(request: HttpRequest) -> bytes:
    """What the key of a form stands for."""
    return hash_of_form(request.path, request.POST.lists())


def unchanged(actor: Actor, incident: Incident) -> Incident:
    """The incident, locked, in the version the actor saw: for acts whose own record is another one.

    Raises Clash when it changed meanwhile, unless this very act was already done under the same key.
    """
    locked = Incident.objects.select_for_update(of=("self",)).get(pk=incident.pk)
    if actor.seen is not None and locked.version != actor.seen and not repeated(actor):
        acts = Entry.objects.filter(subject=incident.pk, version__gt=actor.seen).order_by("version")[:5]
        raise Clash(seen=actor.seen, now=locked.version, acts=", ".join(f"{row.act} · {row.role}" for row in acts))
    return locked


def repeated(actor: Actor) -> bool:
    """Whether an act was already done by this actor under this key."""
    return bool(actor.key) and Entry.objects.filter(actor=actor.name, key=actor.key).exists()


def elsewhere(actor: Actor) -> Actor:
    """The actor for an act on another record than the one whose version was seen; the key stays."""
    return replace(actor, seen=None)
