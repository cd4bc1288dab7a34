"""Which things of an XML file its editor has marked as deleted: JOSM keeps them in the file with action="delete"."""

from __future__ import annotations

import bz2
import gzip
import zlib
from math import isfinite
from pathlib import Path
from typing import IO
from xml.parsers import expat

from tartip.engines.routing.errors import BadFile

OPENERS = {".gz": gzip.open, ".bz2": bz2.open}
KINDS = {"node": "n", "way": "w", "relation": "r"}


def deleted_in(path: Path) -> set[tuple[str, int]]:
    """(kind, number) of every thing marked so; empty for files that are not XML. Raises BadFile."""
    packed = path.suffix in OPENERS
    if (path.with_suffix("") if packed else path).suffix not in (".osm", ".xml"):
        return set()
    found: set[tuple[str, int]] = set()

    def begin(name: str, attributes: dict[str, str]) -> None:
        if attributes.get("action") == "delete" and name in KINDS:
            found.add((KINDS[name], int(attributes.get("id", ""))))
        for what in ("lon", "lat") if name == "node" else ():
            if not isfinite(float(attributes.get(what, 0))):  # the library takes 1e999 for 0
                raise BadFile(path, f"node {attributes.get('id')}", f"{attributes[what]!r} is no {what}")

    parser = expat.ParserCreate()
    parser.StartElementHandler = begin
    try:
        with open_packed(path) as file:
            parser.ParseFile(file)
    except (OSError, EOFError, zlib.error, expat.ExpatError, ValueError) as error:
        raise BadFile(path, "reading", str(error)) from error
    return found


def open_packed(path: Path) -> IO[bytes]:
    opener = OPENERS.get(path.suffix)
    return opener(path, "rb") if opener else path.open("rb")  # type: ignore[operator]
