"""The public page of figures: cards, chart, table by territory, and for each number the way to check it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tartip.core.acts import NotFound
from tartip.core.journal.keys import newest
from tartip.core.journal.queries import receipt as journal_receipt
from tartip.core.language import language, named
from tartip.core.people.menu import bar
from tartip.core.territory import tree
from tartip.core.territory.spelling import Language
from tartip.engines.figures import Change, Period
from tartip.engines.merkle import canonical_json
from tartip.engines.months import Month
from tartip.statistics import queries
from tartip.statistics.models import SealedMonth
from tartip.statistics.registry import Declared, all_declared, declared
from tartip.statistics.sealing import folder
from tartip.web.downloads import send_file, send_package
from tartip.web.numbers import MINUS, SPACE, number, signed


@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    tongue = language()
    newest = queries.newest_period()
    if newest is None:
        return render(request, "statistics/empty.html", {"nav_items": public_nav(request)})
    place = request.GET.get("territory", tree.ROOT)
    tree.current().row(place)
    chosen = declared(request.GET.get("indicator") or all_declared()[0].indicator.code)
    period = queries.period_of(request.GET["period"]) if request.GET.get("period") else newest
    rows = table_rows(chosen, place, period, tongue)
    most = max((row["both"].now for row in rows), default=0) or 1
    for row in rows:
        row["percent"] = row["both"].now * 100 // most
    year = period.last.year
    line = [queries.monthly(chosen.indicator.code, place, y) for y in (year, year - 1)]
    context: dict[str, Any] = {
        "cards": [card(one, place, period) for one in all_declared()],
        "chosen": chosen.indicator.code,
        "chosen_name": named(chosen.indicator.names),
        "unit": named(chosen.units),
        "passport": named(chosen.passport),
        "indicators": [(one.indicator.code, named(one.indicator.names)) for one in all_declared()],
        "rows": rows,
        "place": place,
        "place_name": tree.name(place, tongue),
        "above": [(code, tree.name(code, tongue)) for code in reversed(tree.ancestors(place))],
        "period": queries.written(period),
        "period_words": said(period),
        "periods": choices(period),
        "year": year,
        "months": [{"name": month_name(n), "now": line[0][n - 1], "before": line[1][n - 1]} for n in range(1, 13)],
        "chart": {"now": line[0], "before": line[1], "months": [month_name(n)[:3] for n in range(1, 13)], "year": year},
        "nav_items": public_nav(request),
    }
    return render(request, "statistics/figures.html", context)


def table_rows(chosen: Declared, place: str, period: Period, tongue: Language) -> list[dict[str, Any]]:
    """The table by territory; the last row may be what is assigned to no part, which has no page of its own."""
    try:
        rows = queries.by_part(chosen.indicator.code, place, period, tongue)
    except queries.NotCountedThen:
        return []
    for row in rows:
        code = row["code"]
        row["delta"] = delta(row["change"])
        row["why"] = queries.WHY_NOT.get(row["both"].why, "")
        row["verify"] = links(chosen, code, period)["verify"] if code else ""
        row["href"] = f"?{query_of(chosen, code, period)}" if code else ""
    return rows


@require_safe
def verify(request: HttpRequest) -> HttpResponse:
    """How to check one figure: what it was counted from, its receipt, and the command. In the drawer or by itself."""
    if not request.GET.get("indicator") and not request.GET.get("period"):
        return render(request, "statistics/which.html", {"nav_items": public_nav(request)})
    one, place, period = asked(request)
    found = queries.figure(one.indicator.code, place, period)
    manifests = queries.manifests_of(one, period)
    context = {
        "name": named(one.indicator.names),
        "unit": named(one.units),
        "passport": named(one.passport),
        "place_name": tree.name(place, language()),
        "period_words": said(period),
        "found": found,
        "manifests": manifests,
        "rows": sum(m.rows - m.withdrawn for m in manifests),
        "late": sum(1 for m in manifests if m.supplement),
        "definition": one.indicator.sha256,
        "key": newest(),
        "back": f"{reverse('statistics:figures')}?{query_of(one, place, period)}",
        **links(one, place, period),
        "nav_items": public_nav(request),
    }
    part = "statistics/proof.html" if request.headers.get("HX-Request") else "statistics/verify.html"
    return render(request, part, context)


@require_safe
def receipt(request: HttpRequest) -> HttpResponse:
    one, place, period = asked(request)
    answer = HttpResponse(queries.figure(one.indicator.code, place, period).receipt, content_type="application/json")
    answer["Content-Disposition"] = 'attachment; filename="figure.json"'
    return answer


@require_safe
def package(request: HttpRequest) -> HttpResponseBase:
    """The receipt with the sealed files it names: unpack, `tartip verify figure.json`."""
    one, place, period = asked(request)
    found = queries.figure(one.indicator.code, place, period)
    named = f"{one.indicator.code}-{place}-{queries.written(period)}.zip"
    try:
        return send_package(named, {"figure.json": found.receipt}, [folder() / name for name in found.files])
    except FileNotFoundError as error:
        raise NotFound(register="sealed file", id=Path(error.filename).name) from None


@require_safe
def sealed_file(request: HttpRequest, name: str) -> HttpResponseBase:
    """One sealed file, its manifest, or the journal's receipt of it, by a name the journal knows.

    The hash that was sealed is its ETag. A part may be asked for (Range), to go on with a download that broke off.
    """
    stem = name.removesuffix(".parquet").removesuffix(".manifest.json").removesuffix(".receipt.json")
    known = SealedMonth.objects.filter(file=f"{stem}.parquet").first()
    if known is not None and name == f"{stem}.receipt.json":
        answer = HttpResponse(canonical_json(journal_receipt(known.entry)), content_type="application/json")
        answer["Content-Disposition"] = f'attachment; filename="{name}"'
        return answer
    if known is None or name not in (known.file, f"{stem}.manifest.json"):
        raise NotFound(register="sealed file", id=name[:80])
    sealed = json.loads(known.manifest)["file_sha256"] if name == known.file else known.sha256
    try:
        return send_file(request, folder() / name, hash_of_it=sealed)
    except FileNotFoundError:
        raise NotFound(register="sealed file", id=name[:80]) from None


def asked(request: HttpRequest) -> tuple[Declared, str, Period]:
    one = declared(request.GET.get("indicator", ""))
    place = request.GET.get("territory", tree.ROOT)
    tree.current().row(place)
    return one, place, queries.period_of(request.GET.get("period", ""))


def card(one: Declared, place: str, period: Period) -> dict[str, Any]:
    try:
        both = queries.year_on_year(one.indicator.code, place, period)
    except queries.NotCountedThen:
        return {"code": one.indicator.code, "title": named(one.indicator.names), "value": ""}
    change = both.change
    better = (
        None if change is None or one.better is None or not change.difference else (change.difference > 0) is one.better
    )
    return {
        "code": one.indicator.code,
        "title": named(one.indicator.names),
        "value": number(both.now),
        "unit": named(one.units),
        "delta": delta(change),
        "way": "" if change is None or not change.difference else "up" if change.difference > 0 else "down",
        "better": better,
        "was": "" if both.before is None else number(both.before),
        "why": queries.WHY_NOT.get(both.why, ""),
        **links(one, place, period),
    }


def delta(change: Change | None) -> str:
    """«−6,6 %»; numbers instead where the base is too small for a percentage to say anything."""
    if change is None:
        return ""
    if change.percent is None or change.small_base:
        return signed(change.difference)
    return f"{signed(change.percent)}{SPACE}%".replace("-", MINUS)


def links(one: Declared, place: str, period: Period) -> dict[str, str]:
    query = query_of(one, place, period)
    return {name: f"{reverse(f'statistics:{name}')}?{query}" for name in ("verify", "receipt", "package")}


def query_of(one: Declared, place: str, period: Period) -> str:
    return urlencode({"indicator": one.indicator.code, "territory": place, "period": queries.written(period)})


def choices(period: Period) -> list[tuple[str, str]]:
    """Periods one may ask for: each sealed month, and each year's months up to its newest."""
    known = queries.months_sealed()
    found = []
    for year in sorted({month.year for month in known}, reverse=True):
        months = [month for month in known if month.year == year]
        if len(months) > 1 and months[-1].number - months[0].number + 1 == len(months):
            found.append(Period.of_months(months[0], months[-1]))
        found += [Period.of_months(month) for month in reversed(months)]
    if period not in found:
        found.insert(0, period)
    return [(queries.written(one), said(one)) for one in found]


def said(period: Period) -> str:
    """«қаңтар – қазан 2026», «январь – октябрь 2026»."""
    first, last = Month.of(period.first), Month.of(period.last)
    if first == last:
        return f"{month_name(first.number)} {first.year}"
    if first.year == last.year:
        return f"{month_name(first.number)} – {month_name(last.number)} {last.year}"
    return f"{month_name(first.number)} {first.year} – {month_name(last.number)} {last.year}"


def month_name(n: int) -> str:
    from django.utils.dates import MONTHS

    return str(MONTHS[n]).lower() if language() != "en" else str(MONTHS[n])


def public_nav(request: HttpRequest) -> list[dict[str, Any]]:
    """Staff see their workplaces; everybody else the two public doors."""
    if request.user.is_authenticated:
        return list(bar(request)["nav_items"])
    return [
        {"href": reverse("statistics:figures"), "text": _("Figures"), "current": True},
        {"href": reverse("receipts:ask"), "text": _("Receipt"), "current": False},
    ]
