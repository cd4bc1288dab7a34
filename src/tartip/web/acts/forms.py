"""The form of an act, made from its fields: the same form for every act of every register.

Values come out of it as `perform_given` takes them. An error of the act is shown at the field that it names, and what
was typed stays.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, tzinfo
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext, gettext_lazy as _

from tartip.core.acts import Act, Actor
from tartip.core.acts.access import visible
from tartip.core.acts.fieldmarks import Attachment
from tartip.core.acts.fields import ActField, fields_of
from tartip.core.inputs import LAST_YEAR, YEARS, is_in_range, is_storable, typed_number
from tartip.core.labels import FIELDS
from tartip.core.problems import said, wrong_fields
from tartip.core.registers.models import Record
from tartip.core.registers.titles import title_of
from tartip.core.territory import tree
from tartip.core.territory.choices import territories
from tartip.errors import TartipError

# So many records a chooser offers, the newest first; a longer list is searched in the register.
MOST_OFFERED = 200
PERSON = ("name", "iin", "phone")
PLACE = ("address", "lat", "lon", "radius_m")
NO_CHOICE = ("", _("Choose"))


class Text(forms.CharField):
    """A text that can be stored, its spaces at both ends cut off."""

    def clean(self, value: Any) -> Any:
        found = super().clean(value)
        if isinstance(found, str) and not is_storable(found):
            raise forms.ValidationError(gettext("Contains a character that cannot be stored."))
        return found


class Whole(Text):
    """A whole number as people type it, thousands apart or not."""

    def __init__(self, *, least: int | None, most: int | None, **more: Any) -> None:
        super().__init__(**more)
        self.least, self.most = least, most
        self.widget.attrs["inputmode"] = "numeric"

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        minus = text.startswith(("-", "\u2212"))
        number = typed_number(text[1:] if minus else text)
        if number is None or number < 0:
            raise forms.ValidationError(gettext("Must be a whole number."))
        number = -number if minus else number
        if (self.least is not None and number < self.least) or (self.most is not None and number > self.most):
            raise forms.ValidationError(
                gettext("Must be from %(least)s to %(most)s.") % {"least": self.least, "most": self.most}
            )
        return number


class Degrees(Text):
    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        try:
            return float(text.replace(",", "."))
        except ValueError:
            raise forms.ValidationError(gettext("Must be a number, as 43.238.")) from None


class Moment(forms.DateTimeField):
    """A date and a time typed in the zone of the territory; it comes out with that zone."""

    def __init__(self, *, zone: tzinfo, **more: Any) -> None:
        super().__init__(**more)
        self.zone = zone
        self.widget = forms.DateTimeInput(attrs={"type": "datetime-local", "step": "60"}, format="%Y-%m-%dT%H:%M")

    def clean(self, value: Any) -> Any:
        if not value:
            return super().clean(value)
        try:
            moment = datetime.fromisoformat(str(value).strip())
        except ValueError:
            raise forms.ValidationError(gettext("Must be a date and a time.")) from None
        _check_years(moment)
        return moment if moment.tzinfo else moment.replace(tzinfo=self.zone)


class Day(forms.DateField):
    def __init__(self, **more: Any) -> None:
        super().__init__(**more)
        self.widget = forms.DateInput(attrs={"type": "date", "max": f"{LAST_YEAR - 1}-12-31"}, format="%Y-%m-%d")

    def clean(self, value: Any) -> Any:
        found = super().clean(value)
        if found is not None:
            _check_years(found)
        return found


def _check_years(value: Any) -> None:
    if not is_in_range(value.date() if isinstance(value, datetime) else value):
        raise forms.ValidationError(gettext("Must lie in the years %(years)s.") % {"years": YEARS})


class ActForm(forms.Form):
    """Fields of one act. `given` gives what was typed as plain values; `show` puts an error where it belongs."""

    def __init__(self, act: Act, actor: Actor, record: Record | None, data: Any = None, files: Any = None) -> None:
        super().__init__(data, files)
        self.act, self.actor, self.record = act, actor, record
        self.zone = tree.zone(record.territory_id if record is not None else actor.territory)
        for field in fields_of(act):
            for name, control in MAKERS[field.kind](self, field):
                self.fields[name] = control
        if act.grave:
            self.fields["sure"] = forms.BooleanField(label=_("I have checked this: it cannot be undone."))
        if self.errors_are_shown:
            self._focus_first_error()

    @property
    def errors_are_shown(self) -> bool:
        return self.is_bound and bool(self.errors)

    def _focus_first_error(self) -> None:
        first = next((name for name in self.fields if name in self.errors), "")
        if first:
            self.fields[first].widget.attrs["autofocus"] = True

    def given(self) -> dict[str, Any]:
        """What was filled in, by field of the act. An empty field is left out where the act has a default for it."""
        found: dict[str, Any] = {}
        for field in fields_of(self.act):
            value = READERS.get(field.kind, _read_one)(field, self.cleaned_data)
            if value in (None, "", []):
                if not field.has_default:
                    found[field.name] = None
            else:
                found[field.name] = value
        return found

    def show(self, error: TartipError) -> None:
        """The error at the fields that it names; on top where it names none of them."""
        placed = False
        for name, words in wrong_fields(error).items():
            control = self._control_of(name)
            if control:
                self.add_error(control, words)
                placed = True
        if not placed:
            text = said(error)
            self.add_error(None, text[:1].upper() + text[1:])
        self._focus_first_error()

    def _control_of(self, name: str) -> str:
        flat = name.replace(".", "__")
        for control in (flat, *(one for one in self.fields if one.endswith(f"__{flat}"))):
            if control in self.fields:
                return control
        holders = [one for one in self.fields if one.startswith(f"{flat}__")]
        return holders[0] if holders else ""


Made = Iterable[tuple[str, forms.Field]]


def _said(field: ActField) -> dict[str, Any]:
    label = str(field.label)
    label = label[:1].upper() + label[1:]
    if not field.required and field.kind != "flag":
        label = gettext("%(field)s (optional)") % {"field": label}
    return {"label": label, "help_text": field.hint, "required": field.required}


def _text(form: ActForm, field: ActField) -> Made:
    yield field.name, Text(max_length=field.most, **_said(field))


def _long_text(form: ActForm, field: ActField) -> Made:
    yield field.name, Text(max_length=field.most, widget=forms.Textarea(attrs={"rows": 4}), **_said(field))


def _number(form: ActForm, field: ActField) -> Made:
    yield field.name, Whole(least=field.least, most=field.most, **_said(field))


def _flag(form: ActForm, field: ActField) -> Made:
    yield field.name, forms.BooleanField(**{**_said(field), "required": False})


def _choice(form: ActForm, field: ActField) -> Made:
    yield field.name, forms.ChoiceField(choices=[NO_CHOICE, *field.options], **_said(field))


def _moment(form: ActForm, field: ActField) -> Made:
    yield field.name, Moment(zone=form.zone, **_said(field))


def _day(form: ActForm, field: ActField) -> Made:
    yield field.name, Day(**_said(field))


def _territory(form: ActForm, field: ActField) -> Made:
    everywhere = field.name != "territory"  # a hand-over goes to others
    choices = territories("KZ" if everywhere else form.actor.territory)
    yield field.name, forms.ChoiceField(choices=[NO_CHOICE, *choices], **_said(field))


def _record(form: ActForm, field: ActField) -> Made:
    assert field.model is not None
    assert issubclass(field.model, Record)
    rows = visible(form.actor, field.model._default_manager.all()).order_by("-pk")[:MOST_OFFERED]
    choices = [(str(row.pk), title_of(row)) for row in rows]
    yield field.name, forms.ChoiceField(choices=[NO_CHOICE, *choices], **_said(field))


def _person(form: ActForm, field: ActField) -> Made:
    label = _said(field)["label"]
    for part in PERSON:
        said = f"{label}: {FIELDS[part]}"
        attrs = {"autocomplete": "off"} | ({"inputmode": "tel"} if part == "phone" else {})
        yield (
            f"{field.name}__{part}",
            Text(label=said, required=False, max_length=200, widget=forms.TextInput(attrs=attrs)),
        )


def _place(form: ActForm, field: ActField) -> Made:
    label = _said(field)["label"]
    yield f"{field.name}__address", Text(label=f"{label}: {FIELDS['address']}", required=False, max_length=200)
    for part in ("lat", "lon"):
        yield f"{field.name}__{part}", Degrees(label=f"{label}: {FIELDS[part]}", required=False)
    yield (
        f"{field.name}__radius_m",
        Whole(label=f"{label}: {FIELDS['radius_m']}", required=False, least=0, most=100_000),
    )


def _account(form: ActForm, field: ActField) -> Made:
    yield field.name, Text(max_length=150, widget=forms.TextInput(attrs={"autocomplete": "off"}), **_said(field))


def _texts(form: ActForm, field: ActField) -> Made:
    more = _said(field)
    more["help_text"] = more["help_text"] or _("Several, with commas between them.")
    yield field.name, Text(max_length=2_000, **more)


def _file(form: ActForm, field: ActField) -> Made:
    yield field.name, forms.FileField(**_said(field))


def _nothing(form: ActForm, field: ActField) -> Made:
    """What no form holds; `is_open_to_forms` keeps an act that needs it from being offered here."""
    return ()


MAKERS: Mapping[str, Callable[[ActForm, ActField], Made]] = {
    "text": _text, "id": _text, "long_text": _long_text, "number": _number, "money": _number, "flag": _flag,
    "choice": _choice, "day": _day, "day_or_moment": _day, "moment": _moment, "territory": _territory,
    "record": _record, "person": _person, "place": _place, "account": _account, "texts": _texts, "file": _file,
    "mapping": _nothing,
}  # fmt: skip


def _read_one(field: ActField, cleaned: Mapping[str, Any]) -> Any:
    return cleaned.get(field.name)


def _read_person(field: ActField, cleaned: Mapping[str, Any]) -> Any:
    parts = {part: cleaned.get(f"{field.name}__{part}") or "" for part in PERSON}
    return parts if field.required or any(parts.values()) else None


def _read_place(field: ActField, cleaned: Mapping[str, Any]) -> Any:
    parts = {part: cleaned.get(f"{field.name}__{part}") for part in PLACE}
    if not field.required and parts["lat"] is None and parts["lon"] is None and not parts["address"]:
        return None
    return {**parts, "address": parts["address"] or "", "radius_m": parts["radius_m"]}


def _read_texts(field: ActField, cleaned: Mapping[str, Any]) -> Any:
    return [part.strip() for part in (cleaned.get(field.name) or "").split(",") if part.strip()]


def _read_record(field: ActField, cleaned: Mapping[str, Any]) -> Any:
    value = cleaned.get(field.name)
    return uuid.UUID(value) if value else None


def _read_file(field: ActField, cleaned: Mapping[str, Any]) -> Any:
    sent = cleaned.get(field.name)
    if not isinstance(sent, UploadedFile):
        return None
    return Attachment(str(sent.name), str(sent.content_type or ""), sent.read())


READERS: Mapping[str, Callable[[ActField, Mapping[str, Any]], Any]] = {
    "person": _read_person, "place": _read_place, "texts": _read_texts, "record": _read_record, "file": _read_file,
    "id": _read_record,
}  # fmt: skip
