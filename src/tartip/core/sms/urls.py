from __future__ import annotations

from django.urls import path

from tartip.core.sms import pages

prefix = "sms/"
app_name = "sms"
urlpatterns = [path("", pages.caught, name="caught")]
