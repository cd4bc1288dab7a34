"""Why the console refuses a form."""

from __future__ import annotations

from tartip.core.labels import FIELDS
from tartip.errors import TartipError


class BadForm(TartipError):
    code = "form.bad"
    text = "%(field)s: %(rule)s."
    http_status = 422


class BadFields(TartipError):
    """Several fields of a form are wrong, and all are named at once: field → rule in the reader's language."""

    code = "form.bad"
    text = "%(problems)s."
    http_status = 422

    def __init__(self, wrong: dict[str, str]) -> None:
        self.wrong = wrong
        super().__init__(problems="; ".join(f"{FIELDS[field]}: {rule}" for field, rule in wrong.items()))


class NoTarget(TartipError):
    """A form that does not say which record, in which version, under which key it was drawn for."""

    code = "form.no_target"
    text = "The page does not say what this act was meant for. Nothing was done. Load the page again."
    http_status = 428


class WrongTarget(TartipError):
    """The form was drawn for another record than the address names: a page that mixed up two cards."""

    code = "form.wrong_target"
    text = "This button belongs to another record. Nothing was done. Open the record again."
    http_status = 409


class TakenOver(TartipError):
    """What the reader's territory handed over is not its any more: who has it now is known to the sender."""

    code = "incident.taken_over"
    text = "%(incident)s was taken over: %(place)s. It is not yours any more."
    http_status = 404


class SecondUnit(TartipError):
    code = "incident.has_unit"
    text = "%(incident)s already has a unit. To send a second one press S."
    http_status = 409
