"""Units by HTTP."""

from __future__ import annotations

import uuid
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status
from pydantic import AwareDatetime

from tartip.core.acts.access import visible
from tartip.core.people.actors import acting
from tartip.core.places import place
from tartip.operations.units import actions, queries
from tartip.operations.units.access import access_unit
from tartip.operations.units.models import Unit
from tartip.operations.units.positions import put_positions

router = Router(tags=["units"])


class UnitIn(Schema):
    territory: str = Field(max_length=9)
    callsign: str = Field(min_length=1, max_length=32)
    kind: str = Field("car", max_length=16)
    crew: int = Field(2, ge=1, le=50)
    skills: list[str] = Field([], max_length=20)


class UnitOut(Schema):
    id: uuid.UUID
    version: int
    state: str
    callsign: str
    repeated: bool


class PositionIn(Schema):
    unit: uuid.UUID
    lon: float
    lat: float
    at: AwareDatetime


@router.get("")
def list_units(request: HttpRequest, on_duty: bool = True) -> list[dict[str, Any]]:
    return queries.units(acting(request), on_duty=on_duty)


@router.post("", response={201: UnitOut, 200: UnitOut})
def enter(request: HttpRequest, payload: UnitIn) -> Status[Unit]:
    unit = actions.enter_unit(acting(request), **payload.dict())
    return Status(200 if unit.repeated else 201, unit)


@router.post("/positions")
def positions(request: HttpRequest, payload: list[PositionIn]) -> dict[str, int]:
    """A batch of positions; units the caller may not see are passed over and counted as refused."""
    known = set(
        visible(acting(request), Unit.objects.filter(pk__in=[p.unit for p in payload])).values_list("pk", flat=True)
    )
    rows = []
    for item in payload:
        where = place(item.lon, item.lat)
        if item.unit in known:
            rows.append((item.unit, where["lon_e6"], where["lat_e6"], item.at))
    return {"kept": put_positions(rows), "refused": len(payload) - len(rows)}


@router.post("/{uuid:unit_id}/{step}", response=UnitOut)
def act_on(request: HttpRequest, unit_id: uuid.UUID, step: Literal["begin", "alarm", "take_alarm", "safe"]) -> Unit:
    steps = {
        "begin": actions.begin_duty,
        "alarm": actions.raise_alarm,
        "take_alarm": actions.take_alarm,
        "safe": actions.end_alarm,
    }
    return steps[step](acting(request), access_unit(acting(request), unit_id))
