"""Who may impose which penalty: the court, or the police by its officials (КоАП chapter 36)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache

from tartip.core.law.articles import articles
from tartip.core.law.edition import Dated, Edition, Timeline, edition_of
from tartip.core.law.errors import MissingEdition
from tartip.core.law.penalties import book
from tartip.core.law.sanctions import Kind
from tartip.core.law.tables import Row, read

COLUMNS = "key valid_from valid_to article kind bodies ground kk ru en status source note"
ANY = "any"
# The bodies of the table, and the roles that act for each.
ROLES = {"court": ("judge",), "police": ("patrol", "inspector", "supervisor")}
# These take freedom, a right or property: the court alone imposes them, whatever a row of the table says.
COURT_ALONE = frozenset({Kind.ARREST, Kind.DEPRIVATION, Kind.CONFISCATION, Kind.EXPULSION})


@dataclass(frozen=True, slots=True, kw_only=True)
class Power(Dated):
    """Which bodies impose a kind of penalty for an article, its parts included; `article` "koap" is the whole Code."""

    article: str
    kind: str
    bodies: tuple[str, ...]
    ground: str


@dataclass(frozen=True, slots=True)
class Imposes:
    """Whether a role may; how sure the table is, from which source, and which bodies may."""

    allowed: bool
    status: str
    source: str
    bodies: tuple[str, ...]
    edition: Edition


@cache
def powers() -> Timeline[Power]:
    return Timeline((f"{power.article} {power.kind}", power) for power in map(_power, read("jurisdiction", COLUMNS)))


def _power(row: Row) -> Power:
    bodies = tuple(row.text("bodies").split())
    if not set(bodies) <= ROLES.keys():
        raise row.wrong("bodies", f"names bodies: {', '.join(ROLES)}")
    kind = row.one_of("kind", (ANY, *(kind.value for kind in Kind)))
    if kind in COURT_ALONE and bodies != ("court",):
        raise row.wrong("bodies", f"{kind} is imposed by the court alone")
    if row.maybe("ground") and row.maybe("ground") not in articles():
        raise row.wrong("ground", "has no row in articles.csv")
    return Power(
        article=row.text("article"), kind=kind, bodies=bodies, ground=row.maybe("ground"), edition=edition_of(row)
    )


@cache
def may_impose(article_key: str, kind: str, role: str, on: date) -> Imposes:
    """Whether one who works as `role` may impose this kind of penalty for the part `article_key` on the day `on`.

    `any` asks whose the cases of the part are, where nobody knows which penalty it carries on that day.
    A part that allows a penalty of the court alone goes to the court whole: who may not arrest may not choose the fine
    beside the arrest either (the case must go to the judge: КоАП ст. 808). Raises MissingEdition.
    """
    kind = kind if kind == ANY else Kind(kind)
    power = _of_the_court(article_key, kind, on) or _power_over(article_key, kind, on)
    roles = {role for body in power.bodies for role in ROLES[body]}
    edition = power.edition
    return Imposes(role in roles, edition.status, edition.source, power.bodies, edition)


def _of_the_court(article_key: str, kind: str, on: date) -> Power | None:
    """The row of the court's own penalty that takes this case to the court: the kind itself, or one beside it."""
    wanted = [Kind(kind)] if kind in COURT_ALONE else sorted(_kinds(article_key, on) & COURT_ALONE)
    code = article_key.split("-")[0]
    return powers().at(f"{code} {wanted[0]}", on) if wanted else None


def _power_over(article_key: str, kind: str, on: date) -> Power:
    """A row for this kind before one for any kind; of each the narrowest: the part, the article, the Code."""
    parts = article_key.split("-")
    for wanted in (kind, ANY):
        for length in range(len(parts), 0, -1):
            found = powers().find(f"{'-'.join(parts[:length])} {wanted}", on)
            if found is not None:
                return found
    raise MissingEdition(f"jurisdiction of {article_key}", on)


def _kinds(article_key: str, on: date) -> set[Kind]:
    """Every kind of penalty the part allows on the day, for whomever; where no row is known for it, on any day."""
    entries = [
        entry for name, group in book().entries.rows.items() if name.split()[0] == article_key for entry in group
    ]
    known = [e for e in entries if e.valid_from <= on and (e.valid_to is None or on <= e.valid_to)] or entries
    return {sanction.kind for entry in known for option in entry.options for sanction in option}
