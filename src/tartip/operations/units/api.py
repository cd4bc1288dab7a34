"""Units by HTTP."""

from __future__ import annotations

import uuid
from collections.abc import Container
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, TypeVar, cast

from django.http import HttpRequest
from ninja import Body, Router, Schema
from pydantic import AwareDatetime, TypeAdapter, ValidationError, ValidatorFunctionWrapHandler, WrapValidator

from tartip.core.acts.access import must_read
from tartip.core.people.actors import acting
from tartip.core.places import BadPlace, place
from tartip.core.schema import AnyMoment, Id, Input
from tartip.core.territory.errors import OutsideCountry
from tartip.core.territory.locate import near
from tartip.operations.units import queries
from tartip.operations.units.models import Unit
from tartip.operations.units.positions import FIRST, latest, put_positions

router = Router(tags=["units"])
routers = {"/units": router}
# All crews of a region send no more at once; a larger batch is sent in parts.
MOST_POSITIONS = 2_000
T = TypeVar("T")


class PositionIn(Input):
    unit: Id
    lon: float
    lat: float
    # Any moment that can be read: what is no time of a position is refused by itself, not with the whole batch.
    at: AnyMoment


@dataclass(frozen=True)
class Unreadable:
    """What came in the place of a position: its unit and moment, as far as they can be read."""

    unit: uuid.UUID | None
    at: datetime | None


def _read_alone(value: Any, read: ValidatorFunctionWrapHandler) -> PositionIn | Unreadable:
    """One tracker without a fix takes no other crew off the map."""
    try:
        return cast("PositionIn", read(value))
    except ValidationError:
        said = value if isinstance(value, dict) else {}
        return Unreadable(_read(UNIT, said.get("unit")), _read(MOMENT, said.get("at")))


UNIT: TypeAdapter[uuid.UUID] = TypeAdapter(Id)
MOMENT: TypeAdapter[datetime] = TypeAdapter(AnyMoment)


def _read(adapter: TypeAdapter[T], value: Any) -> T | None:
    try:
        return adapter.validate_python(value)
    except ValidationError:
        return None


class RefusedPosition(Schema):
    """`row` counts from 0. `unit` and `at` are empty where they could not be read."""

    row: int
    unit: uuid.UUID | None
    at: AwareDatetime | None
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


@router.post("/positions", response=PositionsOut)
def positions(
    request: HttpRequest,
    payload: Annotated[list[Annotated[PositionIn, WrapValidator(_read_alone)]], Body(max_length=MOST_POSITIONS)],
) -> PositionsOut:
    """A batch of at most 2,000 positions. A crew sends its own; the answer names what was refused and why.

    Each is refused by itself, also one that cannot be read.
    """
    own = queries.positioned_by(acting(request), {item.unit for item in payload if item.unit is not None})
    last, rows, refused = latest(), [], []
    for number, item in enumerate(payload):
        if code := _why_refused(item, own, last):
            refused.append(RefusedPosition(row=number, unit=item.unit, at=item.at, code=code))
        else:
            where = place(item.lon, item.lat)
            rows.append((item.unit, where["lon_e6"], where["lat_e6"], item.at))
    kept = put_positions(rows)
    return PositionsOut(kept=kept, older=len(rows) - kept, refused=len(refused), reasons=refused)


def _why_refused(item: PositionIn | Unreadable, own: Container[uuid.UUID], last: datetime) -> str:
    """The code of what is wrong with a position; empty where it is to be kept."""
    if isinstance(item, Unreadable):
        return "position.unreadable"
    if item.unit not in own:
        return "position.not_yours"
    try:
        near(place(item.lon, item.lat))
    except (BadPlace, OutsideCountry) as error:
        return error.code
    if item.at > last:
        return "position.from_the_future"
    return "position.too_old" if item.at < FIRST else ""
