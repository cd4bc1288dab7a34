from django.apps import AppConfig


class ReceiptsConfig(AppConfig):
    name = "tartip.core.receipts"
    label = "receipts"
