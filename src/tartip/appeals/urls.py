from __future__ import annotations

from django.urls import path

from tartip.appeals import pages, receipts

prefix = ""
app_name = "appeals"
urlpatterns = [
    path("r/<str:code>/appeal/", receipts.file, name="file"),
    path("a/<str:code>/", receipts.show, name="receipt"),
    path("a/<str:code>/withdraw/", receipts.withdraw, name="withdraw"),
    path("a/<str:code>/receipt.json", receipts.download, name="download"),
    path("appeals/", pages.board, name="board"),
    path("appeals/of/<uuid:case_id>/protest/", pages.protest, name="protest"),
    path("appeals/<uuid:appeal_id>/", pages.card, name="card"),
    path("appeals/<uuid:appeal_id>/<slug:name>/", pages.act, name="act"),
]
