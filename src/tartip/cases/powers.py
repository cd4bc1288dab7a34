"""What the law allows for a case's article, and who may impose it."""

from __future__ import annotations

from datetime import date

from tartip.cases.errors import NoPower
from tartip.cases.models import Case
from tartip.cases.money import local_day
from tartip.core import law
from tartip.core.acts import Actor, doing
from tartip.core.law.sanctions import Option
from tartip.core.time import now


def penalty_of(case: Case, *, repeat: bool = False, subject: str = "person") -> law.Penalty:
    """What the law allows for the case's article on the day of the offence."""
    return law.penalty(case.article, local_day(case, case.offence_at), subject=subject, repeat=repeat)


def check_power(actor: Actor, case: Case, penalty: law.Penalty, option: Option) -> None:
    """Who may impose what is a table of the law; an inspector imposes nothing that is the court's."""
    for sanction in option:
        found = law.may_impose(penalty.key, sanction.kind.value, actor.role, local_day(case, doing().at))
        if not found.allowed:
            raise NoPower(kind=sanction.kind.value, article=penalty.key, body=" / ".join(found.bodies))


def is_for_the_court(case: Case) -> bool:
    """Whether the police may impose nothing for the article on a person: the protocol goes to the judge."""
    try:
        penalty = penalty_of(case, subject=case.penalty_subject or "person")
        on = local_day(case, case.protocol_at or now())
        kinds = {sanction.kind.value for option in penalty.options for sanction in option}
        return not any(law.may_impose(penalty.key, kind, "inspector", on).allowed for kind in kinds)
    except law.LawError:
        return False


def may_end_in_court(case: Case) -> bool:
    """Whether the subject of the protocol may get what the police may not impose, the first time or again.

    Where the tables do not know the article, they take nothing from the police either.
    """
    return any(not law.may_impose(key, kind, "inspector", on).allowed for key, kind, on in _imposable(case))


def is_of_the_police_alone(case: Case) -> bool:
    """Whether the tables leave the court nothing to impose; what both may impose, either may decide."""
    found = _imposable(case)
    return bool(found) and not any(law.may_impose(key, kind, "judge", on).allowed for key, kind, on in found)


def _imposable(case: Case) -> list[tuple[str, str, date]]:
    """Every part and kind of penalty that the subject of the protocol may get, as far as the tables know them."""
    found, on = [], local_day(case, now())
    for repeat in (False, True):
        try:
            penalty = penalty_of(case, repeat=repeat, subject=case.penalty_subject or "person")
            kinds = {sanction.kind.value for option in penalty.options for sanction in option}
            for kind in kinds:
                law.may_impose(penalty.key, kind, "judge", on)  # known to the table of powers at all
        except law.LawError:
            continue
        found += [(penalty.key, kind, on) for kind in sorted(kinds)]
    return found


def may_bring(case: Case, kind: str) -> bool:
    """Whether the subject of the protocol may get this kind of penalty for the case's article, the first time."""
    try:
        options = penalty_of(case, subject=case.penalty_subject or "person").options
    except law.LawError:
        return False
    return any(sanction.kind.value == kind for option in options for sanction in option)
