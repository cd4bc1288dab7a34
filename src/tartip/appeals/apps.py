from django.apps import AppConfig


class AppealsConfig(AppConfig):
    name = "tartip.appeals"
    label = "appeals"
