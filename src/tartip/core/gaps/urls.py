from __future__ import annotations

from django.urls import path

from tartip.core.gaps import pages

prefix = ""
app_name = "gaps"
urlpatterns = [
    path("law/gaps/", pages.gaps, name="list"),
    path("law/gaps/<uuid:gap_id>/dismiss/", pages.dismiss, name="dismiss"),
]
