"""What a replay refuses before it begins. A single bad row never stops one: see `source.BadRow`."""

from __future__ import annotations

from tartip.errors import TartipError


class BadMapping(TartipError):
    """The mapping file names something that is not there, or names it twice."""

    code = "replay.bad_mapping"
    text = "%(file)s: %(field)s: %(rule)s."
    http_status = 422


class BadSource(TartipError):
    """The file of calls cannot be read at all: it is not there, empty, or lacks a column the mapping needs."""

    code = "replay.bad_source"
    text = "%(file)s: %(rule)s."
    http_status = 422


class NoTerrain(TartipError):
    """The territory's outline is missing or too small for the beats."""

    code = "replay.no_terrain"
    text = "%(territory)s: %(rule)s."
    http_status = 422


class OtherReplay(TartipError):
    """The database holds calls of this source that another seed, limit or mapping drew."""

    code = "replay.other"
    text = (
        "%(name)s was replayed into this database with another seed, limit, mapping or version (%(known)s): "
        "its numbers would be entered twice. Use a fresh database (TARTIP_VAR) or the same settings."
    )
    http_status = 409


class ReplayFailed(TartipError):
    """A worker met an error of ours."""

    code = "replay.failed"
    text = "The replay failed: %(error)s"
    http_status = 500
