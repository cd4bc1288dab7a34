"""Codes of the journal and of the law as a reader's words: acts, roles, grounds with their status, penalties."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _, ngettext

from tartip.core import law
from tartip.core.clocks import breach
from tartip.core.clocks.editions import rule_of
from tartip.core.clocks.models import Clock
from tartip.core.language import language
from tartip.core.people.models import Role
from tartip.core.terms.arithmetic import stood
from tartip.core.terms.rules import DeadlineRule, Unit
from tartip.core.terms.zones import day_of
from tartip.core.territory import tree
from tartip.core.time import now
from tartip.web.dates import day, duration
from tartip.web.numbers import SPACE, scaled, tenge

# How the trust in a row of the law tables is drawn: kind of the badge.
LAST_HOUR = 3600  # seconds: a term of some hours is shown as ending soon before its last quarter
STATUS_BADGES = {"confirmed": "ok", "older edition": "line", "unconfirmed": "warn"}


def role_name(role: str) -> str:
    if role == "system":
        return _("the system, by itself")
    return str(Role(role).label) if role in Role.values else role


def status_word(status: str) -> str:
    return {
        "confirmed": _("norm confirmed"),
        "older edition": _("older edition of the norm"),
        "unconfirmed": _("norm not confirmed"),
    }.get(status, status)


def cited(key: str, on: date) -> dict[str, str]:
    """A norm as a reader sees it: citation, title, status with its badge, source."""
    edition = law.resolve(key, on)
    return {
        "key": key,
        "citation": law.citation(edition, language()),
        "title": edition.name(language()),
        "status": edition.status,
        "status_word": status_word(edition.status),
        "badge": STATUS_BADGES.get(edition.status, ""),
        "source": edition.source,
    }


def ground_of(key: str, edition: str) -> dict[str, str] | None:
    """The ground an entry of the journal names; `edition` is its text there («2026-03-12 confirmed»)."""
    try:
        return cited(key, date.fromisoformat(edition[:10])) if key else None
    except (law.MissingEdition, ValueError):
        return None


def state_name(state: str) -> str:
    return {
        "opened": _("opened"),
        "protocol": _("protocol drawn"),
        "in_court": _("with the judge"),
        "decided": _("decided, not handed over yet"),
        "handed_over": _("decision handed over"),
        "in_force": _("decision in force"),
        "enforcement": _("handed to enforcement"),
        "paid": _("fine paid"),
        "executed": _("penalty carried out"),
        "expired": _("limitation of execution over"),
        "under_appeal": _("being reviewed"),
        "cancelled": _("decision cancelled"),
        "closed": _("ended without a penalty"),
    }.get(state, state)


def kind_name(kind: str) -> str:
    """The words of a sanction's kind."""
    return {
        "warning": _("warning"),
        "fine": _("fine"),
        "arrest": _("arrest"),
        "deprivation": _("deprivation of a right"),
        "community_work": _("community work"),
        "confiscation": _("confiscation"),
    }.get(kind, kind)


def sanction_text(row: dict[str, Any]) -> str:
    """One sanction with its amount: «fine: 5 МРП × 4 325 ₸ = 21 625 ₸», «arrest: 10 days», «confiscation: knife»."""
    name = kind_name(row["kind"])
    if row["kind"] == "fine" and row.get("tenge") is not None:
        counted = row["mci_tenths"] and row["mci_tenths"] * row["rate"] == row["tenge"] * 10
        return f"{name}: {arithmetic(row['mci_tenths'], row['rate'], row['tenge']) if counted else tenge(row['tenge'])}"
    if "amount" in row:
        return f"{name}: {row['amount']} {unit_name(row['unit'])}"
    return f"{name}: {row['item']}" if "item" in row else name


def unit_name(unit: str) -> str:
    return {
        "days": _("days of term"),
        "months": _("months of term"),
        "years": _("years of term"),
        "hours": _("hours of term"),
    }.get(unit, unit)


def body_names(bodies: Iterable[str]) -> str:
    names = {"court": _("the court"), "police": _("the police")}
    return ", ".join(str(names.get(body, body)) for body in bodies)


def close_reason(code: str) -> str:
    return {
        "limitation": _("the limitation is over"),
        "no_offence": _("there was no offence"),
        "other": _("another reason"),
    }.get(code, code)


def relief_name(code: str) -> str:
    return {"postponed": _("payment postponed"), "instalments": _("payment by instalments")}.get(code, code)


def subject_name(subject: str) -> str:
    return {
        "person": _("a person"),
        "minor": _("a minor"),
        "parent": _("a parent"),
        "official": _("an official"),
        "small": _("small business"),
        "medium": _("medium business"),
        "large": _("large business"),
    }.get(subject, subject)


def mci(tenths: int) -> str:
    """Tenths of a МРП as people write them: 5 МРП, 2,5 МРП."""
    whole = str(tenths // 10) if tenths % 10 == 0 else scaled(tenths, 1)
    return f"{whole}{SPACE}{_('MCI')}"


def arithmetic(tenths: int, rate: int, amount: int) -> str:
    """The whole count of a fine on one line: 5 МРП × 4 325 ₸ = 21 625 ₸."""
    return f"{mci(tenths)} × {tenge(rate)} = {tenge(amount)}"


def last_day(clock: Clock) -> date:
    """The last day of a term, where the record is: the term ends at the midnight that follows."""
    zone: ZoneInfo = tree.zone(clock.territory_id)
    return (clock.due_at - timedelta(microseconds=1)).astimezone(zone).date()


def clock_words(clock: Clock, at: datetime | None = None) -> dict[str, Any]:
    """One clock for a page: its name, last day, state, what is left of it, and what happens at zero."""
    moment = at or now()
    followed = rule_of(clock)
    rule = followed.rule
    over = moment > clock.due_at
    end = clock.stopped_at or clock.paused_at or moment
    left = int((clock.due_at - end).total_seconds())
    if clock.state == "stopped" and clock.breached_by is None:
        left = max(0, left)  # stopped late by its record alone: the duty was done in time
    total = max(1, int((clock.due_at - clock.started_at).total_seconds()))
    return {
        "rule": clock.rule,
        "name": rule.name(language()),
        "since": day_of(clock.started_at, tree.zone(clock.territory_id)),
        "until": last_day(clock),
        **stood_words(clock, rule, moment),
        "state": clock.state,
        "over": over,
        "breached": clock.breached_by is not None,
        "duty": breach.is_duty(clock),
        "left": left,
        "total": total,
        "days": duration(left),
        "shape": "breached" if left < 0 else "soon" if left * 4 < total or left < LAST_HOUR else "ok",
        "percent": max(0, min(100, left * 100 // total)),
        "waits": waits_for(clock, moment),
        "confirmed": rule.confirmed and followed.exact,
        "ground": ground_of(rule.ground, rule.valid_from.isoformat()) if rule.ground else None,
        "then": at_zero(clock.rule),
    }


def granted_words(clock: Clock) -> dict[str, Any]:
    """A postponement or instalments that end with the granted day: the rule names the longest that the law gives."""
    postponed = clock.rule == "koap-888-postpone"
    name = _("Payment postponed") if postponed else _("Payment in instalments")
    return {**clock_words(clock), "name": name, "then": at_zero("koap-893-pay")}


def relief_answer(relief: str, until: date | None) -> str:
    """The answer to a petition to pay later or in parts, before its reasons."""
    if not relief:
        return _("Refused.")
    last = day(until) if until else ""
    said = _("Allowed to pay in instalments until %(day)s inclusive.")
    if relief == "postponed":
        said = _("Postponed: to be paid until %(day)s inclusive.")
    return said % {"day": last}


def stood_words(clock: Clock, rule: DeadlineRule, at: datetime) -> dict[str, Any]:
    """How long the term stood (`stood_days`, in `stood_unit`), so that beginning and end add up; in words as well.

    Nothing is said of a pause that lasts still, unless it is known when it ends: the end counts that already.
    """
    pauses = [(datetime.fromisoformat(began), datetime.fromisoformat(over)) for began, over in clock.pauses]
    days, working = 0, rule.unit is Unit.WORKING_DAYS
    with suppress(law.LawError):  # the calendar of its year is gone from the tables
        days = stood(rule, pauses, tree.zone(clock.territory_id)) if pauses else 0
    if working:
        text = ngettext("the term stood for %(n)s working day", "the term stood for %(n)s working days", days)
    else:
        text = ngettext("the term stood for %(n)s day", "the term stood for %(n)s days", days)
    if any(over > at for _began, over in pauses):
        if working:
            text = ngettext("%(n)s working day is not counted", "%(n)s working days are not counted", days)
        else:
            text = ngettext("%(n)s day is not counted", "%(n)s days are not counted", days)
    return {
        "stood_days": days,
        "stood_unit": "working_days" if working else "days",
        "stood": text % {"n": days} if days else "",
    }


def waits_for(clock: Clock, at: datetime) -> dict[str, str] | None:
    """Why a term stands still, and how sure we are: a limitation waits for the court, others for an appeal."""
    now_waits = any(datetime.fromisoformat(began) <= at <= datetime.fromisoformat(over) for began, over in clock.pauses)
    if clock.state != Clock.State.PAUSED and not (now_waits and clock.state == Clock.State.RUNNING):
        return None
    found = law.pause(clock.rule, "court", clock.started_at.astimezone(tree.zone(clock.territory_id)).date())
    if found is None:
        return {"text": _("waits, while the decision is reviewed"), "status_word": "", "badge": ""}
    status = found.edition.status
    word = "" if status == "confirmed" else status_word(status)
    return {
        "text": _("waits, while the case is with the court"), "status_word": word,
        "badge": STATUS_BADGES.get(status, ""),
    }  # fmt: skip


def at_zero(rule: str) -> str:
    """What happens by itself when a term is over: said to the person before it is over."""
    if rule.startswith("koap-826.2-complain") or rule in ("koap-829.4-complain", "koap-826.4-court"):
        return _("After this day an appeal is still taken, marked as late; whoever reviews it may restore the term.")
    if rule.startswith("koap-811-discount"):
        return _("After this day the whole fine is due.")
    if rule.startswith("koap-893-pay"):
        return _("After this day what remains may be collected by enforcement.")
    if rule.startswith("koap-890-execution"):
        return _("After this day the decision is not carried out any more.")
    if rule.startswith("koap-888"):
        return _("The longest term the law gives for it.")
    if rule.startswith(("koap-61-punished", "koap-72-punished")):
        return _("Until then the same offence counts as a repeated one.")
    if rule.startswith(("koap-62", "koap-71")):
        return _("After this day nobody may be punished for it: the case must end.")
    return _("If nobody acts by then, the breach enters the journal by itself; you and the prosecutor see it.")
