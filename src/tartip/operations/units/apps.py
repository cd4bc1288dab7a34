from django.apps import AppConfig


class UnitsConfig(AppConfig):
    name = "tartip.operations.units"
    label = "units"
