"""Views of the generated pages of a register."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any, cast

from django.contrib import messages
from django.db import models
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from tartip.core.acts import ACTS, Act, Actor, Denied, NotFound, NotOpen, open_acts
from tartip.core.acts.access import access, must_read, visible
from tartip.core.acts.fields import is_open_to_forms
from tartip.core.acts.legal_day import legal_days
from tartip.core.journal.queries import histories, history
from tartip.core.labels import role_name
from tartip.core.language import named
from tartip.core.people.actors import page_actor
from tartip.core.people.params import form_actor, new_key
from tartip.core.people.reading import PURPOSE_NAMES, PURPOSES, Card, check_purpose, read_card, read_list
from tartip.core.people.rights import may_ever
from tartip.core.registers.models import Record
from tartip.core.registers.register import REGISTERS, Pages, Register, register_of
from tartip.core.registers.titles import label_of, states_of, title_of
from tartip.core.territory.choices import territories
from tartip.core.words import act_name
from tartip.errors import TartipError
from tartip.web.acts.forms import ActForm
from tartip.web.acts.perform import perform_given
from tartip.web.acts.routes import path_name, routed_acts
from tartip.web.acts.values import record_of
from tartip.web.registers import cells, export, listing
from tartip.web.registers.clocks import clocks_of, next_clocks
from tartip.web.registers.lookup import may_create, register_named

MOST_RELATED = 5
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "jsonl": "application/jsonl; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The registers that the reader may read, each with its number of records as far as it is counted."""
    actor = page_actor(request)
    rows = []
    for register in REGISTERS.values():
        if register.pages is None or register.may_see is None or not register.may_see.open_to(actor):
            continue
        count = visible(actor, register.model._default_manager.all()).values("pk")[: listing.MOST_COUNTED + 1].count()
        rows.append({"register": register, "count": count, "more": count > listing.MOST_COUNTED})
    return render(request, "registers/index.html", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
def list_page(request: HttpRequest, name: str) -> HttpResponse:
    """The list. Posted with a purpose, it opens the names of the persons on this page, and the journal says so."""
    actor, register = page_actor(request), register_named(name)
    must_read(actor, register.model)
    asked = listing.asked_of(register, request.GET.dict())
    pages = cast("Pages", register.pages)
    # The first column is the title already.
    columns = [column for column in register.columns if column not in ("state", pages.title)]
    related = [one for one in columns if register.model._meta.get_field(one).is_relation]
    found = listing.page_of(register, actor, asked, related=["territory", *related])
    opened, refusal = _opened_list(request, actor, found.rows)
    clocks = next_clocks([record.pk for record in found.rows])
    context = {
        "register": register,
        "found": found,
        "asked": asked,
        "columns": [_column(register, pages, column, asked) for column in columns],
        "rows": [_row(actor, register, record, columns, clocks, opened) for record in found.rows],
        "filters": _filters(register, pages, actor, asked),
        "new_acts": [_offered(act) for act in acts_of(register) if act.creates and may_create(act, actor)],
        "purposes": _purposes(register, actor) if cells.persons_of(found.rows) else [],
        "opened": bool(opened),
        "refusal": refusal,
        "may_import": pages.imports and may_create(ACTS[pages.imports], actor),
        "first": asked.query(),
        "next": asked.query(after=found.next) if found.next else "",
        "previous": asked.query(before=found.previous) if found.previous else "",
        "wide": "wide",
        "kinds": list(TYPES),
    }
    return render(request, "registers/list.html", context)


@require_GET
def export_list(request: HttpRequest, name: str, kind: str) -> StreamingHttpResponse | FileResponse:
    """The list with its filters as a file. The journal says who took how many rows of what."""
    actor, register = page_actor(request), register_named(name)
    if kind not in TYPES:
        raise NotFound(register="export", id=kind)
    must_read(actor, register.model)
    asked = listing.asked_of(register, request.GET.dict())
    found = export.export_of(register, actor, asked)
    export.trace(actor, register, asked, kind, found)
    answer: StreamingHttpResponse | FileResponse
    if kind == "xlsx":
        answer = FileResponse(export.xlsx_file(found), content_type=TYPES[kind])
    else:
        lines = export.csv_lines(found) if kind == "csv" else export.json_lines(found)
        answer = StreamingHttpResponse(lines, content_type=TYPES[kind])
    answer["Content-Disposition"] = f'attachment; filename="{register.name}.{kind}"'
    if found.cut:
        answer["X-Tartip-Cut"] = str(export.MOST_ROWS)
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
def card(request: HttpRequest, name: str, record_id: uuid.UUID) -> HttpResponse:
    """One record. Posted with a purpose, it opens the persons it names, and the journal says so."""
    actor, register = page_actor(request), register_named(name)
    record = access(actor, register.model._default_manager.select_related("territory"), record_id)
    opened: Mapping[uuid.UUID, Card] = {}
    refusal = ""
    persons = cells.persons_of([record])
    if request.method == "POST":
        reader = actor.saying(purpose=request.POST.get("purpose", ""))
        try:
            opened = {person.pk: read_card(reader, person, via=record) for person in persons}
        except TartipError as error:
            refusal = _said(error)
    return render(request, "registers/card.html", _card(actor, register, record, persons, opened, refusal))


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, name: str, act_name: str) -> HttpResponse:
    """The form of an act that creates a record."""
    register = register_named(name)
    return _act(request, register, act_named(register, act_name, creates=True), None)


@require_http_methods(["GET", "HEAD", "POST"])
def act(request: HttpRequest, name: str, record_id: uuid.UUID, act_name: str) -> HttpResponse:
    """The form of an act on a record."""
    register = register_named(name)
    declared = act_named(register, act_name, creates=False)
    return _act(request, register, declared, record_id)


def acts_of(register: Register) -> list[Act]:
    """The acts of a register that a form can ask for."""
    return [one for one in routed_acts() if one.model is register.model and is_open_to_forms(one)]


def act_named(register: Register, name: str, *, creates: bool) -> Act:
    for one in acts_of(register):
        if path_name(one) == name and bool(one.creates) is creates:
            return one
    raise NotFound(register="act", id=name)


def _act(request: HttpRequest, register: Register, declared: Act, record_id: uuid.UUID | None) -> HttpResponse:
    posted = request.method == "POST"
    actor = form_actor(request) if posted else page_actor(request)
    record = None if record_id is None else record_of(declared, actor, record_id)
    if not posted:
        _check_open(declared, actor, record)
    sent = (request.POST, request.FILES) if posted else (None, None)
    form = ActForm(declared, actor, record, *sent)
    status = 200
    if posted and form.is_valid():
        # Whether the act is open is asked in there: what is sent again is answered with what it did the first time.
        try:
            done = perform_given(declared, actor, form.given(), record_id)
        except Denied:
            raise
        except TartipError as error:
            form.show(error)
            status = error.http_status
        else:
            messages.success(request, act_name(declared.code, done.wording), extra_tags=f"{declared.code}.{done.pk}")
            return redirect(_after(actor, register, done))
    elif posted:
        _check_open(declared, actor, record)
        status = 422
    context = {
        "register": register,
        "record": record,
        "title": title_of(record) if record is not None else "",
        "act": declared,
        "name": named(declared.names),
        "noun": named(declared.noun),
        "form": form,
        "key": request.POST.get("key") or new_key(),
        "version": request.POST.get("version") or (record.version if record is not None else ""),
        "back": _back(register, record),
        "multipart": form.is_multipart(),
    }
    return render(request, "registers/act.html", context, status=status)


def _check_open(declared: Act, actor: Actor, record: Record | None) -> None:
    """Refuse the form itself where the act would be refused whatever is typed."""
    if not declared.may.test(actor, record):
        raise Denied(act=declared.code, rule=declared.may.name, role=actor.role)
    if record is not None and record.state not in declared.moves:
        raise NotOpen(act=declared.code, state=record.state)


def _after(actor: Actor, register: Register, done: Record) -> str:
    shown = access_or_none(actor, done)
    return cells.address_of(shown) if shown is not None and cells.address_of(shown) else _list_address(register)


def access_or_none(actor: Actor, record: Record) -> Record | None:
    return visible(actor, type(record)._default_manager.filter(pk=record.pk)).first()


def _list_address(register: Register) -> str:
    from django.urls import reverse

    return reverse("registers:list", args=[register.name])


def _back(register: Register, record: Record | None) -> str:
    return cells.address_of(record) if record is not None else _list_address(register)


def _said(error: TartipError) -> str:
    from tartip.core.problems import said

    text = said(error)
    return text[:1].upper() + text[1:]


def _column(register: Register, pages: Pages, name: str, asked: listing.Asked) -> dict[str, Any]:
    """A head of the list: its words, and the address that sorts by it where it can be sorted by."""
    sortable = name in (pages.ordered_by, *pages.sorts)
    now = asked.sort or pages.order
    way = ("descending" if now.startswith("-") else "ascending") if now.removeprefix("-") == name else ""
    other = name if now == f"-{name}" else f"-{name}"
    return {
        "label": label_of(register.model, name),
        "sort": asked.query(sort=other) if sortable else "",
        "way": way,
    }


def _row(
    actor: Actor, register: Register, record: Record, columns: list[str], clocks: Mapping[uuid.UUID, Any],
    opened: Mapping[uuid.UUID, Card],
) -> dict[str, Any]:  # fmt: skip
    return {
        "href": cells.address_of(record),
        "title": title_of(record),
        "cells": [cells.cell(actor, record, name, opened) for name in columns],
        "state": cells.cell(actor, record, "state"),
        "clock": clocks.get(record.pk),
    }


def _filters(register: Register, pages: Pages, actor: Actor, asked: listing.Asked) -> list[dict[str, Any]]:
    """The controls above the list, each with what is chosen now."""
    model = register.model
    found: list[dict[str, Any]] = [
        _choice("state", label_of(model, "state"), states_of(model), asked),
        _choice("territory", label_of(model, "territory"), territories(actor.territory), asked),
    ]
    for name in (pages.ordered_by, *(one for one in pages.filters if one not in ("state", "territory"))):
        column: models.Field[Any, Any] = model._meta.get_field(name)  # type: ignore[assignment]
        label = label_of(model, name)
        if listing.is_moment(model, name):
            found += [
                {"name": f"{name}_from", "label": _("%(field)s: from") % {"field": label}, "kind": "date",
                 "value": asked.by.get(f"{name}_from", "")},
                {"name": f"{name}_to", "label": _("%(field)s: to") % {"field": label}, "kind": "date",
                 "value": asked.by.get(f"{name}_to", "")},
            ]  # fmt: skip
        elif isinstance(column, models.BooleanField):
            found.append(_choice(name, label, [("yes", _("yes")), ("no", _("no"))], asked))
        elif column.choices:
            found.append(_choice(name, label, [(str(code), str(word)) for code, word in column.flatchoices], asked))
        else:
            found.append({"name": name, "label": label, "kind": "text", "value": asked.by.get(name, "")})
    return found


def _choice(name: str, label: str, options: list[tuple[str, str]], asked: listing.Asked) -> dict[str, Any]:
    return {"name": name, "label": label, "kind": "choice", "options": options, "value": asked.by.get(name, "")}


def _offered(act: Act, record: Record | None = None) -> dict[str, Any]:
    wording = act.worded(record.wording if record is not None else "")
    return {"path": path_name(act), "name": named(wording.names), "shortcut": act.key, "grave": act.grave}


def _purposes(register: Register, actor: Actor) -> list[tuple[str, str]]:
    """For what this reader may open the persons of the register."""
    allowed = cast("Pages", register.pages).purposes
    return [(code, str(PURPOSE_NAMES[code])) for code in allowed if actor.role in PURPOSES[code]]


def _opened_list(request: HttpRequest, actor: Actor, rows: list[Record]) -> tuple[Mapping[uuid.UUID, Card], str]:
    """The persons of the page, where a purpose was posted; what is wrong with the purpose otherwise."""
    if request.method != "POST":
        return {}, ""
    reader = actor.saying(purpose=request.POST.get("purpose", ""))
    try:
        check_purpose(reader)
        persons = cells.persons_of(rows)
        found = read_list(reader, persons, actor.territory, via=rows) if persons else []
    except TartipError as error:
        return {}, _said(error)
    return {one.id: one for one in found}, ""


def _card(
    actor: Actor, register: Register, record: Record, persons: list[Any], opened: Mapping[uuid.UUID, Card], refusal: str
) -> dict[str, Any]:
    offered = [one for one in open_acts(actor, record) if one in acts_of(register)]
    closed = [one for one in acts_of(register) if one.of and one not in offered and may_ever(one, actor.role)]
    return {
        "register": register,
        "record": record,
        "title": title_of(record),
        "state": cells.cell(actor, record, "state"),
        "fields": [cells.cell(actor, record, name, opened) for name in cells.shown_fields(register.model)],
        "clocks": clocks_of(record.pk),
        "acts": [_offered(one, record) for one in offered],
        "closed": [{**_offered(one, record), "why": _why_not(one, actor, record)} for one in closed],
        "history": _history(record),
        "related": _related(actor, record),
        "purposes": _purposes(register, actor) if persons else [],
        "opened": bool(opened),
        "refusal": refusal,
    }


def _why_not(act: Act, actor: Actor, record: Record) -> str:
    try:
        _check_open(act, actor, record)
    except TartipError as error:
        return _said(error)
    return _("Its term is over.")


def _history(record: Record) -> list[dict[str, Any]]:
    """What happened to the record, the newest on top, each with its place in the journal."""
    batch = getattr(record, "batch", None)
    rows = history(record.pk) if batch is None else histories([record.pk, batch])
    days = legal_days(rows)
    return [
        {
            "name": act_name(row["act"], record.wording),
            "at": row["occurred_at"],
            "role": role_name(row["role"]),
            "index": row["index"],
            "id": row["id"],
            "legal_day": days.get(row["id"]),
        }
        for row in reversed(rows)
    ]


def _related(actor: Actor, record: Record) -> list[dict[str, Any]]:
    """Records of other registers that name this one and that the reader may see, the newest first."""
    found = []
    for relation in type(record)._meta.related_objects:
        model = relation.related_model
        if not (isinstance(model, type) and issubclass(model, Record)):
            continue
        register = register_of(model)
        rows = visible(actor, model._default_manager.filter(**{relation.field.name: record})).order_by("-pk")
        for one in rows[:MOST_RELATED]:
            if address := cells.address_of(one):
                found.append({"register": register.plural, "title": title_of(one), "href": address})
    return found
