"""What the law allows for a case's article, and who may impose it."""

from __future__ import annotations

from datetime import date

from tartip.cases.errors import BadReason, NoPower
from tartip.cases.models import Case
from tartip.cases.money import local_day
from tartip.cases.words import subject_name
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


def police_may_impose(case: Case, penalty: law.Penalty, option: Option) -> bool:
    """Whether the option is one the police may decide on themselves, whole."""
    on = local_day(case, now())
    return all(law.may_impose(penalty.key, part.kind.value, "inspector", on).allowed for part in option)


def check_charged(article: str, subject: str, on: date) -> None:
    """A protocol names a part that punishes, and one whom it punishes: nobody could decide it, and nothing corrects it.

    Where only the row of the day is missing the case waits for the lawyer.
    """
    punished = law.chargeable(article, on)
    if not punished:
        raise BadReason(field="article", rule="punishes nobody: name the part of an article that does")
    if subject not in law.SUBJECTS:
        raise BadReason(field="subject", rule="must be one of %(allowed)s", allowed=", ".join(punished))
    if subject not in punished:
        raise BadReason(
            field="subject",
            rule="this part punishes only: %(who)s",
            who=Subjects(punished),
            allowed=", ".join(punished),
        )


class Subjects(tuple[str, ...]):
    """Subjects in the words of whoever reads them."""

    def __str__(self) -> str:
        return ", ".join(subject_name(code) for code in self)


def is_for_the_court(case: Case) -> bool:
    """Whether the police may impose nothing for the article on its subject: the protocol goes to the judge."""
    found = _imposable(case, repeat=False)
    return bool(found) and not any(_allows(one, "inspector") for one in found)


def is_of_the_police_alone(case: Case) -> bool:
    """Whether the tables leave the court nothing to impose; what both may impose, either may decide."""
    found = _imposable(case, repeat=False) + _imposable(case, repeat=True)
    return bool(found) and not any(_allows(one, "judge") for one in found)


def may_end_in_court(case: Case, *, repeat: bool) -> bool:
    """Whether the subject of the protocol may get what the police may not impose.

    Where the tables do not know the article, they take nothing from the police either.
    """
    return any(not _allows(one, "inspector") for one in _imposable(case, repeat=repeat))


def _imposable(case: Case, *, repeat: bool) -> list[tuple[str, str, date]]:
    """Part and kind of every penalty that the subject of the protocol may get, the first time or again.

    The kind is `any` where the tables know whose the article is, but not its penalty.
    """
    on = local_day(case, now())
    try:
        penalty = penalty_of(case, repeat=repeat, subject=case.penalty_subject or "person")
    except law.LawError:
        found = [] if repeat else [(case.article, "any", on)]
    else:
        kinds = {sanction.kind.value for option in penalty.options for sanction in option}
        found = [(penalty.key, kind, on) for kind in sorted(kinds)]
    return found if all(_is_known(*one) for one in found) else []


def _is_known(key: str, kind: str, on: date) -> bool:
    """Whether the table of powers knows whose it is at all."""
    try:
        law.may_impose(key, kind, "judge", on)
    except law.LawError:
        return False
    return True


def _allows(found: tuple[str, str, date], role: str) -> bool:
    key, kind, on = found
    return law.may_impose(key, kind, role, on).allowed


def may_bring(case: Case, kind: str, *, repeat: bool = False) -> bool:
    """Whether the subject of the protocol may get this kind of penalty for the case's article."""
    try:
        options = penalty_of(case, repeat=repeat, subject=case.penalty_subject or "person").options
    except law.LawError:
        return False
    return any(sanction.kind.value == kind for option in options for sanction in option)
