from __future__ import annotations

from django.urls import path

from tartip.statistics import pages

prefix = "statistics/"
app_name = "statistics"
urlpatterns = [
    path("", pages.figures, name="figures"),
    path("verify/", pages.verify, name="verify"),
    path("figure.json", pages.receipt, name="receipt"),
    path("package.zip", pages.package, name="package"),
    path("files/<str:name>", pages.sealed_file, name="file"),
]
