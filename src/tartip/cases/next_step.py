"""What a person has to know first about a case, and what they may or must do next."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from tartip.cases import instances, money, reviews, words
from tartip.cases.imposed import awaits, carried_out, needs_execution, sanctions_of
from tartip.cases.models import Case
from tartip.cases.money import local_day
from tartip.core.time import now
from tartip.web.numbers import tenge


def title(case: Case) -> str:
    """What a person has to know first, by the state of the case."""
    if case.state == "cancelled":
        return _("The decision is cancelled, nothing is owed")
    if case.state == "closed":
        return _("The case ended without a penalty")
    if case.state in ("opened", "protocol", "in_court"):
        return _("A case was opened, nothing is decided yet")
    if money.expired_at(case) is not None:
        return _("The decision is not carried out any more, nothing is owed")
    appealed, ended = case.state == "under_appeal", money.state_without_appeal(case)
    if ended == "paid":
        return _("The fine is paid, the decision is being reviewed") if appealed else _("The fine is paid")
    if ended == "executed":
        if appealed:
            return _("The penalty is carried out, the decision is being reviewed")
        return _("The penalty is carried out")
    if case.amount_tenge and len(sanctions_of(case)) == 1:
        return _("A fine of %(sum)s was decided") % {"sum": tenge(case.amount_tenge)}
    kinds = " + ".join(words.kind_name(row["kind"]) for row in sanctions_of(case))
    return _("Decided: %(kind)s") % {"kind": kinds}


def penalty_done(case: Case) -> bool:
    """Whether the penalty was paid, carried out, cancelled or ended by time: nothing of it could wait for an appeal."""
    if case.state == "cancelled":
        return True
    if money.state_without_appeal(case) in ("paid", "executed") or money.expired_at(case) is not None:
        return True
    imposed = bool(case.amount_tenge) or needs_execution(case)
    return imposed and not awaits(case) and not money.account(case).remaining


def penalty_kept(case: Case) -> bool:
    """Whether something was paid or carried out that stays so until the result of an appeal.

    After the limitation of execution the penalty is done though nobody has paid anything; what goes back does not stay.
    """
    if case.state == "cancelled":
        return False
    found = money.account(case)
    carried = money.state_without_appeal(case) == "executed" or (needs_execution(case) and not awaits(case))
    return carried or found.paid - found.returned > found.to_return


def state_name(case: Case) -> str:
    """The state of one case in words: whether the penalty waits, and for an appeal or for a protest alone."""
    if case.state != "under_appeal":
        return words.state_name(case.state)
    if reviews.waiting_for(case) == "protest":
        return _("under protest") if penalty_done(case) else _("under protest, the penalty waits")
    return _("under appeal") if penalty_done(case) else _("under appeal, the penalty waits")


def next_step(case: Case) -> dict[str, Any] | None:
    """What the person may or must do next, and its last day; None where nothing is left to do.

    `until` is the last day of what is to be done, `appeal_until` that of an own appeal in time, in every state.
    """
    step, end = _step(case), instances.own_end(case)
    if step is None and end is None:
        return None
    step = step or {"text": _("Nothing is needed from you."), "until": None}
    return {**step, "appeal_until": local_day(case, end) if end else None}


def _step(case: Case) -> dict[str, Any] | None:
    found, expired = money.account(case), money.expired_at(case) is not None
    returned = _("%(sum)s are to be returned to you.") % {"sum": tenge(found.to_return)} if found.to_return else ""
    if case.state == "under_appeal":
        if money.returned_after_copy(case):
            returned = ""
        sentences = (_while_under_appeal(case, expired), _own_appeal(case), returned)
        return {"text": " ".join(filter(None, sentences)), "until": None}
    if returned:
        return {"text": returned, "until": None}
    if expired:
        return {"text": _("The limitation of execution is over. Nothing is needed from you."), "until": None}
    if case.state in ("opened", "protocol", "in_court"):
        return {"text": _("The case is being reviewed. Nothing is needed from you yet."), "until": None}
    if case.state == "decided":
        return {"text": _("The decision will be handed over to you; the terms begin with that."), "until": None}
    if case.state == "handed_over":
        return _step_handed_over(case, found)
    if case.state in ("in_force", "enforcement") and (less := _pay_less(case)):
        return less
    if case.state == "in_force" and found.remaining:
        end = money.pay_end(case)
        until = local_day(case, end) if end not in (None, money.FOREVER) else None
        if end is not None and now() > end:
            until = None  # a day that is over is no day until which anything can be done
            text = _("The term to pay is over: %(sum)s may be collected by enforcement.")
        else:
            text = _("Pay %(sum)s.")
        return {"text": text % {"sum": tenge(found.remaining)}, "until": until}
    if case.state == "enforcement" and found.remaining:
        text = _("%(sum)s are being collected by enforcement.") % {"sum": tenge(found.remaining)}
        return {"text": text, "until": None}
    if case.state == "in_force":
        return {"text": _("The decision is being carried out."), "until": None}
    return None


def _while_under_appeal(case: Case, expired: bool) -> str:
    return f"{_reviewed(case)} {_until_the_result(case, expired)}"


def _own_appeal(case: Case) -> str:
    """Beside an open protest: that the person may appeal as well, where that is in time or its term has not begun."""
    instance = instances.own_turn(case)
    last = instances.last_moment(case, instance) if instance else None
    if instance is None or (last is not None and now() > last):
        return ""
    return _("You can file an appeal of your own meanwhile.")


def _reviewed(case: Case) -> str:
    return {
        "appeal": _("The appeal is being decided."),
        "protest": _("The protest of the prosecutor is being decided."),
        "both": _("The appeal and the protest of the prosecutor are being decided."),
    }[reviews.waiting_for(case)]


def _until_the_result(case: Case, expired: bool) -> str:
    if expired:
        return _("The decision is not carried out any more.")
    if not penalty_done(case):
        return _("The penalty waits until then.")
    if case.amount_tenge and not needs_execution(case):
        return _("What was paid stays paid until then.")
    return _("The penalty was carried out before.")


def _step_handed_over(case: Case, found: money.Account) -> dict[str, Any]:
    if less := _pay_less(case):
        return less
    text = _("You can appeal; after that the decision is in force.")
    if carried_out(case) == {"arrest"}:
        # An arrest alone does not wait for the entry into force (docs/law.md, question 14).
        text = _("The arrest may be carried out at once. You can appeal.")
    if needs_execution(case) and not awaits(case):
        text = _("The penalty was carried out. You can appeal; after that the decision is in force.")
    if found.remaining:
        text = _("%(sum)s are owed. You can appeal; after that the term to pay begins.")
        text %= {"sum": tenge(found.remaining)}
    return {"text": text, "until": None}


def _pay_less(case: Case) -> dict[str, Any] | None:
    """While the reduced fine is enough, whatever else runs: an appeal may have made its term outlast the others."""
    rest, end = money.reduced_rest(case, now()), money.discount_end(case)
    if rest is None or end is None:
        return None
    until = local_day(case, end) if end != money.FOREVER else None
    text = _("Pay %(sum)s.") if awaits(case) else _("Pay %(sum)s and the case is closed.")
    return {"text": text % {"sum": tenge(rest)}, "until": until}
