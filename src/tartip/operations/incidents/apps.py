from django.apps import AppConfig


class IncidentsConfig(AppConfig):
    name = "tartip.operations.incidents"
    label = "incidents"
