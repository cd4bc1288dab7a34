from django.apps import AppConfig


class CallersConfig(AppConfig):
    name = "tartip.operations.callers"
    label = "callers"
