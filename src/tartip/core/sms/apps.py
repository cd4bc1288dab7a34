from django.apps import AppConfig


class SmsConfig(AppConfig):
    name = "tartip.core.sms"
    label = "sms"
