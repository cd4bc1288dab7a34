from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "tartip.core.people"
    label = "people"
