"""Units by HTTP."""

from __future__ import annotations

import uuid
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Body, Field, Router, Schema, Status
from pydantic import AwareDatetime

from tartip.core.acts.access import must_read
from tartip.core.people.actors import acting
from tartip.core.places import place
from tartip.core.schema import AnyMoment, Id, Input
from tartip.core.territory.errors import OutsideCountry
from tartip.core.territory.locate import near
from tartip.operations.units import actions, queries
from tartip.operations.units.access import access_unit
from tartip.operations.units.models import Unit
from tartip.operations.units.positions import FIRST, latest, put_positions

router = Router(tags=["units"])
# All crews of a region send no more at once; a larger batch is sent in parts.
MOST_POSITIONS = 2_000


class UnitIn(Input):
    territory: str = Field(max_length=9)
    callsign: str = Field(min_length=1, max_length=32)
    kind: str = Field("car", max_length=16)
    crew: int = Field(2, ge=1, le=50)
    skills: list[Annotated[str, Field(max_length=32)]] = Field([], max_length=20)
    # The log-in of the crew's tablet: it acts for this unit and sends its position.
    account: Id | None = None


class TabletIn(Input):
    account: Id | None


class UnitOut(Schema):
    id: uuid.UUID
    version: int
    state: str
    callsign: str
    repeated: bool


class PositionIn(Input):
    unit: Id
    lon: float
    lat: float
    # Any moment that can be read: what is no time of a position is refused by itself, not with the whole batch.
    at: AnyMoment


class RefusedPosition(Schema):
    unit: uuid.UUID
    at: AwareDatetime
    code: str


class PositionsOut(Schema):
    kept: int
    # Not newer than what is known already.
    older: int
    refused: int
    reasons: list[RefusedPosition]


@router.get("")
def list_units(request: HttpRequest, on_duty: bool = True) -> list[dict[str, Any]]:
    must_read(acting(request), Unit)
    return queries.units(acting(request), on_duty=on_duty)


@router.post("", response={201: UnitOut, 200: UnitOut})
def enter(request: HttpRequest, payload: UnitIn) -> Status[Unit]:
    facts = payload.dict()
    if payload.account is not None:
        facts["account"] = actions.account_named(payload.account)
    unit = actions.enter_unit(acting(request), **facts)
    return Status(200 if unit.repeated else 201, unit)


@router.post("/{uuid:unit_id}/tablet", response=UnitOut)
def tablet(request: HttpRequest, unit_id: uuid.UUID, payload: TabletIn) -> Unit:
    """Another log-in for the crew, or none; a crew has one unit, so take it from the other first."""
    unit = access_unit(acting(request), unit_id)
    account = None if payload.account is None else actions.account_named(payload.account)
    return actions.give_tablet(acting(request), unit, account=account)


@router.post("/positions", response=PositionsOut)
def positions(
    request: HttpRequest, payload: Annotated[list[PositionIn], Body(max_length=MOST_POSITIONS)]
) -> PositionsOut:
    """A batch of at most 2,000 positions. A crew sends its own; the answer names what was refused and why."""
    own = queries.positioned_by(acting(request), {item.unit for item in payload})
    last, rows, refused = latest(), [], []
    for item in payload:
        where = place(item.lon, item.lat)
        if item.unit not in own:
            refused.append(RefusedPosition(unit=item.unit, at=item.at, code="position.not_yours"))
        elif wrong := _why_nowhere(where):
            refused.append(RefusedPosition(unit=item.unit, at=item.at, code=wrong))
        elif item.at > last:
            refused.append(RefusedPosition(unit=item.unit, at=item.at, code="position.from_the_future"))
        elif item.at < FIRST:
            refused.append(RefusedPosition(unit=item.unit, at=item.at, code="position.too_old"))
        else:
            rows.append((item.unit, where["lon_e6"], where["lat_e6"], item.at))
    kept = put_positions(rows)
    return PositionsOut(kept=kept, older=len(rows) - kept, refused=len(refused), reasons=refused)


def _why_nowhere(where: dict[str, Any]) -> str:
    """The code of what is wrong with a position far outside the country; empty for others."""
    try:
        near(where)
    except OutsideCountry as error:
        return error.code
    return ""


@router.post("/{uuid:unit_id}/{step}", response=UnitOut)
def act_on(
    request: HttpRequest, unit_id: uuid.UUID, step: Literal["begin", "end", "alarm", "take_alarm", "safe"]
) -> Unit:
    steps = {
        "begin": actions.begin_duty,
        "end": actions.end_duty,
        "alarm": actions.raise_alarm,
        "take_alarm": actions.take_alarm,
        "safe": actions.end_alarm,
    }
    return steps[step](acting(request), access_unit(acting(request), unit_id))
