from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "tartip.cases"
    label = "cases"
