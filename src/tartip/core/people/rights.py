"""The page of rights: made from the declarations of acts and registers, so it says what the program does."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language, gettext, pgettext
from django.views.decorators.http import require_safe

from tartip.core import law
from tartip.core.acts import ACTS, Act, Actor
from tartip.core.people.models import Role
from tartip.core.people.reading import PURPOSE_NAMES, PURPOSES
from tartip.core.registers.register import REGISTERS
from tartip.core.registers.sees import EVERYBODY, Sees
from tartip.core.territory.days import civil_day
from tartip.core.time import now

PRIORITY = re.compile("-[1-4]$")
MARKS = re.compile(r"( & | \| |~|\(|\)| or )")


@dataclass(frozen=True, slots=True)
class Right:
    """One act as the page shows it."""

    code: str
    name: str
    roles: tuple[str, ...]
    rule: str
    ground: str
    citation: str
    edition: str
    status: str
    clocks: tuple[str, ...]
    appealable: bool
    grave: bool


def may_ever(act: Act, role: str) -> bool:
    """Whether somebody in this role could ever do it: over the whole republic, on shift, with a fitting record."""
    return bool(act.may.test(Actor(name="page", role=role, territory="KZ", on_shift=True), None))


def rights(role: str = "") -> list[Right]:
    """Every declared act, in the order of the rooms; with a role only those it may do."""
    return [_right(act) for act in ACTS.values() if not role or may_ever(act, role)]


@dataclass(frozen=True, slots=True)
class Reading:
    """One line of a register's `may_see` as the page shows it."""

    register: str
    name: str
    roles: tuple[str, ...]
    which: str


def readings(role: str = "") -> list[Reading]:
    """Who reads which records; with a role only what it reads. A register without a line is read by nobody."""
    found = []
    for register in REGISTERS.values():
        lines = register.may_see.lines if register.may_see else ()
        for line in lines:
            if not role or line.grants(role):
                names = [gettext(name) for name in line.where.names]
                which = f" {pgettext('rule', 'and')} ".join(names) or gettext("all")
                found.append(Reading(register.name, str(register.plural), tuple(_readers(line)), which))
        if not lines and not role:
            nobody = gettext("nobody by itself: only through a record that names the person, for a purpose")
            found.append(Reading(register.name, str(register.plural), (), nobody))
    return found


def _readers(line: Sees) -> Iterator[str]:
    for role in line.named:
        yield gettext("everybody") if role == EVERYBODY else str(Role(role).label)


def purposes(role: str = "") -> list[tuple[str, str, tuple[str, ...]]]:
    """What personal data is read for: code, words, roles."""
    return [
        (code, str(PURPOSE_NAMES[code]), tuple(str(Role(one).label) for one in Role.values if one in roles))
        for code, roles in PURPOSES.items()
        if not role or role in roles
    ]


def as_markdown() -> str:
    """The same tables for docs/rights.md, in the language that is active."""
    lines = [
        "# Rights",
        "",
        "Made by `./run python tools/rights.py` from the declarations and a walk over every route; a test compares.",
        "The page `/rights/` shows the first three tables in Kazakh, Russian and English.",
        "",
        "## Reading",
        "",
        "Each register declares `may_see` (`core/registers/sees.py`). A role that is not named reads nothing of it.",
        "Pages, API, stream, downloads and proofs ask this declaration. The stream tells nothing of what a role reads",
        "by its relation to the record: such a page asks for its list.",
        "",
        "| register | who | which records |",
        "|---|---|---|",
        *(f"| {one.name} (`{one.register}`) | {', '.join(one.roles) or '–'} | {one.which} |" for one in readings()),
        "",
        "## Purposes of reading personal data",
        "",
        "| purpose | who |",
        "|---|---|",
        *(f"| {words} (`{code}`) | {', '.join(roles)} |" for code, words, roles in purposes()),
        "",
        "## Acts",
        "",
        "| act | who | rule |",
        "|---|---|---|",
        *(f"| {one.name} (`{one.code}`) | {', '.join(one.roles) or 'the system'} | {one.rule} |" for one in rights()),
    ]
    return "\n".join(lines) + "\n"


def _right(act: Act) -> Right:
    language = get_language() or "kk"
    edition = law.resolve(act.ground, civil_day("KZ", now()))
    return Right(
        code=act.code,
        name=act.names.get(language, act.names["kk"]),
        roles=tuple(str(Role(role).label) for role in Role.values if may_ever(act, role)),
        rule=said_rule(act.may.name),
        ground=act.ground,
        citation=edition.name(language if language in ("kk", "ru", "en") else "kk"),
        edition=edition.valid_from.isoformat(),
        status=edition.status,
        clocks=tuple(clock_names(act, language)),
        appealable=act.appealable,
        grave=act.grave,
    )


def said_rule(name: str) -> str:
    """A predicate's name in the reader's language: its parts are translated, its signs become words."""
    signs = {
        " & ": f" {pgettext('rule', 'and')} ", " | ": f" {pgettext('rule', 'or else')} ",
        " or ": f" {pgettext('rule', 'or')} ", "~": f"{pgettext('rule', 'not')} ", "(": "(", ")": ")", "": "",
    }  # fmt: skip
    roles = dict(Role.choices)
    said = "".join(
        signs[part] if part in signs else str(roles.get(part) or gettext(part)) for part in MARKS.split(name)
    )
    return said[1:-1] if _wrapped(said) else said


def _wrapped(text: str) -> bool:
    """Whether the first bracket closes at the very end."""
    depth = 0
    for place, sign in enumerate(text):
        depth += (sign == "(") - (sign == ")")
        if depth == 0:
            return sign == ")" and place == len(text) - 1
    return False


def clock_names(act: Act, language: str) -> Iterator[str]:
    """The deadlines an act starts, by their names in the law tables; a family by priority has one name."""
    known = law.deadlines().rows
    for rule in act.clocks.starts:
        families = set()
        for key in (rule,) if isinstance(rule, str) else rule.keys:
            family = PRIORITY.sub("", key)
            if family not in families and known.get(key):
                families.add(family)
                name: str = getattr(known[key][-1], language)
                yield name if family == key else name.rsplit(",", 1)[0]


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Open to everybody: who may do what to whom is not a secret of the police."""
    role = request.GET.get("role", "")
    role = role if role in Role.values else ""
    values = {
        "rights": rights(role),
        "readings": readings(role),
        "purposes": purposes(role),
        "roles": Role.choices,
        "role": role,
    }
    return render(request, "people/rights.html", values)
