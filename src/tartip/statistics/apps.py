from django.apps import AppConfig


class StatisticsConfig(AppConfig):
    name = "tartip.statistics"
    label = "statistics"
