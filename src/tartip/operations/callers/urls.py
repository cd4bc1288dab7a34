from __future__ import annotations

from django.urls import path

from tartip.operations.callers import receipts

prefix = "c/"
app_name = "callers"
urlpatterns = [
    path("<str:code>/", receipts.show, name="receipt"),
    path("<str:code>/live/", receipts.live, name="live"),
]
