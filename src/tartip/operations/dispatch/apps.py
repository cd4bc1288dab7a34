from django.apps import AppConfig


class DispatchConfig(AppConfig):
    name = "tartip.operations.dispatch"
    label = "dispatch"
