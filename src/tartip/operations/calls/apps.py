from django.apps import AppConfig


class CallsConfig(AppConfig):
    name = "tartip.operations.calls"
    label = "calls"
