"""What a decision may choose from: every penalty of the law for the case, in words, and what stands in its way."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from tartip.cases import sanctions as chosen, words
from tartip.cases.models import Case
from tartip.cases.money import local_day
from tartip.cases.powers import police_may_impose
from tartip.cases.terms import limitation_refusal
from tartip.core import law
from tartip.core.gaps import queries as gaps
from tartip.core.law.sanctions import Option, Sanction
from tartip.core.problems import said
from tartip.core.time import now


def penalties(case: Case, role: str, article: str = "") -> list[dict[str, Any]]:
    """Every penalty the law allows for the case's article: for whom, the first time or again, which, and how much.

    An option this role may not impose is there as well, with the body whose it is.
    """
    key, on = article or case.article, local_day(case, case.offence_at)
    rows = []
    # The protocol names the subject; a decision cannot name another.
    named = case.penalty_subject if key == case.article else None
    for subject in law.subjects_of(key, on):
        if named and subject != named:
            continue
        for repeat in (False, True):
            try:
                penalty = law.penalty(key, on, subject=subject, repeat=repeat)
            except (law.NoRepeatRule, law.NoPenaltyFor, law.MissingEdition):
                continue
            rows.append(
                {
                    "subject": subject,
                    "subject_name": words.subject_name(subject),
                    "repeat": repeat,
                    # A part that punishes a repetition stands on an earlier decision, however it was named.
                    "asks_earlier": repeat or bool(law.repeated_by(key, on, subject)),
                    "part": words.cited(penalty.key, on),
                    "status": penalty.status,
                    "options": [
                        {
                            **_option(case, penalty, number, option, role),
                            "choice": f"{subject}.{'again' if repeat else 'first'}.{number}",
                        }
                        for number, option in enumerate(penalty.options, 1)
                    ],
                }
            )
    return _folded(rows)


def _folded(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Mark where the page folds: most cases are of persons, the other subjects are opened when needed."""
    others = [row for row in rows if row["subject"] != "person"]
    folds = len(others) < len(rows)
    for row in rows:
        row["folded"] = folds and row in others
    return rows


def _option(case: Case, penalty: law.Penalty, number: int, option: Option, role: str) -> dict[str, Any]:
    """One whole alternative: its sanctions in words, the terms somebody has to name, and what stands in its way."""
    parts, problem = [], ""
    for sanction in option:
        try:
            parts.append(_part(case, penalty, sanction))
        except law.LawError as error:
            # The year has turned and its base rate is not entered: said where the sum would stand, never an error page.
            if isinstance(error, law.MissingBaseRate):
                gaps.notice(error)
            parts.append(
                {"kind": sanction.kind.value, "name": words.kind_name(sanction.kind.value), "text": "", "tenge": None}
            )
            problem = said(error)
    power = _power(case, penalty, option, role)
    # In court, the limitation stands still only for what is the court's.
    if case.state == "in_court" and not problem and police_may_impose(case, penalty, option):
        late = limitation_refusal(case, penalty.subject, now(), "case.decide", waited=False)
        problem = said(late) if late else ""
    return {"number": number, "parts": parts, "problem": problem, **power, "open": power["allowed"] and not problem}


def _power(case: Case, penalty: law.Penalty, option: Option, role: str) -> dict[str, Any]:
    """Whether this role may impose the option, how sure the table is of it, and whose it is otherwise."""
    on = local_day(case, now())
    found = [law.may_impose(penalty.key, sanction.kind.value, role, on) for sanction in option]
    barred = next((power for power in found if not power.allowed), None)
    power = barred or found[0]
    return {
        "allowed": barred is None,
        "bodies": list(power.bodies),
        "barred": _("Only this body may impose it: %(body)s") % {"body": words.body_names(power.bodies)},
        "status_word": words.status_word(power.status),
        "badge": words.STATUS_BADGES.get(power.status, ""),
    }


def _part(case: Case, penalty: law.Penalty, sanction: Sanction) -> dict[str, Any]:
    kind = sanction.kind.value
    part: dict[str, Any] = {"kind": kind, "name": words.kind_name(kind), "text": "", "tenge": None}
    if kind == "fine":
        fine = penalty.fine_on(local_day(case, case.opened_at))
        counted = words.arithmetic(fine.mci_tenths, fine.rate_used.tenge, fine.tenge)
        return part | {"text": counted, "tenge": fine.tenge}
    if kind == "confiscation":
        return part | {"item": True}
    if sanction.high is None:
        return part
    low, high = chosen.bounds(sanction)
    unit = words.unit_name(sanction.unit)
    text = f"{low}–{high} {unit}" if low != high else f"{high} {unit}"
    return part | {"text": text, "unit": unit, "low": low, "high": high, "asked": low != high}
