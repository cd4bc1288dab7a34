from django.apps import AppConfig


class TerritoryConfig(AppConfig):
    name = "tartip.core.territory"
    label = "territory"
