"""The catalogue of components: the contract of their markup, shown with made-up data."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _, gettext_lazy

from tartip.web import dates, numbers

# fmt: off
COLOURS = [
    "bg", "surface", "surface-3", "text", "text-3", "line-strong", "accent", "danger", "warn", "ok", "sealed",
    "priority-1", "priority-2", "priority-3", "priority-4", "unit-free", "unit-enroute", "unit-onscene",
    "unit-off", "unit-panic", "series-now", "series-prev",
]
# fmt: on
MOMENT = datetime(2026, 11, 22, 9, 29, tzinfo=UTC)
INCIDENTS = [(1, 76.93, 43.25), (2, 71.43, 51.13), (3, 69.6, 42.32), (4, 57.17, 50.28), (2, 82.61, 49.95)]
UNITS = [
    ("Барс-14", "free", 75.2, 44.6),
    ("Сұңқар-02", "enroute", 73.4, 49.0),
    ("Кобра-01", "onscene", 62.2, 48.0),
    ("Арлан-07", "panic", 66.0, 45.0),
]
REGIONS = [
    ("Алматы қаласы", 8471, 9384),
    ("Астана қаласы", 5236, 5710),
    ("Шымкент қаласы", 4102, 4077),
    ("Солтүстік Қазақстан облысы", 1127, 1201),
    ("Ұлытау облысы", 402, 438),
]


class Example(forms.Form):
    """One field of each kind; the plate is bound to a value that is too short."""

    plate = forms.CharField(
        label=gettext_lazy("Plate"), min_length=8, help_text=gettext_lazy("As on the car: 417 KZA 02")
    )
    purpose = forms.ChoiceField(
        label=gettext_lazy("Purpose of the check"),
        choices=[("wanted", gettext_lazy("Search for a wanted car")), ("stop", gettext_lazy("Stop on the road"))],
    )
    name = forms.ChoiceField(
        label=gettext_lazy("Whose name stands under it"),
        widget=forms.RadioSelect,
        choices=[("none", gettext_lazy("Without a name")), ("own", gettext_lazy("My own"))],
    )
    rights = forms.BooleanField(label=gettext_lazy("The rights were explained in the person's language"))


def catalogue(request: HttpRequest) -> HttpResponse:
    form = Example({"plate": "417 KZA", "purpose": "wanted", "name": "none", "rights": "on"})
    return render(request, "catalogue.html", {"form": form, "moment": MOMENT, "colours": COLOURS, **samples()})


def samples() -> dict[str, Any]:
    return {
        "contents": contents(),
        "days": _("11 days"),
        "by_law": _("by law"),
        "decide_by": _("Decision until 11 December"),
        "arrive_by": _("Arrival, norm 10 minutes"),
        "steps": [_("What"), _("Photo"), _("Where"), _("Send")],
        "tabs": [{"id": "feed", "text": _("Feed")}, {"id": "proofs", "text": _("Evidence"), "count": 4}],
        "table": {
            "caption": _("Crimes by region"),
            "columns": [
                {"label": _("Region"), "sort": True},
                {"label": "2026", "number": True, "sort": True},
                {"label": "2025", "number": True, "sort": True},
            ],
            "rows": [
                [{"text": name, "href": "#table"}, *({"text": numbers.number(n), "v": n} for n in counts)]
                for name, *counts in REGIONS
            ],
        },
        "page": Paginator(range(5000), 20).page(7),
        "figure": {
            "title": _("Arrival at an urgent call, median"),
            "value": dates.digits(8 * 60 + 24),
            "unit": _("minutes"),
            "delta": f"{numbers.signed(-10)}{numbers.SPACE}%",
            "was": dates.digits(9 * 60 + 21),
            "source": _("Journal 102, %(count)s runs") % {"count": numbers.number(412907)},
        },
        "marks": [
            {"x": 11, "y": 54, "w": 7, "h": 11, "label": _("face")},
            {"x": 36, "y": 74, "w": 12, "h": 7, "label": _("plate")},
        ],
        "rows": [
            (_("Date and time"), dates.when(MOMENT)),
            (_("Day"), dates.day(MOMENT)),
            (_("Number"), numbers.number(20495975)),
            (_("Change"), numbers.signed(-29)),
            (_("Money"), numbers.tenge(1234567)),
            (_("Mass"), numbers.mass(12_345_678)),
            (_("Share"), numbers.share(268114, 292_612)),
        ],
        "map_data": {
            "incidents": [
                {"id": f"INC-{7731 + i}", "n": n, "lon": lon, "lat": lat, "title": f"INC-{7731 + i}"}
                for i, (n, lon, lat) in enumerate(INCIDENTS)
            ],
            "units": [{"id": name, "name": name, "state": s, "lon": lon, "lat": lat} for name, s, lon, lat in UNITS],
        },
    }


def contents() -> list[tuple[str, str]]:
    return [
        ("color", _("Colour by meaning")),
        ("type", _("Text")),
        ("btn", _("Button")),
        ("field", _("Field, choice, tick")),
        ("seg", _("Segments")),
        ("badge", _("Badge, seal, plate")),
        ("prio", _("Priority")),
        ("unit", _("Unit")),
        ("clock", _("Clock of a deadline")),
        ("key", _("Key")),
        ("tabs", _("Tabs")),
        ("note", _("Message")),
        ("table", _("Table and pages")),
        ("dialog", _("Dialog and toast")),
        ("empty", _("Empty and loading")),
        ("steps", _("Steps")),
        ("acts", _("Acts")),
        ("receipt", _("Receipt")),
        ("figure", _("Figure")),
        ("media", _("Media with hidden places")),
        ("kv", _("Labels and values")),
        ("alarm-banner", _("Alarm banner")),
        ("long", _("Long words")),
        ("chart-map", _("Map and legend")),
    ]
