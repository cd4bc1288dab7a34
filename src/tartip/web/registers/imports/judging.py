"""Judging the rows of a file by the fields of the act: the same rules as its form, read faster."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from itertools import islice
from typing import Any

from django import forms
from django.utils import translation
from django.utils.translation import gettext as _

from tartip.core.acts import Act, Actor
from tartip.core.acts.declare import CHECKS
from tartip.core.acts.fields import ActField
from tartip.core.inputs import YEARS, is_in_range
from tartip.core.people.identifiers import BadIdentifier, checked_iin, checked_phone
from tartip.core.problems import wrong_fields
from tartip.core.registers.unique import rules_of
from tartip.core.territory import tree
from tartip.core.territory.spelling import LANGUAGES, bare, fold as fold_name
from tartip.errors import TartipError
from tartip.web.acts.forms import ActForm
from tartip.web.registers.imports.columns import Wanted, fold
from tartip.web.registers.imports.reading import bounded
from tartip.web.registers.imports.sheet import Line, Sheet

CHUNK = 1_000
MOST_SHOWN = 80
DAY = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})(?:,?\s+(\d{1,2}):(\d{2})(?::(\d{2}))?)?")
LETTERS = re.compile(r"[^\W\d_]+")
YES = {"yes", "да", "иә", "true", "1", "+", "y", "ия"}
NO = {"no", "нет", "жоқ", "жок", "false", "0", "-", "n"}


class Fault(forms.ValidationError):
    """What is wrong with a cell, and how to mend it."""

    def __init__(self, why: str, how: str = "", part: tuple[int, int] | None = None) -> None:
        super().__init__(why)
        self.why, self.how, self.part = why, how, part


@dataclass(frozen=True, slots=True)
class Finding:
    """One error of a row: its column, the very characters, the reason, and how to mend it.

    `before` and `after` are what stands around these characters in the cell, where only a part of it is wrong.
    """

    line: int
    column: str
    text: str
    why: str
    how: str
    before: str = ""
    after: str = ""


@dataclass(slots=True)
class Verdict:
    """One row: what it gives to the act, or what is wrong with it. `there`: it is in the register already."""

    line: Line
    given: dict[str, Any] | None
    findings: list[Finding] = field(default_factory=list)
    there: bool = False


class Judge:
    """Judges rows. `chosen` names for each thing that a row may say the column that says it."""

    def __init__(self, act: Act, actor: Actor, wanted: list[Wanted], chosen: Mapping[str, int], sheet: Sheet) -> None:
        self.act, self.sheet = act, sheet
        self.form = ActForm(act, actor, None)
        self.asked = [(one, chosen[one.name], self._reader(one, actor)) for one in wanted if one.name in chosen]
        self.people = {one.field.name: one for one in wanted if one.field.kind == "person" and one.field.required}
        self.labels = {one.name: one.label for one in wanted}

    def judge(self, line: Line) -> Verdict:
        cleaned: dict[str, Any] = {}
        found: list[Finding] = []
        for at, why in line.faults.items():
            if at < 0:
                text = ", ".join(map(str, line.cells))[:MOST_SHOWN]
                found.append(Finding(line.number, "", text, begin_with_capital(why), ""))
        for one, at, reader in self.asked:
            value = line.cells[at] if at < len(line.cells) else None
            try:
                if at in line.faults:
                    raise Fault(begin_with_capital(line.faults[at]))
                cleaned[one.name.replace(".", "__")] = reader(value)
            except forms.ValidationError as error:
                how, part = (error.how, error.part) if isinstance(error, Fault) else ("", None)
                text = self._text(value)[:MOST_SHOWN]
                begin, end = part or (0, len(text))
                why = " ".join(error.messages)
                found.append(Finding(line.number, one.label, text[begin:end], why, how, text[:begin], text[end:]))
        for name, one in self.people.items():
            if not found and not any(cleaned.get(f"{name}__{part}") for part in ("name", "iin", "phone")):
                label = one.label.partition(":")[0]
                found.append(Finding(line.number, label, "", _("Give a name, an IIN or a phone number."), ""))
        if found:
            return Verdict(line, None, found)
        self.form.cleaned_data = cleaned
        given = self.form.given()
        if found := list(self._together(line, given)):
            return Verdict(line, None, found)
        return Verdict(line, given)

    def _together(self, line: Line, given: Mapping[str, Any]) -> Iterator[Finding]:
        """What is wrong with the values beside each other: a moment in the future or before an earlier step."""
        check = CHECKS.get(self.act.code)
        if check is None:
            return
        columns = {one.name: at for one, at, _ in self.asked}
        try:
            check(given)
        except TartipError as error:
            for name, why in wrong_fields(error).items():
                at = columns.get(name, -1)
                text = self._text(line.cells[at])[:MOST_SHOWN] if 0 <= at < len(line.cells) else ""
                yield Finding(line.number, self.labels.get(name, ""), text, why, "")

    def _text(self, value: Any) -> str:
        if value is None:
            return ""
        if isinstance(value, float) and value.is_integer():
            return str(int(value))
        return value.isoformat(sep=" ") if isinstance(value, datetime) else str(value)

    def _reader(self, one: Wanted, actor: Actor) -> Callable[[Any], Any]:
        control = self.form.fields[one.name.replace(".", "__")]
        kind = one.field.kind
        part = one.name.partition(".")[2]
        if part in ("iin", "phone"):
            return self._identifier(control, checked_iin if part == "iin" else checked_phone)
        if kind == "territory":
            return self._needed(one, Territories("KZ" if one.field.name != "territory" else actor.territory).find)
        if kind == "choice":
            return self._needed(one, Choices(one.field).find)
        if kind == "flag":
            return lambda value: _flag(self._text(value))
        if kind in ("day", "moment", "day_or_moment"):
            return self._day(control, kind)
        return lambda value: control.clean(self._text(value).strip())

    def _needed(self, one: Wanted, find: Callable[[str], str]) -> Callable[[Any], str]:
        def read(value: Any) -> str:
            text = self._text(value).strip()
            if not text and one.required:
                raise Fault(_("This field is required."))
            return find(text) if text else ""

        return read

    def _identifier(self, control: forms.Field, check: Callable[[str], str]) -> Callable[[Any], str]:
        def read(value: Any) -> str:
            text: str = control.clean(self._text(value).strip())
            if text:
                try:
                    check(text)
                except BadIdentifier as error:
                    why = next(iter(wrong_fields(error).values()))
                    if (letters := LETTERS.search(text)) is None:
                        raise Fault(why) from None
                    how = _("Write digits in the place of %(letters)s.") % {"letters": f"«{letters[0]}»"}
                    raise Fault(why, how, letters.span()) from None
            return text

        return read

    def _day(self, control: forms.Field, kind: str) -> Callable[[Any], Any]:
        def read(value: Any) -> Any:
            if isinstance(value, int | float) and not isinstance(value, bool):
                value = self._day_of_number(value)
            if isinstance(value, datetime):
                value = value.date().isoformat() if kind == "day" and value.time() == value.min.time() else value
            if isinstance(value, date):
                value = value.isoformat()
            text = "" if value is None else str(value).strip()
            return control.clean(_iso(text, control) if text else "")

        return read

    def _day_of_number(self, value: float) -> Any:
        from tartip.web.registers.imports.workbook import day_of_number

        found = day_of_number(value, self.sheet.epoch) if self.sheet.epoch is not None else None
        return value if found is None else found


def _iso(text: str, control: forms.Field) -> str:
    """A day as 31.12.2026, with a time or without, in ISO; other texts are left to the control."""
    how = _("Write it as 2026-12-31 or 31.12.2026.")
    if (match := DAY.fullmatch(text)) is not None:
        day, month, year, hour, minute, second = match.groups()
        try:
            at = time(int(hour or 0), int(minute or 0), int(second or 0))
            moment = datetime.combine(date(int(year), int(month), int(day)), at)  # the control knows the zone
        except ValueError:
            raise Fault(_("There is no such day or time."), how) from None
        _check_years(moment.date())
        is_day = isinstance(control, forms.DateField)
        return moment.date().isoformat() if is_day and hour is None else moment.isoformat()
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise Fault(_("This is no day."), how) from None
    _check_years(found.date())
    return text


def _check_years(day: date) -> None:
    if not is_in_range(day):
        raise Fault(_("Must lie in the years %(years)s.") % {"years": YEARS})


def begin_with_capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _flag(text: str) -> bool:
    said = text.strip().casefold()
    if said in YES:
        return True
    if said in NO or not said:
        return False
    raise Fault(_("Must be yes or no."))


class Choices:
    """A choice by its code or its word in any language."""

    def __init__(self, asked: ActField) -> None:
        self.codes: dict[str, str] = {}
        self.words = ", ".join(str(word) for _code, word in asked.options)
        for language in LANGUAGES:
            with translation.override(language):
                for code, word in asked.options:
                    self.codes.setdefault(fold(str(word)), str(code))
        self.codes |= {fold(str(code)): str(code) for code, _word in asked.options}

    def find(self, text: str) -> str:
        code = self.codes.get(fold(text))
        if code is None:
            raise Fault(_("This is none of the choices."), _("Choose: %(words)s.") % {"words": self.words})
        return code


class Territories:
    """A territory by its code or its name in any language, among those below one."""

    def __init__(self, top: str) -> None:
        known = tree.current()
        self.mine = known.subtree(top)
        self.all = known
        self.by_name: dict[str, set[str]] = defaultdict(set)
        for code in known.rows:
            for language in LANGUAGES:
                name = known.name(code, language)
                self.by_name[fold_name(name)].add(code)
                self.by_name[fold_name(bare(name, language))].add(code)

    def find(self, text: str) -> str:
        codes = {text} if text in self.all else self.by_name.get(fold_name(text), set())
        mine = codes & self.mine
        if len(mine) == 1:
            return next(iter(mine))
        if not codes:
            raise Fault(_("There is no such territory."), _("Write its code or its name."))
        if not mine:
            raise Fault(_("The territory is not one of yours."))
        raise Fault(
            _("Several territories are called so."),
            _("Write its code: %(codes)s.") % {"codes": ", ".join(sorted(mine)[:5])},
        )


def verdicts(judge: Judge) -> Iterator[Verdict]:
    """Every row of the file, judged: alone, then against the rows before it and the register."""
    seen: dict[tuple[str, Any], int] = {}
    lines = bounded(judge.sheet.rows())
    while chunk := [judge.judge(line) for line in islice(lines, CHUNK)]:
        _against_others(judge, chunk, seen)
        yield from chunk


def _against_others(judge: Judge, chunk: Iterable[Verdict], seen: dict[tuple[str, Any], int]) -> None:
    rules = [rule for rule in rules_of(judge.act.model) if len(rule.fields) == 1 and not rule.drawn]
    for rule in rules:
        name = rule.fields[0]
        if name not in judge.labels:
            continue
        good = [one for one in chunk if one.given is not None and one.given.get(name) not in (None, "")]
        values = [(one, one.given[name]) for one in good if one.given is not None]
        manager: Any = judge.act.model._default_manager
        wanted = [value for _one, value in values]
        there = set(manager.filter(**{f"{name}__in": wanted}).values_list(name, flat=True)) if wanted else set()
        for one, value in values:
            first = seen.setdefault((name, value), one.line.number)
            if first != one.line.number:
                why = _("Line %(line)s says the same, and only one may.") % {"line": first}
                one.findings.append(Finding(one.line.number, judge.labels[name], str(value)[:MOST_SHOWN], why, ""))
                one.given = None
            elif value in there:
                one.there = True
