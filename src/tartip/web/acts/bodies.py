"""The body of an act's API route: a typed model made from the act's fields."""

from __future__ import annotations

import base64
import binascii
from typing import Annotated, Any

from django.utils.text import camel_case_to_spaces
from ninja import Field
from pydantic import AfterValidator, create_model
from pydantic_core import PydanticCustomError

from tartip.core.acts import Act
from tartip.core.acts.fieldmarks import Attachment
from tartip.core.acts.fields import ActField, fields_of
from tartip.core.schema import Day, Id, Input, Moment, MomentOrDay

MOST_ITEMS = 100
MOST_ADDRESS = 200


class PlaceBody(Input):
    """Degrees, or an address, or both. `radius_m` is how uncertain the position is."""

    lon: float | None = None
    lat: float | None = None
    radius_m: int | None = None
    address: str = Field("", max_length=MOST_ADDRESS)


class PersonBody(Input):
    """A person as known. With an IIN that is known already it is the person who has it."""

    name: str = Field("", max_length=200)
    iin: str = Field("", max_length=32)
    phone: str = Field("", max_length=32)


class FileBody(Input):
    """A small file in a JSON body; larger ones are sent as a form (multipart)."""

    name: str = Field(max_length=200)
    content_type: str = Field("", max_length=100)
    base64: str


def body_of(act: Act) -> type[Input] | None:
    """The model of the act's body; None where the act asks for nothing."""
    fields = fields_of(act)
    if not fields:
        return None
    members: dict[str, Any] = {}
    for field in fields:
        kind = _type(field)
        if field.nullable:
            kind = kind | None
        members[field.name] = (kind, Field(... if field.required else field.default, description=str(field.label)))
    name = "".join(part.capitalize() for part in act.code.replace(".", "_").split("_")) + "Body"
    return create_model(name, __base__=Input, __doc__=f"What {camel_case_to_spaces(name)} asks for.", **members)


def given(body: Input | None) -> dict[str, Any]:
    """The values that were sent, by field, as `perform_given` takes them. What was left out is not among them."""
    if body is None:
        return {}
    return {name: _plain(getattr(body, name)) for name in body.model_fields_set}


def _plain(value: Any) -> Any:
    if isinstance(value, FileBody):
        return Attachment(value.name, value.content_type, _decoded(value.base64))
    return value.model_dump() if isinstance(value, Input) else value


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        raise PydanticCustomError("base64", "Input should be base64") from None


def _type(field: ActField) -> Any:
    simple: dict[str, Any] = {
        "flag": bool, "moment": Moment, "day": Day, "day_or_moment": MomentOrDay, "record": Id, "id": Id,
        "place": PlaceBody, "person": PersonBody, "file": FileBody,
        "account": Annotated[str, Field(max_length=150)], "territory": Annotated[str, Field(max_length=9)],
        "mapping": Annotated[dict[str, bool | int | str], Field(max_length=MOST_ITEMS)],
    }  # fmt: skip
    if field.kind in simple:
        return simple[field.kind]
    if field.kind in ("number", "money"):
        return Annotated[int, Field(ge=field.least, le=field.most)]
    if field.kind == "texts":
        return Annotated[list[Annotated[str, Field(max_length=field.most)]], Field(max_length=MOST_ITEMS)]
    if field.kind == "choice":
        return Annotated[str, AfterValidator(_one_of(field))]
    return Annotated[str, Field(max_length=field.most)]


def _one_of(field: ActField) -> Any:
    def check(value: str) -> str:
        codes = [code for code, _ in field.options]
        if value not in codes and not (value == "" and not field.required):
            raise PydanticCustomError("choice", "must be one of {allowed}", {"allowed": ", ".join(map(str, codes))})
        return value

    return check
