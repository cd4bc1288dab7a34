"""What is known of a territory, and the outlines drawn for it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class Territory(models.Model):
    """A part of the republic that has a KATO code: the republic itself, a region, a district, a city.

    `code` is the nine digits of KATO; the republic is `KZ`; a unit whose KATO is not known has a stable code of the
    project that begins with `x`. Names are the full ones ("Абай ауданы"); `sort_*` orders by the bare name in the
    alphabet of the language, whatever the collation of the database is. `valid_to` is the first day it is no more.
    """

    class Level(models.IntegerChoices):
        REPUBLIC = 0
        REGION = 1
        DISTRICT = 2

    class Kind(models.TextChoices):
        REPUBLIC = "republic", _("republic")
        REGION = "region", _("region")
        REPUBLICAN_CITY = "republican_city", _("city of republican significance")
        DISTRICT = "district", _("district")
        CITY = "city", _("city")
        CITY_DISTRICT = "city_district", _("city district")

    code = models.CharField(max_length=9, primary_key=True)
    kato_known = models.BooleanField(default=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    level = models.PositiveSmallIntegerField(choices=Level.choices)
    kind = models.CharField(max_length=16, choices=Kind.choices)
    iso = models.CharField(max_length=5, blank=True)
    name_kk = models.CharField(max_length=80)
    name_ru = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80)
    sort_kk = models.CharField(max_length=160, db_collation="C")
    sort_ru = models.CharField(max_length=160, db_collation="C")
    sort_en = models.CharField(max_length=160, db_collation="C")
    # Other spellings in use, one a line: found by search, matched by the import of outlines.
    aliases = models.TextField(blank=True)
    plate_code = models.CharField(max_length=2, blank=True)
    phone_code = models.CharField(max_length=6, blank=True)
    # The newest count and its day: counts of different days must not be compared as if they were one.
    population = models.PositiveIntegerField(null=True)
    population_on = models.DateField(null=True)
    timezone = models.CharField(max_length=32)
    centre_lon_e6 = models.IntegerField(null=True)
    centre_lat_e6 = models.IntegerField(null=True)
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)
    previous_parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    parent_since = models.DateField(null=True)
    source = models.CharField(max_length=160, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(level=0, parent=None) | models.Q(level__gt=0, parent__isnull=False),
                name="territory_has_parent",
            ),
            models.CheckConstraint(
                condition=models.Q(previous_parent=None) | models.Q(parent_since__isnull=False),
                name="territory_parent_dated",
            ),
        ]

    def __str__(self) -> str:
        return self.code


class Outline(models.Model):
    """The border of a territory as one source draws it: WKB, longitude and latitude in degrees (EPSG:4326)."""

    territory = models.ForeignKey(Territory, models.CASCADE, related_name="outlines")
    source = models.CharField(max_length=160)
    licence = models.CharField(max_length=160)
    geometry = models.BinaryField()
    valid_from = models.DateField(null=True)
    imported_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["territory", "source"], name="outline_of_a_source")]

    def __str__(self) -> str:
        return f"{self.territory_id}: {self.source}"


class Revision(models.Model):
    """A token that changes with every load or import: the cheap question "has anything changed since I read it?"."""

    key = models.CharField(max_length=16, primary_key=True)
    stamp = models.CharField(max_length=32)

    def __str__(self) -> str:
        return f"{self.key} {self.stamp}"
