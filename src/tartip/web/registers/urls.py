from __future__ import annotations

from django.urls import path

from tartip.web.registers import pages
from tartip.web.registers.imports.pages import import_page

app_name = "registers"
urlpatterns = [
    path("", pages.index, name="index"),
    path("<str:name>/", pages.list_page, name="list"),
    path("<str:name>/export.<str:kind>", pages.export_list, name="export"),
    path("<str:name>/import/", import_page, name="import"),
    path("<str:name>/acts/<str:act_name>/", pages.new, name="new"),
    path("<str:name>/<uuid:record_id>/", pages.card, name="card"),
    path("<str:name>/<uuid:record_id>/acts/<str:act_name>/", pages.act, name="act"),
]
