"""The page of rights: made from the declarations of acts alone, so it cannot say anything but what the program does."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from types import CodeType
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language, gettext, pgettext
from django.views.decorators.http import require_GET

from tartip.core import law
from tartip.core.acts import ACTS, Act, Actor
from tartip.core.people.models import Role
from tartip.core.time import now

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


def _right(act: Act) -> Right:
    language = get_language() or "kk"
    edition = law.resolve(act.ground, now().date())
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
    """The deadlines an act starts, by their names in the law tables."""
    known = law.deadlines().rows
    for rule in act.clocks.starts:
        for word in [rule] if isinstance(rule, str) else _words_of(rule):
            found = known.get(word) or next((rows for key, rows in known.items() if key.startswith(f"{word}-")), None)
            if found:
                yield getattr(found[-1], language)


def _words_of(rule: Any) -> set[str]:
    """The texts a rule that depends on the record chooses from: its constants and what it was made with."""
    code: CodeType = rule.__code__
    held = [cell.cell_contents for cell in rule.__closure__ or ()]
    return {word for word in [*code.co_consts, *held] if isinstance(word, str)}


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """Open to everybody: who may do what to whom is not a secret of the police."""
    role = request.GET.get("role", "")
    role = role if role in Role.values else ""
    return render(request, "people/rights.html", {"rights": rights(role), "roles": Role.choices, "role": role})
