"""What can be wrong with a territory, a place or a file of outlines."""

from __future__ import annotations

from tartip.errors import TartipError


class TerritoryError(TartipError):
    code = "territory.error"
    http_status = 422


class UnknownTerritory(TerritoryError):
    code = "territory.unknown"
    text = "There is no territory with the code %(code)s."
    http_status = 404

    def __init__(self, code: object) -> None:
        super().__init__(code=code)


class NotValidOn(TerritoryError):
    """The unit exists, but did not (or does no longer) on that day."""

    code = "territory.not_valid_on"
    text = "The territory %(code)s did not exist on %(on)s."

    def __init__(self, code: str, on: object) -> None:
        super().__init__(code=code, on=on)


class BrokenTree(TerritoryError):
    """The rows do not make one tree; the table or the file needs mending before anything can be asked."""

    code = "territory.broken_tree"
    text = "The table of territories is broken at %(code)s: %(rule)s."
    http_status = 500

    def __init__(self, code: object, rule: str) -> None:
        super().__init__(code=code, rule=rule)


class NoTerritories(TerritoryError):
    code = "territory.none_loaded"
    text = "The table of territories is empty: run `tartip migrate` first."
    http_status = 503
    again = True


class BadCoordinate(TerritoryError):
    code = "territory.bad_coordinate"
    text = "%(field)s: %(rule)s (given: %(given)s)."

    def __init__(self, field: str, rule: str, given: object) -> None:
        super().__init__(field=field, rule=rule, given=repr(given)[:40])


class OutsideCountry(TerritoryError):
    """No outline holds the point and none is within the tolerance."""

    code = "territory.outside_country"
    about = "lon"
    text = "The point %(lon)s, %(lat)s lies in no territory of Kazakhstan."

    def __init__(self, lon: float, lat: float) -> None:
        super().__init__(lon=lon, lat=lat)


class LooksSwapped(OutsideCountry):
    """The same two numbers the other way round lie in the country."""

    code = "territory.looks_swapped"
    text = "The point %(lon)s, %(lat)s lies in no territory of Kazakhstan; longitude and latitude look swapped."


class BadOutlineFile(TerritoryError):
    """The file as a whole cannot be read as outlines; nothing was written."""

    code = "territory.bad_outline_file"
    text = "%(file)s: %(rule)s"

    def __init__(self, file: str, rule: str) -> None:
        super().__init__(file=file, rule=rule)


class NoOutlines(TerritoryError):
    code = "territory.no_outlines"
    text = "No outlines are loaded: run `tartip migrate` first."
    http_status = 503
    again = True
