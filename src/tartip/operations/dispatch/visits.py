"""Whether a crew was at an incident, so that one person may close it: by the word of another, and at its very place."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

from tartip.core.acts import Actor
from tartip.core.journal.models import Entry
from tartip.core.places import metres_between
from tartip.operations.dispatch.models import Assignment
from tartip.operations.incidents import actions as incidents
from tartip.operations.incidents.models import Incident
from tartip.operations.incidents.places import Said, places_of, same_words

# A crew at one place is at another one that is no further away than this, beside what the callers did not know.
SAME_PLACE_METRES = 1_000


def confirmed(actor: Actor, assignments: Sequence[Assignment], step: str) -> list[Assignment]:
    """Those whose `step` is not the actor's word alone: another person said so.

    A crew that answers for itself is confirmed by whoever sent it, so it must not be the same person, in two roles or
    under two accounts.
    """
    own = Entry.objects.filter(subject__in=[row.pk for row in assignments], actor__in=actor.names)
    sent = set(own.filter(act="dispatch.send").values_list("subject", flat=True))
    said = own.filter(act=step)
    if actor.role == "patrol":
        said = said.exclude(role="patrol", subject__in=[row.pk for row in assignments if row.pk not in sent])
    alone = set(said.values_list("subject", flat=True))
    return [row for row in assignments if row.pk not in alone]


def attended(actor: Actor, incident: Incident) -> bool:
    """A crew was at the incident, and at each immediate one merged into it: there, or here after the merging."""
    within, left = {incident.pk: incident}, [incident]
    while left:
        merged = Incident.objects.filter(merged_into__in=left, state="merged").exclude(pk__in=within)
        left = list(merged)
        within.update((part.pk, part) for part in left)
    immediate = [part for part in within.values() if incidents.highest_of(part) == 1]
    return all(_was_visited(actor, part, within) for part in immediate)


def _was_visited(actor: Actor, part: Incident, within: dict[uuid.UUID, Incident]) -> bool:
    at: Incident | None = part
    since: datetime | None = None
    while at is not None:
        arrived = at.assignments.filter(on_scene_at__isnull=False)
        if since is not None:
            arrived = arrived.filter(on_scene_at__gte=since)
        if any(_was_there(actor, part, at, row) for row in confirmed(actor, list(arrived), "dispatch.arrive")):
            return True
        moment = incidents.merged_at(at)
        since = max(since, moment) if since and moment else moment or since
        at = within.get(at.merged_into_id) if at.state == "merged" and at.merged_into_id else None
    return False


def _was_there(actor: Actor, part: Incident, visited: Incident, row: Assignment) -> bool:
    """Every place of the part that counts is near every one that counts of where the crew was."""
    assert row.on_scene_at is not None
    here = _that_count(actor, visited, row.on_scene_at)
    there = _that_count(actor, part, row.on_scene_at)
    one = part.pk == visited.pk
    return all(_near(place, other, one) for place in there for other in here)


def _that_count(actor: Actor, incident: Incident, visit: datetime) -> list[Said]:
    """The place that was true at the visit by the word of another, and all that were said by the actor or after it."""
    found: list[Said] = []
    for said in places_of(incident):
        if not actor.is_self(said.by) and said.at <= visit:
            found.clear()
        found.append(said)
    return found


def _near(place: Said, other: Said, of_one_incident: bool) -> bool:
    """A place without coordinates is near only to the same address. Within one incident, none given moves nothing.

    Only the uncertainty of the place that was to be visited counts: it does not widen where the crew was.
    """
    if of_one_incident and (place == other or not (place.is_given and other.is_given)):
        return True
    if place.point and other.point:
        return metres_between(*place.point, *other.point) <= SAME_PLACE_METRES + place.radius_m
    return same_words(place.address, other.address)
