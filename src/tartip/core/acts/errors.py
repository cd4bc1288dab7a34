"""Why an act may be refused."""

from __future__ import annotations

from tartip.errors import TartipError


class Denied(TartipError):
    """The actor is known and may see the record, but not do this to it."""

    code = "act.denied"
    text = "You may not do this here: %(act)s needs %(rule)s."
    http_status = 403


class NotFound(TartipError):
    """No such record, or none this actor may see: the answer is the same, so that existence does not leak."""

    code = "not_found"
    text = "There is no such record: %(register)s %(id)s."
    http_status = 404


class NotOpen(TartipError):
    """The record is in a state this act does not lead from."""

    code = "act.not_open"
    text = "%(act)s is not open in the state “%(state)s”."
    http_status = 409


class Clash(TartipError):
    """Somebody acted on the record after the version the caller saw."""

    code = "act.clash"
    text = "The record changed since you opened it: version %(seen)s became %(now)s (%(acts)s)."
    http_status = 409
    again = True


class Undeclared(TartipError):
    """An act led a record to a state its declaration or lifecycle does not name: a defect of ours."""

    code = "act.undeclared"
    text = "%(act)s led from “%(before)s” to “%(after)s”, which its declaration does not allow."
    http_status = 500
