"""The generated pages of all registers that have them, those of other apps too."""

from __future__ import annotations

from tartip.web.registers.urls import app_name as app_name, urlpatterns as urlpatterns

prefix = "registers/"
