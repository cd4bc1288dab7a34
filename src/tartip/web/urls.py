from __future__ import annotations

from django.urls import path

from tartip.core.people.languages import choose
from tartip.web import pages

prefix = ""
app_name = "web"
urlpatterns = [
    path("language/", choose, name="language"),
    path("ui/", pages.catalogue, name="catalogue"),
]
