"""Write small OpenStreetMap files for the tests."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import quoteattr

Tags = dict[str, str]


def write_osm(
    path: Path,
    nodes: dict[int, tuple[float, float]],
    ways: dict[int, tuple[Sequence[int], Tags]],
    node_tags: dict[int, Tags] | None = None,
    turns: Sequence[tuple[Tags, Sequence[tuple[str, int, str]]]] = (),
) -> Path:
    """nodes: place by number. turns: tags and members (type, number, role). Any suffix osmium knows."""
    import osmium

    def tagged(tags: Tags) -> str:
        return "".join(f"<tag k={quoteattr(k)} v={quoteattr(v)}/>" for k, v in tags.items())

    lines = ['<osm version="0.6">']
    for number, (lon, lat) in nodes.items():
        lines.append(f'<node id="{number}" version="1" lon="{lon:.7f}" lat="{lat:.7f}">')
        lines.append(tagged((node_tags or {}).get(number, {})) + "</node>")
    for number, (refs, tags) in ways.items():
        points = "".join(f'<nd ref="{ref}"/>' for ref in refs)
        lines.append(f'<way id="{number}" version="1">{points}{tagged(tags)}</way>')
    for number, (tags, members) in enumerate(turns, 1):
        parts = "".join(f'<member type="{what}" ref="{ref}" role="{role}"/>' for what, ref, role in members)
        lines.append(f'<relation id="{number}" version="1">{parts}{tagged(tags | {"type": "restriction"})}</relation>')
    plain = path.with_suffix("").with_suffix(".osm")
    plain.write_text("\n".join([*lines, "</osm>"]))
    if path != plain:
        with osmium.SimpleWriter(str(path), overwrite=True) as writer:
            for thing in osmium.FileProcessor(str(plain)):
                writer.add(thing)
    return path
