"""The page of an import: file, columns, dry run, import. The file comes with every step and is stored nowhere."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tartip.core.acts import Act, Actor, Denied, perform_together
from tartip.core.acts.keys import first_done
from tartip.core.batches.actions import enter, row_act_of
from tartip.core.batches.models import Batch
from tartip.core.language import language, named
from tartip.core.people.actors import page_actor
from tartip.core.people.params import form_actor, new_key
from tartip.core.problems import said, wrong_fields
from tartip.core.registers.register import Register
from tartip.errors import TartipError
from tartip.web import dates, numbers
from tartip.web.registers.formulas import quote
from tartip.web.registers.imports.columns import Wanted, is_importable, matched, wanted_of
from tartip.web.registers.imports.errors import BadFile, FileEntered, FileTooLarge
from tartip.web.registers.imports.judging import Finding, Judge, Verdict, verdicts
from tartip.web.registers.imports.reading import read
from tartip.web.registers.imports.sheet import Sheet
from tartip.web.registers.lookup import may_create, register_named

STEPS = ("file", "columns", "check", "enter")
MOST_LISTED = 200
COLUMN = "column."


@dataclass
class Counts:
    """What a dry run found."""

    new: int = 0
    there: int = 0
    wrong: int = 0
    findings: list[Finding] = field(default_factory=list)

    def add(self, verdict: Verdict) -> None:
        if verdict.given is None:
            self.wrong += 1
            self.findings += verdict.findings[: max(0, MOST_LISTED - len(self.findings))]
        elif verdict.there:
            self.there += 1
        else:
            self.new += 1


@dataclass
class Posted:
    """The file as it was sent, and which column of it says what."""

    body: bytes
    sheet: Sheet
    wanted: list[Wanted]
    chosen: dict[str, int]

    @property
    def hash(self) -> bytes:
        return hashlib.sha256(self.body).digest()

    @property
    def lacking(self) -> list[Wanted]:
        """What every row must say and no column does. Of a person one part is enough."""
        people = {one.field.name for one in self.wanted if one.name in self.chosen and one.field.kind == "person"}
        found = [one for one in self.wanted if one.required and one.name not in self.chosen]
        for one in self.wanted:
            if one.field.kind == "person" and one.field.required and one.field.name not in people:
                people.add(one.field.name)
                found.append(one)
        return found


@require_http_methods(["GET", "HEAD", "POST"])
def import_page(request: HttpRequest, name: str) -> HttpResponse | StreamingHttpResponse:
    """One address for all steps; the posted `step` says which. Whatever is refused is said at its field."""
    register = register_named(name)
    posted = request.method == "POST"
    actor = form_actor(request) if posted else page_actor(request)
    act = row_act_of(register.name)
    if not is_importable(act) or not may_create(act, actor):
        raise Denied(act=act.code, rule=act.may.name, role=actor.role)
    if not posted:
        return _draw(request, register, act, "file")
    step = request.POST.get("step", "")
    try:
        file = _posted(request, act)
        if step == "enter":
            return _enter(request, register, act, actor, file)
        if step == "wrong":
            return _wrong(register, act, actor, file)
        if file.lacking or step != "check":
            return _draw(request, register, act, "columns", file)
        return _check(request, register, act, actor, file)
    except TartipError as error:
        wrong = " ".join(wrong_fields(error).values()) or said(error)
        return _draw(request, register, act, "file", refusal=wrong, status=error.http_status)


def _posted(request: HttpRequest, act: Act) -> Posted:
    sent = request.FILES.get("file")
    if not isinstance(sent, UploadedFile):
        raise BadFile(rule=_("choose a file"))
    most: int = settings.IMPORT_MOST_BYTES
    if (sent.size or 0) > most:
        raise FileTooLarge(most=most >> 20)
    body = sent.read()
    sheet = read(body)
    wanted = wanted_of(act)
    chosen = matched(sheet.head, wanted)
    for one in wanted:
        typed = request.POST.get(COLUMN + one.name)
        if typed is not None:
            chosen.pop(one.name, None)
            if typed.isascii() and typed.isdigit() and len(typed) < 4 and int(typed) < len(sheet.head):
                chosen[one.name] = int(typed)
    return Posted(body, sheet, wanted, chosen)


def _check(request: HttpRequest, register: Register, act: Act, actor: Actor, file: Posted) -> HttpResponse:
    """The dry run: every row is judged, nothing is written."""
    _must_be_new(register, actor, file)
    counts = Counts()
    for verdict in verdicts(Judge(act, actor, file.wanted, file.chosen, file.sheet)):
        counts.add(verdict)
    return _draw(request, register, act, "check", file, counts=counts)


def _enter(request: HttpRequest, register: Register, act: Act, actor: Actor, file: Posted) -> HttpResponse:
    if request.POST.get("sha256") != file.hash.hex():
        raise BadFile(rule=_("it is not the file that was checked; check it first"))
    if file.lacking:
        return _draw(request, register, act, "columns", file)

    def work() -> Batch:
        if (done := first_done(actor, Batch)) is not None:
            return cast("Batch", done)
        _must_be_new(register, actor, file)
        judged = verdicts(Judge(act, actor, file.wanted, file.chosen, file.sheet))
        rows = (one.given for one in judged if one.given is not None and not one.there)
        return enter(actor, register=register.name, rows=rows, file_hash=file.hash, file_size=len(file.body))

    batch = perform_together(work, actor)
    text = _("%(rows)s records were entered under one entry of the journal.") % {"rows": numbers.number(batch.rows)}
    messages.success(request, text)
    return redirect("registers:list", register.name)


def _must_be_new(register: Register, actor: Actor, file: Posted) -> None:
    """A register without unique fields would take the same file twice. Only one's own territory is asked."""
    before = Batch.objects.filter(register=register.name, file_hash=file.hash, territory=actor.territory).first()
    if before is not None:
        from tartip.core.journal.queries import history

        at = [row["occurred_at"] for row in history(before.pk)][:1]
        raise FileEntered(day=dates.when(at[0], before.territory) if at else "—")


def _wrong(register: Register, act: Act, actor: Actor, file: Posted) -> StreamingHttpResponse:
    """The rows that cannot be entered, as they are in the file, with a column that says why."""
    answer = StreamingHttpResponse(_wrong_lines(act, actor, file), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{register.name}-wrong.csv"'
    return answer


def _wrong_lines(act: Act, actor: Actor, file: Posted) -> Iterator[bytes]:
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter="," if language() == "en" else ";", lineterminator="\r\n")
    buffer.write("\ufeff")
    writer.writerow([*(quote(head) for head in file.sheet.head), _("line"), _("why")])
    for verdict in verdicts(Judge(act, actor, file.wanted, file.chosen, file.sheet)):
        if verdict.given is None:
            cells = ["" if cell is None else quote(str(cell)) for cell in verdict.line.cells]
            cells = [*cells, *[""] * len(file.sheet.head)][: max(len(cells), len(file.sheet.head))]
            why = "; ".join(f"{one.column}: {one.why}" if one.column else one.why for one in verdict.findings)
            writer.writerow([*cells, verdict.line.number, quote(why)])
        if buffer.tell() > 1 << 16:
            yield _taken(buffer)
    yield _taken(buffer)


def _taken(buffer: io.StringIO) -> bytes:
    text = buffer.getvalue().encode()
    buffer.seek(0)
    buffer.truncate()
    return text


def _draw(
    request: HttpRequest, register: Register, act: Act, step: str, file: Posted | None = None, *,
    counts: Counts | None = None, refusal: str = "", status: int = 200,
) -> HttpResponse:  # fmt: skip
    words = {"file": _("File"), "columns": _("Columns"), "check": _("Dry run"), "enter": _("Import")}
    context: dict[str, Any] = {
        "register": register,
        "act": named(act.names),
        "step": step,
        "steps": [(words[one], one == step, STEPS.index(one) < STEPS.index(step)) for one in STEPS],
        "refusal": refusal,
        "wanted": wanted_of(act) if step == "file" else [],
        "most_mb": settings.IMPORT_MOST_BYTES >> 20,
        "wide": "wide",
    }
    if file is not None:
        context |= {
            "form": file.sheet.form,
            "columns": _columns(file) if step == "columns" else [],
            "chosen": [(COLUMN + one.name, str(file.chosen.get(one.name, ""))) for one in file.wanted],
            "lacking": [one.label for one in file.lacking] if request.POST.get("step") != "columns" else [],
            "heads": list(enumerate(file.sheet.head)),
            "formulas": file.sheet.formulas,
            "sha256": file.hash.hex(),
        }
    if counts is not None:
        context |= {"counts": counts, "more": counts.wrong and len(counts.findings) >= MOST_LISTED, "key": new_key()}
    return render(request, "registers/import.html", context, status=status)


def _columns(file: Posted) -> list[dict[str, Any]]:
    first = next(file.sheet.rows(), None)
    cells = first.cells if first else []
    found = []
    for one in file.wanted:
        at = file.chosen.get(one.name)
        example = "" if at is None or at >= len(cells) or cells[at] is None else str(cells[at])
        found.append({"name": COLUMN + one.name, "label": one.label, "required": one.required, "at": at,
                      "example": example[:60]})  # fmt: skip
    return found
