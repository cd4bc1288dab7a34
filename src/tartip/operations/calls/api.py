"""Calls by HTTP."""

from __future__ import annotations

import uuid
from contextlib import suppress
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from django.utils.translation import get_language
from ninja import Field, Router, Schema, Status

from tartip.core.acts import Actor, perform_together
from tartip.core.people.actions import enter_person
from tartip.core.people.actors import acting
from tartip.core.people.identifiers import BadIdentifier
from tartip.core.people.models import Person
from tartip.core.places import BadPlace, place
from tartip.core.schema import Input, Moment
from tartip.operations.calls import actions
from tartip.operations.calls.kinds import kinds
from tartip.operations.calls.models import Call
from tartip.operations.calls.queries import territory_of

router = Router(tags=["calls"])
routers = {"": router}


# The answers of a question card by their codes; which codes there are is asked by the act.
Card = Annotated[dict[str, bool | int | str], Field(max_length=100)]


class Place(Input):
    lon: float | None = None
    lat: float | None = None
    radius_m: int = 0
    address: str = Field("", max_length=200)


NOWHERE = Place(address="")


class CallIn(Input):
    """A call as the telephone system hands it over. Without a territory the place decides, else the sender's own.

    A position that is none (off the globe, half of it, a radius out of bounds) is left out, and the call is taken: the
    answer names the field in `place_refused`, the entry keeps what was sent.

    `phone` becomes a person in the register of persons: the caller is told there how to follow the call. A number that
    cannot be one is left out. Leave it empty for a caller who stays anonymous.
    """

    territory: str | None = Field(None, max_length=9)
    channel: str = Field("102", max_length=16)
    offered_at: Moment
    answered_at: Moment | None = None
    released_at: Moment | None = None
    kind: str = Field("", max_length=32)
    place: Place = NOWHERE
    card: Card = {}
    note: str = ""
    source_number: str = Field("", max_length=64)
    phone: str = Field("", max_length=40)
    language: Literal["", "kk", "ru", "en"] = ""


class Made(Schema):
    id: uuid.UUID
    version: int
    state: str
    repeated: bool
    receipt: str | None = None
    place_refused: str = ""


@router.get("/kinds", auth=None)
def list_kinds(request: HttpRequest) -> list[dict[str, Any]]:
    """Kinds of events with their question cards, in the asked language."""
    language = (get_language() or "kk")[:2]
    return [
        {
            "code": kind.code,
            "name": kind.names[language],
            "priority": kind.priority,
            "questions": [{"code": q.code, "answer": q.answer, "text": q.names[language]} for q in kind.questions],
        }
        for kind in kinds().values()
    ]


@router.post("/calls", response={201: Made, 200: Made})
def receive(request: HttpRequest, payload: CallIn) -> Status[Call]:
    """Enter a call. The same Idempotency-Key gives the same call."""
    call = enter(acting(request), payload)
    return Status(200 if call.repeated else 201, call)


def usable(said: Place) -> tuple[Place, str]:
    """The place without its position where that is none, and the field that is wrong: no call is lost for it."""
    try:
        place(said.lon, said.lat, said.radius_m, said.address)
    except BadPlace as error:
        return Place(address=said.address), str(error.fields["field"])
    return said, ""


def caller_of(who: Actor, territory: str, phone: str) -> Person | None:
    """The person of this number. The same Idempotency-Key gives the same person; a number that is none gives nobody."""
    if not phone:
        return None
    with suppress(BadIdentifier):
        return enter_person(who.saying(key=f"{who.key}-caller" if who.key else None), territory=territory, phone=phone)
    return None


def enter(who: Actor, payload: CallIn, *, rated: bool = False) -> Call:
    said, refused = usable(payload.place)
    territory = payload.territory or territory_of(who, said.lon, said.lat)
    call = perform_together(
        lambda: actions.receive_call(
            who,
            territory=territory,
            offered_at=payload.offered_at,
            answered_at=payload.answered_at,
            released_at=payload.released_at,
            kind_code=payload.kind,
            lon=said.lon,
            lat=said.lat,
            radius_m=said.radius_m,
            address=said.address,
            card=payload.card,
            note=payload.note,
            caller=caller_of(who, territory, payload.phone),
            language=payload.language,
            channel=payload.channel,
            source_number=payload.source_number,
            rated=rated,
            unusable=payload.place.model_dump_json(include={"lon", "lat", "radius_m"}) if refused else "",
        )
    )
    call.place_refused = refused
    return call
