"""Who may do what with a case, as far as it depends on the case."""

from __future__ import annotations

from tartip.cases.imposed import awaits, carried_out
from tartip.cases.models import Case
from tartip.cases.money import account, fine, returned_after_copy
from tartip.cases.powers import is_of_the_police_alone
from tartip.core.acts import Actor
from tartip.core.acts.rights import has_role, in_territory, is_system, predicate

draws = in_territory & has_role("inspector", "patrol", "supervisor")


decides = in_territory & has_role("inspector", "supervisor", "judge")


takes_money = decides | has_role("gateway") | is_system


@predicate("the judge where the case was sent to court, nobody but the police elsewhere")
def is_where_the_case_is(actor: Actor, case: Case | None = None) -> bool:
    """A judge who took a case nobody sent would take the higher body away from the person."""
    return case is None or (case.state == "in_court") == (actor.role == "judge")


@predicate("the court may impose something for the article")
def has_something_for_the_court(actor: Actor, case: Case | None = None) -> bool:
    """What the tables give to the police alone is not sent: the person would lose the higher body by it."""
    return case is None or not is_of_the_police_alone(case)


@predicate("money is to be returned")
def has_surplus(actor: Actor, case: Case | None = None) -> bool:
    return case is None or (account(case).to_return > 0 and not returned_after_copy(case))


@predicate("a fine is owed")
def owes(actor: Actor, case: Case | None = None) -> bool:
    """Whether the limitation of execution forbids the act is said by its term, which names the last day."""
    return case is None or fine(case) > (case.paid_tenge or 0) - (case.returned_tenge or 0)


@predicate("nothing was postponed or split yet")
def has_no_relief(actor: Actor, case: Case | None = None) -> bool:
    """The law names the longest postponement; granted again and again it would have no end."""
    return case is None or case.relief_at is None


@predicate("a petition waits for its answer")
def has_petition(actor: Actor, case: Case | None = None) -> bool:
    return case is None or case.petition_at is not None


@predicate("a penalty other than a fine is to be carried out")
def awaits_execution(actor: Actor, case: Case | None = None) -> bool:
    return case is None or awaits(case)


@predicate("the decision is in force, or the penalty an arrest")
def is_due(actor: Actor, case: Case | None = None) -> bool:
    """Only an arrest is carried out at once; a thing that is confiscated while an appeal is open does not come back."""
    return case is None or case.state != "handed_over" or carried_out(case) == {"arrest"}
