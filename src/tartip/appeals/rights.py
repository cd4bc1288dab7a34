"""Who files, passes on, hears and withdraws an appeal or a protest."""

from __future__ import annotations

from tartip.appeals import instances
from tartip.appeals.instances import COURT, HIGHER_BODY
from tartip.appeals.models import Appeal
from tartip.cases.access import holder_of
from tartip.core.acts import Actor
from tartip.core.acts.rights import has_role, in_territory, is_system, predicate
from tartip.core.journal.models import Entry

# Who did one of these has a part in the appeal already.
OWN_PART = ("appeal.file", "appeal.file_court", "appeal.decide", "appeal.decide_court")


@predicate("not one who drew the protocol of the case or decided it")
def is_another_official(actor: Actor, appeal: Appeal | None = None) -> bool:
    """Nobody reviews what stands on his own paper, under whichever account it was written."""
    if appeal is None:
        return True
    own = Entry.objects.filter(subject=appeal.case_id, actor__in=actor.names, act__in=("case.protocol", "case.decide"))
    return not actor.is_self(appeal.case.decided_by) and not own.exists()


@predicate("not one who filed or decided an appeal or a protest in the case")
def is_new_to_it(actor: Actor, appeal: Appeal | None = None) -> bool:
    """A prosecutor decides no appeal of his own, and nobody hears in the court what he decided before it."""
    if appeal is None:
        return True
    return not Entry.objects.filter(
        subject__in=Appeal.objects.filter(case=appeal.case_id).values("pk"), actor__in=actor.names, act__in=OWN_PART
    ).exists()


@predicate("it is for the higher body to decide")
def is_at_higher_body(actor: Actor, appeal: Appeal | None = None) -> bool:
    return appeal is None or (instances.of(appeal) == HIGHER_BODY and not instances.is_overtaken(appeal))


@predicate("it is to be passed to the court")
def goes_to_court(actor: Actor, appeal: Appeal | None = None) -> bool:
    """Also an appeal to the higher body, where another one has come to the court meanwhile."""
    if appeal is None or instances.is_overtaken(appeal):
        return True
    return instances.of(appeal) == COURT and appeal.state == "filed"


@predicate("it is for the court to decide")
def is_at_court(actor: Actor, appeal: Appeal | None = None) -> bool:
    return appeal is None or instances.of(appeal) == COURT


@predicate("it came late and its term is not restored")
def is_late(actor: Actor, appeal: Appeal | None = None) -> bool:
    return appeal is None or (appeal.late and appeal.term_restored_at is None)


@predicate("the own appeal or protest")
def is_own(actor: Actor, appeal: Appeal | None = None) -> bool:
    """The person's is the person's; a protest is withdrawn by the prosecutor who filed it.

    The prosecutor is a person and not an account: a protest filed under one that was closed since can be withdrawn.
    The appointment that this needs is that of the account in use, as for every act.
    """
    if appeal is None:
        return True
    if actor.role == "citizen":
        return appeal.filed_by != instances.PROSECUTOR and actor.name == holder_of(appeal.case).name
    return Entry.objects.filter(
        subject=appeal.pk, actor__in=actor.names, act__in=("appeal.file", "appeal.file_court")
    ).exists()


files = has_role("citizen") | (in_territory & has_role("prosecutor"))
# The body whose decision is attacked passes the appeal on; the body it is for takes one that reached it directly.
forwards = (in_territory & has_role("inspector", "supervisor", "prosecutor")) | is_system
forwards_to_court = (in_territory & has_role("inspector", "supervisor", "prosecutor", "judge")) | is_system
has_no_part = is_another_official & is_new_to_it
hears = in_territory & (has_role("supervisor", "prosecutor") & is_at_higher_body | has_role("judge") & is_at_court)
reviews = in_territory & has_role("supervisor", "prosecutor") & is_at_higher_body & is_another_official & is_new_to_it
judges = in_territory & has_role("judge") & is_at_court & is_another_official & is_new_to_it
