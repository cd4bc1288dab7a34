from __future__ import annotations

from django.urls import path

from tartip.cases import pages, receipts

prefix = ""
app_name = "cases"
urlpatterns = [
    path("r/<str:code>/", receipts.show, name="receipt"),
    path("r/<str:code>/relief/", receipts.ask_relief, name="relief"),
    path("r/<str:code>/receipt.json", receipts.download, name="download"),
    path("r/<str:code>/change.json", receipts.download_change, name="download_change"),
    path("cases/", pages.cases, name="list"),
    path("cases/<uuid:case_id>/", pages.card, name="card"),
    path("cases/<uuid:case_id>/articles/", pages.articles, name="articles"),
    path("cases/<uuid:case_id>/<slug:name>/", pages.act, name="act"),
]
