"""Which term of limitation fits an offence: by article, by subject, and by what kind of offence it is (КоАП ст. 62)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache

from tartip.core.law.deadlines import deadline, deadlines
from tartip.core.law.edition import Dated, Edition, edition_of, weakest
from tartip.core.law.errors import MissingEdition
from tartip.core.law.penalties import SUBJECTS
from tartip.core.law.tables import Row, read
from tartip.core.terms.rules import DeadlineRule

COLUMNS = "key valid_from valid_to law first last nature subject rule also kk ru en status source note"
NUMBER = re.compile(r"([a-z]+)(?:-(\d+)(?:\.\d+)?)?")


class Nature(StrEnum):
    """CONTINUING: the term runs from detection. AFTER_CRIMINAL: from receipt of the decision to end that case."""

    ORDINARY = "ordinary"
    CONTINUING = "continuing"
    AFTER_CRIMINAL = "after_criminal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Span(Dated):
    """Articles `first` … `last` of a law (None: all of it) and the deadline rule that limits them."""

    law: str
    first: int | None
    last: int | None
    nature: Nature
    subject: str
    rule: str
    also: str


@dataclass(frozen=True, slots=True)
class Limitation:
    """The term after which nobody may be punished.

    `rule_key` is its deadline rule and `basis` the moment it runs from. `also` is a second rule that must not be over
    either ("and not later than two months from detection"), with its basis `also_basis`; both are empty elsewhere.
    """

    rule_key: str
    basis: str
    also: str
    also_basis: str
    status: str
    source: str
    edition: Edition


@cache
def spans() -> tuple[Span, ...]:
    return tuple(map(_span, read("limitation", COLUMNS)))


def _span(row: Row) -> Span:
    known = deadlines()
    for column in ("rule", "also"):
        if row.maybe(column) and row.maybe(column) not in known:
            raise row.wrong(column, "is no rule of deadlines.csv")
    return Span(
        law=row.text("law"),
        first=row.number("first") if row.maybe("first") else None,
        last=row.number("last") if row.maybe("last") else None,
        nature=row.enum("nature", Nature),
        subject=row.one_of("subject", ("any", *SUBJECTS)),
        rule=row.text("rule"),
        also=row.maybe("also"),
        edition=edition_of(row),
    )


@cache
def limitation(
    article: str, on: date, subject: str = "person", *, nature: Nature | str = Nature.ORDINARY
) -> Limitation:
    """The limitation of an offence against `article` (koap-592-2; empty while not known) committed on `on`.

    The narrowest row wins: the subject's own before that of everybody, named articles before the whole law. A minor's
    term is never longer than a minor's general one. Raises MissingEdition.
    """
    found = NUMBER.match(article or "koap")
    code, number = (found[1], int(found[2]) if found[2] else None) if found else ("", None)
    fitting = [span for span in spans() if _fits(span, code, number, on, subject, Nature(nature))]
    if not fitting:
        raise MissingEdition(f"limitation of {article or 'koap'}", on)
    best = max(fitting, key=lambda span: (span.subject == "minor", span.first is not None, span.subject != "any"))
    rule = deadline(best.rule, on)
    also = _also(best, on)
    return Limitation(
        rule_key=best.rule,
        basis=rule.basis,
        also=best.also,
        also_basis=also.basis if also else "",
        status=weakest([best.edition.status, rule.status, *([also.status] if also else [])]),
        source=best.edition.source,
        edition=best.edition,
    )


def limitation_rules(basis: str) -> tuple[str, ...]:
    """Every rule of limitation that runs from this basis: the keys of an act's choice."""
    named = sorted({key for span in spans() for key in (span.rule, span.also) if key})
    return tuple(key for key in named if any(row.basis == basis for row in deadlines().rows[key]))


def _also(span: Span, on: date) -> DeadlineRule | None:
    return deadline(span.also, on) if span.also else None


def _fits(span: Span, code: str, number: int | None, on: date, subject: str, nature: Nature) -> bool:
    return (
        span.law == code
        and span.nature is nature
        and span.subject in ("any", subject)
        and span.valid_from <= on
        and (span.valid_to is None or on <= span.valid_to)
        and (span.first is None or (number is not None and span.first <= number <= (span.last or span.first)))
    )
