from django.apps import AppConfig


class UmbrellasConfig(AppConfig):
    name = "umbrellas"
    label = "umbrellas"
