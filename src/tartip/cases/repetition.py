"""What was decided before: nobody is punished twice for one offence, and a repetition stands on an earlier decision."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from django.db.models import Q

from tartip.cases.errors import BadReason, JudgedBefore
from tartip.cases.instances import in_force_since
from tartip.cases.models import Case
from tartip.cases.money import local_day
from tartip.cases.powers import penalty_of
from tartip.cases.terms import PUNISHED, execution_end, punished_rule
from tartip.core import law
from tartip.core.acts import doing, lock
from tartip.core.checks import check_length
from tartip.core.clocks.models import Clock
from tartip.core.clocks.running import term
from tartip.core.territory import tree
from tartip.operations.incidents.actions import NotJoinable, last_of
from tartip.operations.incidents.models import Incident
from tartip.operations.incidents.queries import family_of

SHORTEST_EARLIER, LONGEST_EARLIER = 15, 500


# Ends of a case after which nobody proceeds against the same person for the same fact.
FOR_GOOD = ("limitation", "no_offence")


class Judged(NamedTuple):
    """Another case of the incident that was decided or ended for good; perhaps against the same person."""

    # None: in one of the two cases no person is entered.
    same_person: bool | None
    # The same part of the article, or one that takes over from it; else another part of the same article.
    same_offence: bool


def questions(case: Case) -> set[str]:
    """What a decision has to say first: that the person is another, that the offence is another."""
    found = _judged(case)
    persons = {"another_person" for judged in found if judged.same_person is None}
    return persons | {"another_offence" for judged in found if not judged.same_offence}


def check_not_judged(case: Case, *, another_person: bool, another_offence: bool) -> None:
    """Nobody is judged twice for one offence.

    Where no person is entered, whoever decides says that it is another. Where another part of the same article was
    judged, whoever decides says that it is about another offence. A merged incident is the one it was merged into.
    """
    whole = _whole(case)
    if whole is not None and whole.pk != case.incident_id:
        lock(whole)  # a case of that one, decided at the same moment, waits for us or is seen
    found = _judged(case)
    if not all(
        (another_person and judged.same_person is None) or (another_offence and not judged.same_offence)
        for judged in found
    ):
        raise JudgedBefore
    if another_person and any(judged.same_person is None for judged in found):
        doing().note(another_person=True)
    if another_offence and not all(judged.same_offence for judged in found):
        doing().note(another_offence=True)


def _whole(case: Case) -> Incident | None:
    """The incident of the case, or the one it was merged into."""
    try:
        return case.incident and last_of(case.incident)
    except NotJoinable:  # rows from before may be merged in a circle
        return case.incident


def _judged(case: Case) -> list[Judged]:
    """A decision to end the case stands as one to punish does (КоАП ст. 741); so does one cancelled on appeal.

    A case that was ended before its article was named was about all of the incident.
    """
    whole = _whole(case)
    if whole is None:
        return []
    others = Case.objects.filter(incident__in=family_of(whole)).exclude(pk=case.pk)
    judged = others.filter(Q(decided_at__isnull=False) | Q(state="closed", closed_for__in=FOR_GOOD))
    found = []
    for person, article in judged.values_list("person", "article"):
        known = case.person_id is not None and person is not None
        if (known and person != case.person_id) or (article and _number(article) != _number(case.article)):
            continue
        same = not article or law.is_one_offence(article, case.article)
        found.append(Judged(True if known else None, same))
    return found


def _number(key: str) -> str:
    """The article without its part: koap-434.2-1 → koap-434.2."""
    return "-".join(key.split("-")[:2])


def earlier_of(case: Case, penalty: law.Penalty, named: str, *, repeat: bool) -> str | None:
    """The earlier decision a repetition stands on; None for a first offence.

    The article decides whether it is a repetition: the part that punishes only that needs one however it was named.
    """
    named = named.strip()
    check_length("earlier", named, LONGEST_EARLIER)
    if not repeat and not law.is_repetition(case.article, penalty.on, penalty.subject):
        # «Повторно либо …»: told where it was named.
        if named and not law.repeated_by(case.article, penalty.on, penalty.subject):
            raise BadReason(field="earlier", rule="the chosen penalty is for the first time, and stands on none")
        return named or None
    if found := _own_earlier(case, law.repeated_by(penalty.key, penalty.on, penalty.subject)):
        assert found.decided_at is not None
        return named or f"{found.pk}, {found.penalty_key}, {local_day(found, found.decided_at)}"
    if len(named) < SHORTEST_EARLIER:
        raise BadReason(
            field="earlier",
            rule="name the earlier decision by number, day and body, in at least %(least)s characters",
            least=SHORTEST_EARLIER,
        )
    return named


def is_known_repetition(case: Case) -> bool:
    """Whether our records hold the earlier decision on which the person would be punished as for a repetition."""
    try:
        penalty = penalty_of(case, repeat=True, subject=case.penalty_subject or "person")
    except law.LawError:
        return False
    return _own_earlier(case, law.repeated_by(penalty.key, penalty.on, penalty.subject)) is not None


def _own_earlier(case: Case, parts: frozenset[str]) -> Case | None:
    """A decision on one of the parts by which the person still counted as punished when the offence was committed.

    What is cancelled or waits for an appeal is no ground. What came into force by time is one, whether a job has
    noticed that already or not.
    """
    if case.person_id is None:
        return None
    found = Case.objects.filter(person=case.person_id, article__in=parts).exclude(pk=case.pk)
    found = found.exclude(decided_at=None).exclude(state__in=("cancelled", "under_appeal"))
    in_force = [(since, other) for other in found if (since := in_force_since(other)) and since <= case.offence_at]
    for _since, other in sorted(in_force, key=lambda row: row[0], reverse=True):
        until = _punished_until(other, case.offence_at)
        if until is None or case.offence_at <= until:
            return other
    return None


def _punished_until(case: Case, at: datetime) -> datetime | None:
    """Until when the person counts as punished; None while the penalty can still be carried out.

    What was never carried out can not be punished for ever: its year runs from the end of its limitation of execution.
    """
    clock = Clock.objects.filter(subject=case.pk, rule__in=PUNISHED).order_by("-id").first()
    if clock is not None and case.executed_at is not None:  # else what ended the penalty had come too late
        return clock.due_at
    end = execution_end(case)
    return None if end is None or at <= end else term(punished_rule(case), end, tree.zone(case.territory_id))[1]
