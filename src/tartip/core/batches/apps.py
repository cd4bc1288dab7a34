from django.apps import AppConfig


class BatchesConfig(AppConfig):
    name = "tartip.core.batches"
    label = "batches"
