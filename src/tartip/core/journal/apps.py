from django.apps import AppConfig


class JournalConfig(AppConfig):
    name = "tartip.core.journal"
    label = "journal"
