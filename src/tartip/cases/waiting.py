"""The court's own term, and whether the limitation stands still while a case is with the court."""

from __future__ import annotations

from datetime import datetime

from tartip.cases.models import Case
from tartip.cases.money import latest, local_day
from tartip.cases.powers import may_bring, may_end_in_court
from tartip.cases.repetition import is_known_repetition
from tartip.cases.terms import COURT_TERMS, limitation_over, limitation_refusal
from tartip.core import law
from tartip.core.clocks.running import term
from tartip.core.law.pauses import OWN_TERM
from tartip.core.territory import tree


def needs_the_court(case: Case) -> bool:
    """Whether the subject of the protocol may get what the police may not impose.

    The first time; or again, where an earlier decision is known. Who has none cannot be punished as one who has.
    """
    return may_end_in_court(case, repeat=False) or (may_end_in_court(case, repeat=True) and is_known_repetition(case))


def waits_in_court(case: Case, key: str) -> bool:
    """Whether the law lets this limitation stand still while the case is with the court.

    It does not for what the police may impose whole: who missed the own term does not win the court's by sending it.
    """
    return needs_the_court(case) and law.pause(key, "court", local_day(case, case.offence_at)) is not None


def court_term(case: Case) -> str:
    """The court's own term: on the day it received what may bring an arrest, else fifteen working days.

    Where an earlier decision is known, whether the protocol names the repetition or the judge will makes no difference.
    """
    arrest = may_bring(case, "arrest") or (may_bring(case, "arrest", repeat=True) and is_known_repetition(case))
    return "koap-829.5-arrest" if arrest else "koap-829.5-decide"


def court_until(case: Case, key: str) -> datetime | None:
    """Until when this limitation waits at the longest, None where it waits as long as the case is with the court.

    The court's own term tells it once it runs: a decree may have moved that.
    """
    found = law.pause(key, "court", local_day(case, case.offence_at))
    if found is None or found.longest != OWN_TERM or case.received_at is None:
        return None
    clock = latest(case, *COURT_TERMS)
    if clock is not None:
        return clock.due_at
    return term(court_term(case), case.received_at, tree.zone(case.territory_id))[1]


def may_end_by_limitation(case: Case, at: datetime) -> bool:
    """Whether the case may be ended by limitation.

    That waits in court for a repetition alone: whoever finds none there ends the case when the police could not decide
    it any more.
    """
    if limitation_over(case, at):
        return True
    if case.state != "in_court" or may_end_in_court(case, repeat=False):
        return False
    return limitation_refusal(case, case.penalty_subject or "person", at, "case.decide", waited=False) is not None
