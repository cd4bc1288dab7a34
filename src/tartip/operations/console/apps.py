from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    name = "tartip.operations.console"
    label = "console"
