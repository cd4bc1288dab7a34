"""Paying later or in parts: asked for, allowed or refused."""

from __future__ import annotations

from datetime import date

from tartip.cases.errors import BadRelief, NoRelief, PetitionWaits
from tartip.cases.models import Case
from tartip.cases.money import account, local_day
from tartip.cases.rights import decides, has_no_relief, has_petition, owes
from tartip.cases.terms import EXECUTION, RELIEFS, execution_end, execution_over
from tartip.core.acts import Actor, Choice, Clocks, act, doing
from tartip.core.acts.rights import has_role
from tartip.core.checks import check_length
from tartip.core.clocks.running import term
from tartip.core.inputs import YEARS, is_in_range
from tartip.core.terms.zones import end_of_day
from tartip.core.territory import tree
from tartip.core.time import now


@act(
    "case.ask_relief",
    names={
        "kk": "Кейінге қалдыруды не бөліп төлеуді сұрау",
        "ru": "Просить отсрочку или рассрочку",
        "en": "Ask to postpone or pay in parts",
    },
    done={
        "kk": "Кейінге қалдыру не бөліп төлеу сұралды",
        "ru": "Запрошена отсрочка или рассрочка",
        "en": "Postponement or instalments were asked for",
    },
    ground="koap-888",
    of=Case,
    may=(has_role("citizen") | decides) & owes & has_no_relief,
    moves={"in_force": None},
    within=EXECUTION,
    clocks=Clocks(starts={"koap-887-decide": "petition_at"}),
)
def ask_relief(actor: Actor, case: Case, *, text: str) -> Case:
    """The person asks to pay later or in parts; the answer has a term of its own."""
    if case.petition_at is not None:
        raise PetitionWaits
    if not text.strip():
        raise BadRelief(field="text", rule="must not be empty")
    check_length("text", text)
    case.petition_at, case.petition, case.petition_answer = doing().at, text.strip(), None
    return case


def check_relief(case: Case) -> None:
    """Raises, in words for the person, why nothing can be asked for in this case."""
    if case.state in ("opened", "protocol", "in_court"):
        raise NoRelief(rule="no decision was taken yet")
    if case.state == "closed":
        raise NoRelief(rule="the case ended without a penalty")
    if case.state == "cancelled":
        raise NoRelief(rule="the decision was cancelled")
    if not case.amount_tenge:
        raise NoRelief(rule="no fine was imposed")
    if case.state == "expired" or execution_over(case, now()):
        raise NoRelief(rule="the limitation of execution is over")
    if not account(case).remaining:
        raise NoRelief(rule="the fine is paid")
    if case.state == "under_appeal":
        raise NoRelief(rule="the decision is being reviewed")
    if case.state in ("decided", "handed_over"):
        raise NoRelief(rule="the decision is not in force yet")
    if case.relief_at is not None:
        raise NoRelief(rule="that was allowed already, and it is allowed once")
    if case.state == "enforcement":
        raise NoRelief(rule="the fine is being collected by enforcement")


@act(
    "case.refuse_relief",
    names={
        "kk": "Кейінге қалдырудан бас тарту",
        "ru": "Отказать в отсрочке и рассрочке",
        "en": "Refuse to postpone or split",
    },
    done={
        "kk": "Кейінге қалдырудан не бөліп төлетуден бас тартылды",
        "ru": "В отсрочке и рассрочке отказано",
        "en": "Postponement and instalments were refused",
    },
    ground="koap-887",
    of=Case,
    may=decides & has_petition,
    moves={"in_force": None, "enforcement": None},
    clocks=Clocks(stops=["koap-887-decide"]),
    grave=True,
)
def refuse_relief(actor: Actor, case: Case, *, reason: str) -> Case:
    """The petition is refused with reasons, for the person to read; the term to pay runs on."""
    if not reason.strip():
        raise BadRelief(field="reason", rule="must not be empty")
    check_length("reason", reason)
    case.petition_at, case.petition_answer = None, reason.strip()
    return case


@act(
    "case.relieve",
    names={
        "kk": "Кейінге қалдыру немесе бөліп төлету", "ru": "Отсрочить или рассрочить",
        "en": "Postpone or allow instalments",
    },
    done={
        "kk": "Кейінге қалдырылды немесе бөліп төлеуге рұқсат берілді",
        "ru": "Предоставлена отсрочка или рассрочка",
        "en": "Postponed or allowed in instalments",
    },
    ground="koap-888",
    of=Case,
    may=decides & owes & has_no_relief,
    moves={"in_force": None},
    within=EXECUTION,
    clocks=Clocks(
        stops=["koap-887-decide", "koap-893-pay", "koap-888"],
        starts={Choice(tuple(RELIEFS.values()), lambda case: RELIEFS.get(case.relief)): "relief_at"},
    ),
)  # fmt: skip
def relieve(actor: Actor, case: Case, *, relief: str, until: date, reason: str) -> Case:
    """Postpone the payment or allow it in parts, once in a case, up to a day within the law's longest term.

    The day lies within the limitation of execution too: КоАП ст. 890 names an appeal and evasion as what moves that,
    not a postponement (unconfirmed). A longer one would be promised and then not kept.
    """
    if relief not in RELIEFS:
        raise BadRelief(field="relief", rule="must be one of %(allowed)s", allowed=", ".join(RELIEFS))
    if not reason.strip():
        raise BadRelief(field="reason", rule="must not be empty")
    check_length("reason", reason)
    if not is_in_range(until):
        raise BadRelief(field="until", rule="must lie in the years %(years)s", years=YEARS)
    zone = tree.zone(case.territory_id)
    _rule, longest = term(RELIEFS[relief], doing().at, zone)
    end = execution_end(case)
    longest = min(longest, end) if end is not None else longest
    if not doing().at < end_of_day(until, zone) <= longest:
        raise BadRelief(
            field="until", rule="must be a coming day, %(last)s at the latest", last=local_day(case, longest)
        )
    case.relief, case.relief_at, case.pay_until = relief, doing().at, until
    case.petition_at, case.petition_answer = None, reason.strip()
    return case
