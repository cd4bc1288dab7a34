"""Codes of the journal and of the law as a reader's words: acts, roles, grounds with their status, penalties."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from tartip.core import law
from tartip.core.clocks import breach
from tartip.core.clocks.models import Clock
from tartip.core.people.models import Role
from tartip.core.territory import tree
from tartip.core.time import now
from tartip.core.words import language
from tartip.web.numbers import SPACE, scaled, tenge

# How the trust in a row of the law tables is drawn: kind of the badge.
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
        "decided": _("decided, not handed over yet"),
        "handed_over": _("decision handed over"),
        "paid": _("fine paid"),
        "under_appeal": _("under appeal, the penalty waits"),
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
    rule = law.deadline(clock.rule, clock.edition)
    over = moment > clock.due_at
    end = clock.stopped_at or clock.paused_at or moment
    left = int((clock.due_at - end).total_seconds())
    total = max(1, int((clock.due_at - clock.started_at).total_seconds()))
    return {
        "rule": clock.rule,
        "name": rule.name(language()),
        "until": last_day(clock),
        "state": clock.state,
        "over": over,
        "breached": clock.breached_by is not None,
        "duty": breach.is_duty(clock),
        "left": left,
        "total": total,
        "days": days_left(left),
        "shape": "breached" if left < 0 else "soon" if left * 4 < total else "ok",
        "percent": max(0, min(100, left * 100 // total)),
        "confirmed": rule.confirmed,
        "ground": ground_of(rule.ground, clock.edition.isoformat()) if rule.ground else None,
        "then": at_zero(clock.rule),
    }


def days_left(seconds: int) -> str:
    from django.utils.translation import ngettext

    days = abs(seconds) // 86_400
    if days == 0:
        hours = abs(seconds) // 3600
        return ngettext("%(count)s hour", "%(count)s hours", hours) % {"count": hours}
    return ngettext("%(count)s day", "%(count)s days", days) % {"count": days}


def at_zero(rule: str) -> str:
    """What happens by itself when a term is over: said to the person before it is over."""
    if rule.startswith("koap-826.2-complain"):
        return _("After this day an appeal is still taken, marked as late; whoever reviews it may restore the term.")
    if rule.startswith("koap-811-discount"):
        return _("After this day the whole fine is due.")
    if rule.startswith("koap-62"):
        return _("After this day nobody may be punished for it: the case must end.")
    return _("If nobody acts by then, the breach enters the journal by itself; you and the prosecutor see it.")
