from __future__ import annotations

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Listed before Django's and allauth's applications: its templates and its Kazakh words come first."""

    name = "tartip.web"
    label = "web"
