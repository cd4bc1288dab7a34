"""Why an act of a case may be refused."""

from __future__ import annotations

from tartip.core.acts.errors import TermOver
from tartip.errors import TartipError


class BadAmount(TartipError):
    code = "case.bad_amount"
    text = "%(field)s: %(rule)s."
    http_status = 422


class BadPayment(TartipError):
    code = "payment.bad"
    text = "%(field)s: %(rule)s."
    http_status = 422


class BadReason(TartipError):
    code = "case.bad_reason"
    text = "%(field)s: %(rule)s."
    http_status = 422


class BadRelief(TartipError):
    code = "case.bad_relief"
    text = "%(field)s: %(rule)s."
    http_status = 422


class NothingToPay(TartipError):
    """A warning, an arrest: no fine was imposed, so nothing can be paid."""

    code = "case.nothing_to_pay"
    text = "No fine was imposed in this case: nothing can be paid."
    http_status = 409


class JudgedBefore(TartipError):
    """Nobody is judged twice for one offence; whether it is the same person, only a person can say."""

    code = "case.judged_before"
    about = "another_person"
    text = (
        "This incident was judged under this article in another case already. Say that it is another person, "
        "or another offence under another part; else end the case."
    )
    http_status = 409


class AlreadyPosted(TartipError):
    """The reference belongs to another payment."""

    code = "payment.already_posted"
    about = "reference"
    text = "The payment document %(reference)s is posted already: %(rule)s."
    http_status = 409


class PetitionWaits(TartipError):
    code = "case.petition_waits"
    text = "A petition to postpone or split the payment waits for its answer already."
    http_status = 409


class NoRelief(TartipError):
    """What the person asks for cannot be given in this case, whoever asks."""

    code = "petition.nothing_to_ask"
    text = "The payment cannot be postponed or split: %(rule)s."
    http_status = 409


class NoPower(TartipError):
    """The law gives this penalty, or this article, to another body."""

    code = "case.no_power"
    about = "penalty"
    text = "%(kind)s for %(article)s is not yours to impose: the case goes to %(body)s."
    http_status = 403


class OffenceTooOld(TermOver):
    """The moment that was named leaves no time for a protocol: the limitation that runs from it is over."""

    code = "case.offence_too_old"
    about = "offence_at"
    text = (
        "For an offence of this moment, “%(term)s” ended on %(due)s. Check the moment; if it is right, "
        "no protocol is drawn and the case is ended."
    )


class TermRuns(TartipError):
    code = "case.term_runs"
    text = "The term to pay still runs until %(until)s inclusive."
    http_status = 409


class OnlyThePerson(TartipError):
    """The code of a receipt is the person's; what came on paper is recorded by staff under their own names."""

    code = "petition.only_the_person"
    text = "You are logged in: by the code of a receipt only the person asks."
    http_status = 403
