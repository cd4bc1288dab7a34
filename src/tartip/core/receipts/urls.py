from __future__ import annotations

from django.urls import path

from tartip.core.receipts import pages

prefix = "r/"
app_name = "receipts"
urlpatterns = [path("", pages.ask, name="ask")]
