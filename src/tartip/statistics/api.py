"""Published figures by HTTP. No log-in: a figure that nobody can ask for proves nothing."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Field, Router

from tartip.core.language import language
from tartip.statistics import queries
from tartip.statistics.registry import all_declared, declared

router = Router(tags=["statistics"])
routers = {"/statistics": router}
Period = Annotated[str, Field(min_length=4, max_length=16, description="YYYY-MM, YYYY-MM..YYYY-MM or YYYY")]
Place = Annotated[str, Field(min_length=2, max_length=9, description="code of the territory; KZ is everywhere")]


@router.get("/indicators", auth=None)
def indicators(request: HttpRequest) -> list[dict[str, Any]]:
    """What is counted: code, names, definition and its hash, passport."""
    return [
        {**one.indicator.as_json(), "sha256": one.indicator.sha256, "passports": dict(one.passport)}
        for one in all_declared()
    ]


@router.get("/months", auth=None)
def months(request: HttpRequest) -> list[str]:
    """Months sealed in every register."""
    return [str(month) for month in queries.months_sealed()]


@router.get("/figures/{indicator}", auth=None)
def figure(request: HttpRequest, indicator: str, period: Period, territory: Place = "KZ") -> dict[str, Any]:
    """One figure with the same period of the year before; the integer comes with the hash of its receipt."""
    asked = queries.period_of(period)
    found = queries.figure(indicator, territory, asked)
    both = queries.year_on_year(indicator, territory, asked)
    return {
        "indicator": indicator,
        "territory": territory,
        "period": queries.written(asked),
        "value": found.value,
        "unit": declared(indicator).indicator.unit.code,
        "before": both.before,
        "why_no_before": both.why or None,
        "difference": both.change.difference if both.change else None,
        "percent": str(both.change.percent) if both.change and both.change.percent is not None else None,
        "as_of": found.as_of,
        "receipt_sha256": found.sha256,
        "files": list(found.files),
    }


@router.get("/figures/{indicator}/parts", auth=None)
def parts(request: HttpRequest, indicator: str, period: Period, territory: Place = "KZ") -> dict[str, Any]:
    """The figure of each part one level below; with what is assigned to no part they sum to the whole."""
    asked = queries.period_of(period)
    rows = queries.by_part(indicator, territory, asked, language())
    return {
        "indicator": indicator,
        "territory": territory,
        "period": queries.written(asked),
        "value": queries.year_on_year(indicator, territory, asked).now,
        "parts": [
            {"territory": row["code"] or None, "name": row["name"], "value": row["both"].now,
             "before": row["both"].before, "why_no_before": row["both"].why or None}
            for row in rows
        ],
    }  # fmt: skip


@router.get("/figures/{indicator}/receipt", auth=None)
def figure_receipt(request: HttpRequest, indicator: str, period: Period, territory: Place = "KZ") -> HttpResponse:
    """The receipt, tartip-figure/2. Verify it beside the sealed files: `tartip verify figure.json --key KEY`."""
    found = queries.figure(indicator, territory, queries.period_of(period))
    return HttpResponse(found.receipt, content_type="application/json")
