"""Codes of errors in words: fields, acts, roles, states. A program reads the code, a person the sentence."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, pgettext_lazy

from tartip.core.numbers import SPACE, number

# What a field is called on the screen. A test sees to it that every field an error can name has its words here.
FIELDS = {
    "file": pgettext_lazy("field", "file"),
    "about": pgettext_lazy("field", "record that the message is about"),
    "account": pgettext_lazy("field", "log-in"),
    "address": pgettext_lazy("field", "address"),
    "amount": pgettext_lazy("field", "sum in tenge"),
    "amount_tenge": pgettext_lazy("field", "sum in tenge"),
    "another_offence": pgettext_lazy("field", "another offence"),
    "another_person": pgettext_lazy("field", "another person"),
    "answered_at": pgettext_lazy("field", "time of answering"),
    "appointment": pgettext_lazy("field", "appointment"),
    "article": pgettext_lazy("field", "article"),
    "at": pgettext_lazy("field", "time"),
    "attacked": pgettext_lazy("field", "decision under appeal"),
    "call": pgettext_lazy("field", "call"),
    "callsign": pgettext_lazy("field", "call sign"),
    "card": pgettext_lazy("field", "answers of the question card"),
    "case": pgettext_lazy("field", "case"),
    "closed_for": pgettext_lazy("field", "reason for ending the case"),
    "continuing": pgettext_lazy("field", "the offence goes on"),
    "crew": pgettext_lazy("field", "persons in the crew"),
    "decided_at": pgettext_lazy("field", "time of the decision"),
    "earlier": pgettext_lazy("field", "earlier decision"),
    "executed_on": pgettext_lazy("field", "day of carrying out"),
    "facts": pgettext_lazy("field", "what happened"),
    "fine": pgettext_lazy("field", "fine"),
    "handed_on": pgettext_lazy("field", "day of handing over"),
    "handed_over_at": pgettext_lazy("field", "time of handing over"),
    "holder": pgettext_lazy("field", "personnel number"),
    "iin": pgettext_lazy("field", "IIN"),
    "incident": pgettext_lazy("field", "incident"),
    "indicator": pgettext_lazy("field", "indicator"),
    "instance": pgettext_lazy("field", "instance"),
    "into": pgettext_lazy("field", "incident to join with"),
    "item": pgettext_lazy("field", "item"),
    "joining": pgettext_lazy("field", "joined call"),
    "key": pgettext_lazy("field", "row of the law"),
    "kind": pgettext_lazy("field", "kind of event"),
    "kind_code": pgettext_lazy("field", "kind of event"),
    "language": pgettext_lazy("field", "language"),
    "lat": pgettext_lazy("field", "latitude"),
    "lon": pgettext_lazy("field", "longitude"),
    "month": pgettext_lazy("field", "month"),
    "name": pgettext_lazy("field", "full name"),
    "note": pgettext_lazy("field", "note"),
    "offence_at": pgettext_lazy("field", "time of the offence"),
    "offered_at": pgettext_lazy("field", "time of the call"),
    "option": pgettext_lazy("field", "option of the penalty"),
    "outcome": pgettext_lazy("field", "outcome"),
    "paid_at": pgettext_lazy("field", "day of payment"),
    "paid_on": pgettext_lazy("field", "day of payment"),
    "penalty": pgettext_lazy("field", "penalty"),
    "period": pgettext_lazy("field", "period"),
    "person": pgettext_lazy("field", "person"),
    "phone": pgettext_lazy("field", "phone"),
    "place": pgettext_lazy("field", "place"),
    "no_address": pgettext_lazy("field", "the address is unknown"),
    "no_position": pgettext_lazy("field", "the position is unknown"),
    "priority": pgettext_lazy("field", "priority"),
    "radius_m": pgettext_lazy("field", "radius in metres"),
    "reason": pgettext_lazy("field", "reason"),
    "reasons": pgettext_lazy("field", "reasons"),
    "reference": pgettext_lazy("field", "number of the payment"),
    "register": pgettext_lazy("field", "register"),
    "released_at": pgettext_lazy("field", "end of the call"),
    "relief": pgettext_lazy("field", "relief"),
    "repeat": pgettext_lazy("field", "repeated within the year"),
    "result": pgettext_lazy("field", "result"),
    "returned_at": pgettext_lazy("field", "time of the return"),
    "role": pgettext_lazy("field", "role"),
    "sha256": pgettext_lazy("field", "hash of the file"),
    "size": pgettext_lazy("field", "size"),
    "skills": pgettext_lazy("field", "skills"),
    "state": pgettext_lazy("field", "state"),
    "subject": pgettext_lazy("field", "subject of the penalty"),
    "term_arrest": pgettext_lazy("field", "length of the arrest"),
    "term_community_work": pgettext_lazy("field", "hours of community work"),
    "term_deprivation": pgettext_lazy("field", "length of the deprivation"),
    "terms": pgettext_lazy("field", "lengths of the penalty"),
    "territory": pgettext_lazy("field", "territory"),
    "text": pgettext_lazy("field", "text"),
    "tile": pgettext_lazy("field", "tile"),
    "to": pgettext_lazy("field", "territory to hand over to"),
    "token": pgettext_lazy("field", "token"),
    "unit": pgettext_lazy("field", "unit"),
    "until": pgettext_lazy("field", "until when"),
    "username": pgettext_lazy("field", "log-in"),
    "valid_to": pgettext_lazy("field", "valid until"),
}
# What a record's state is called in a refusal: "is not open in the state …".
STATES = {
    "dropped": pgettext_lazy("state", "not sent"),
    "queued": pgettext_lazy("state", "waiting to be sent"),
    "abandoned": pgettext_lazy("state", "the caller hung up"),
    "acknowledged": pgettext_lazy("state", "accepted by the crew"),
    "alarm": pgettext_lazy("state", "alarm"),
    "answered": pgettext_lazy("state", "answered"),
    "assigned": pgettext_lazy("state", "a unit is assigned"),
    "cancelled": pgettext_lazy("state", "cancelled"),
    "cleared": pgettext_lazy("state", "cleared"),
    "closed": pgettext_lazy("state", "closed"),
    "decided": pgettext_lazy("state", "decided"),
    "en_route": pgettext_lazy("state", "on the way"),
    "ended": pgettext_lazy("state", "left without review"),
    "enforcement": pgettext_lazy("state", "handed to enforcement"),
    "executed": pgettext_lazy("state", "carried out"),
    "expired": pgettext_lazy("state", "limitation of execution over"),
    "filed": pgettext_lazy("state", "filed"),
    "forwarded": pgettext_lazy("state", "passed on"),
    "handed_over": pgettext_lazy("state", "handed over"),
    "in_court": pgettext_lazy("state", "with the judge"),
    "in_force": pgettext_lazy("state", "in force"),
    "joined": pgettext_lazy("state", "joined"),
    "merged": pgettext_lazy("state", "joined with another incident"),
    "off": pgettext_lazy("state", "off shift"),
    "offered": pgettext_lazy("state", "ringing"),
    "on_duty": pgettext_lazy("state", "on duty"),
    "on_scene": pgettext_lazy("state", "on scene"),
    "opened": pgettext_lazy("state", "opened"),
    "paid": pgettext_lazy("state", "paid"),
    "parted": pgettext_lazy("state", "parted"),
    "protocol": pgettext_lazy("state", "protocol drawn"),
    "released": pgettext_lazy("state", "released"),
    "returned": pgettext_lazy("state", "returned"),
    "sent": pgettext_lazy("state", "sent, not accepted yet"),
    "taken": pgettext_lazy("state", "taken over"),
    "under_appeal": pgettext_lazy("state", "being reviewed"),
    "withdrawn": pgettext_lazy("state", "withdrawn"),
}
# A sentence that begins with the code of its field: "priority: must be from 1 to 4".
PREFIX = re.compile(r"^([a-z_]+)(?=: )")
# Whole numbers that count nothing.
NAMES = frozenset({"year", "first", "port", "id", "version", "line"})
# A day that ends with a point ("г.") at the end of a sentence.
TWO_POINTS = re.compile(r"(?<!\.)\.\.(?!\.)")
# The place of a sum, and its currency.
SUM = re.compile(r"(%\(\w+\)s) (?=тенге|теңге|tenge)")
# The signs between the parts of a right: "(in territory & (on shift & dispatcher or supervisor))".
SIGNS = re.compile(r"[()&|~]+")


def field_name(code: str) -> str:
    """The words of a field, of its register where the list above has none; an unknown one stays as it is.

    One that stands beside an option names that as well: term.person.first.2.arrest, item.person.first.1.
    """
    head, _, option = code.partition(".")
    kind = option.rpartition(".")[2]
    found = FIELDS.get(code) or FIELDS.get(f"{head}_{kind}") or FIELDS.get(head)
    return str(found or _name_in_register(head) or code)


def _name_in_register(code: str) -> str:
    """What the first register with a field of this name calls it, as it stands inside a sentence; empty if none."""
    from tartip.core.registers.register import REGISTERS

    for register in REGISTERS.values():
        for column in register.model._meta.concrete_fields:
            text = str(column.verbose_name)
            if column.name == code and text != code.replace("_", " "):
                return text[:1].lower() + text[1:]
    return ""


def state_name(code: str) -> str:
    """The words of a state, of its register where the list above has none; an unknown one stays as it is."""
    from tartip.core.registers.register import REGISTERS

    names = [getattr(register.model.Lifecycle, "names", {}) for register in REGISTERS.values()]
    return str(STATES.get(code) or next((found[code] for found in names if code in found), code))


def begin_with_words(sentence: str) -> str:
    """The sentence with the field it begins with in words."""
    return PREFIX.sub(lambda match: field_name(match[1]), sentence)


def in_words(fields: dict[str, Any]) -> dict[str, Any]:
    """The fields of an error as they stand in its sentence."""
    from tartip.core.registers.register import REGISTERS
    from tartip.core.words import button_name

    found = {name: _shown(name, value) for name, value in fields.items()}
    for name in ("field", "earlier"):
        if isinstance(found.get(name), str):
            found[name] = field_name(found[name])
    if isinstance(found.get("act"), str):
        found["act"] = button_name(found["act"], str(fields.get("wording", "")))
    if isinstance(found.get("state"), str):
        found["state"] = state_name(found["state"])
    if isinstance(found.get("acts"), str):
        found["acts"] = ", ".join(_done(part, str(fields.get("wording", ""))) for part in found["acts"].split(", "))
    register = REGISTERS.get(str(found.get("register")))
    if register is not None:
        found["register"] = str(register.plural)
    return found


def _shown(name: str, value: Any) -> Any:
    """Numbers, days and moments as the pages write them. A moment without a zone of its own is told in the page's."""
    if isinstance(value, datetime):
        return date_format(timezone.localtime(value) if value.tzinfo is UTC else value, "DATETIME_FORMAT")
    if isinstance(value, date):
        return date_format(value, "DATE_FORMAT")
    return number(value) if is_count(name, value) else value


def is_count(name: str, value: Any) -> bool:
    """Whether it is an amount of something, which is written with its thousands apart: not a year, not a name."""
    return isinstance(value, int) and not isinstance(value, bool) and name not in NAMES


def with_one_point(sentence: str) -> str:
    """The sentence with one point at its end, where a day ends with one of its own."""
    return TWO_POINTS.sub(".", sentence)


def tied(text: str) -> str:
    """The text with its sums tied to their currency: a line does not end between 478 375 and its tenge."""
    return SUM.sub(rf"\1{SPACE}", text)


def denied(act: str, rule: str, role: str, wording: str = "") -> str:
    """Why somebody may not act: who may, or, where his role may, what else must hold."""
    from tartip.core.words import button_name

    roles, conditions = parts_of(rule)
    if role in roles and conditions:
        needed = "; ".join(gettext(one) for one in conditions)
        return gettext("You may not do this here: %(act)s. It needs: %(conditions)s.") % {
            "act": button_name(act, wording), "conditions": needed,
        }  # fmt: skip
    who = ", ".join(role_name(one) for one in roles) or gettext("the system, by itself")
    return gettext("You may not do this here: %(act)s. It can be done by: %(who)s.") % {
        "act": button_name(act, wording), "who": who,
    }  # fmt: skip


def parts_of(rule: str) -> tuple[list[str], list[str]]:
    """The roles of a right's name, and the names of its other conditions, each once and in its order."""
    from tartip.core.people.models import Role

    roles: dict[str, None] = {}
    conditions: dict[str, None] = {}
    for part in SIGNS.split(rule):
        words = part.strip()
        if words and all(word in Role.values for word in words.split(" or ")):
            roles |= dict.fromkeys(words.split(" or "))
        elif words and words != "the system":
            conditions[words] = None
    return list(roles), list(conditions)


def role_name(role: str) -> str:
    from tartip.core.people.models import Role

    if role == "system":
        return gettext("the system, by itself")
    return str(Role(role).label) if role in Role.values else role


def _done(part: str, wording: str = "") -> str:
    """«incident.assess · dispatcher» in words."""
    from tartip.core.words import act_name

    act, dot, role = part.partition(" · ")
    return f"{act_name(act, wording)}{dot}{role_name(role)}"
