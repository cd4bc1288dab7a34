from django.apps import AppConfig


class GapsConfig(AppConfig):
    name = "tartip.core.gaps"
    label = "gaps"
