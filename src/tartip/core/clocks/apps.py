from django.apps import AppConfig


class ClocksConfig(AppConfig):
    name = "tartip.core.clocks"
    label = "clocks"
