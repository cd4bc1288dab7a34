"""Why an appeal may be refused."""

from __future__ import annotations

from tartip.errors import TartipError


class NotAppealable(TartipError):
    """The case has no decision that can be attacked."""

    code = "appeal.not_appealable"
    text = "There is nothing to appeal: %(rule)s."
    http_status = 409


class NotProtestable(NotAppealable):
    code = "appeal.not_protestable"
    text = "There is nothing to protest: %(rule)s."


class AlreadyAppealed(TartipError):
    code = "appeal.already"
    text = "An appeal against this act is open already."
    http_status = 409


class AlreadyProtested(AlreadyAppealed):
    code = "appeal.already_protested"
    text = "A protest against this act is open already."


class OnlyThePerson(TartipError):
    """The code of a receipt is the person's; staff have their own names."""

    code = "appeal.only_the_person"
    text = "You are logged in: by the code of a receipt only the person appeals. A prosecutor protests from the case."
    http_status = 403


class HeardBefore(TartipError):
    """One appeal per instance."""

    code = "appeal.heard_before"
    text = "%(rule)s"
    http_status = 409


class NotYet(TartipError):
    code = "appeal.not_yet"
    text = "The higher body comes first; the court follows."
    http_status = 409


class NotReviewable(TartipError):
    code = "appeal.late"
    text = "It came after the term: restore the term with a reason first, or leave it without review."
    http_status = 409


class NothingLeft(TartipError):
    """Another appeal was granted meanwhile."""

    code = "appeal.nothing_left"
    text = "The decision was cancelled: there is nothing left to suspend or to decide. Leave it without review."
    http_status = 409


class BadAppeal(TartipError):
    code = "appeal.bad"
    text = "%(field)s: %(rule)s."
    http_status = 422
