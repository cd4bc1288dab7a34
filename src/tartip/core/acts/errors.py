"""Why an act may be refused."""

from __future__ import annotations

from tartip.errors import TartipError


class Denied(TartipError):
    """The actor is known and may see the record, but not do this to it."""

    code = "act.denied"
    text = "You may not do this here: %(act)s needs %(rule)s."
    http_status = 403


class NotReadable(TartipError):
    """The role reads no record of this register at all, wherever it lies."""

    code = "read.denied"
    text = "Your role does not read this here: %(register)s."
    http_status = 403


class NotOnShift(TartipError):
    """What this role works with is open during a shift only."""

    code = "shift.needed"
    text = "You are not on shift. Begin your shift on the page of your account."
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


class TermOver(TartipError):
    """A term has ended after which the law forbids the act, for everybody."""

    code = "act.term_over"
    text = "%(act)s: the law forbids this now, the term “%(term)s” ended on %(due)s."
    http_status = 409


class Clash(TartipError):
    """Somebody acted on the record after the version the caller saw."""

    code = "act.clash"
    text = "The record changed since you opened it: version %(seen)s became %(now)s (%(acts)s)."
    http_status = 409
    again = True


class Unchanged(TartipError):
    """A correction that says what the record says already: an entry of it would tell of a change that was none."""

    code = "act.unchanged"
    text = "%(field)s: nothing is different from what is recorded already. Correct what is wrong, or cancel."
    http_status = 409


class KeyReused(TartipError):
    """One key stands for one request; the second said something else, or went elsewhere."""

    code = "key.other_body"
    text = "The key %(key)s was used for another request (%(act)s): send a new key."
    http_status = 422


class Busy(TartipError):
    """The database broke the transaction off again and again: too many act on the same records at once."""

    code = "act.busy"
    text = "Too many people are changing these records at this moment; try again."
    http_status = 503
    again = True


class BeginAgain(Busy):
    """Something changed between reading and locking: the whole transaction is to be run again (`retry.py`)."""


class Undeclared(TartipError):
    """An act led a record to a state its declaration or lifecycle does not name: a defect of ours."""

    code = "act.undeclared"
    text = "%(act)s led from “%(before)s” to “%(after)s”, which its declaration does not allow."
    http_status = 500
