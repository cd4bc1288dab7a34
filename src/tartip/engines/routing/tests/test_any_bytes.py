"""Any bytes in a file of roads: a network, or a documented error. README: "a reader never ends in anything else"."""

from __future__ import annotations

import gzip
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings, strategies as st

from tartip.engines.errors import BadInput
from tartip.engines.routing import Network, Roads, read_csv, read_dimacs, read_osm
from tartip.engines.routing.errors import RoutingError
from tartip.engines.routing.tests.made_osm import write_osm
from tartip.engines.routing.tests.test_osm import NODES, PLAIN, WAYS
from tartip.engines.routing.tests.test_tables import ARCS, CO, GR, NODES as NODE_ROWS

FEW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
DOCUMENTED = (RoutingError, BadInput)
PIECES = st.sampled_from(
    [b"\n", b"\r\n", b" ", b",", b'"', b"\0", b"\xff", b"-", b"9" * 20, b"1e400", b"nan", b"a 1 2 3\n"]
)


@st.composite
def damaged(draw: st.DrawFn, whole: bytes) -> bytes:
    """The file with bytes changed, put in, left out, or cut off; now and then bytes of no file at all."""
    raw = bytearray(whole)
    for _ in range(draw(st.integers(0, 4))):
        place = draw(st.integers(0, len(raw)))
        what = draw(st.integers(0, 3))
        if what == 0:
            raw[place:place] = draw(PIECES)
        elif what == 1:
            del raw[place : place + draw(st.integers(1, 12))]
        elif what == 2 and place < len(raw):
            raw[place] = draw(st.integers(0, 255))
        elif what == 3:
            del raw[place:]
    return draw(st.binary(max_size=60)) if draw(st.integers(0, 9)) == 0 else bytes(raw)


def searchable(roads: Roads) -> None:
    """What a reader gives can be built and asked, or says why not."""
    network = Network.build(roads)
    network.matrix(
        network.snap(*(values[roads.tail[0]] / 1e7 for values in (roads.lon_e7, roads.lat_e7))), (76.0, 43.0)
    )


@FEW
@given(nodes=damaged(NODE_ROWS.encode()), arcs=damaged(ARCS.encode()), packed=st.booleans())
@example(nodes=NODE_ROWS.encode(), arcs=b'tail,head,seconds,metres\n"1,2,10,100\n', packed=False)
@example(nodes=b"\xef\xbb\xbf" + NODE_ROWS.encode(), arcs=ARCS.encode(), packed=True)
def test_any_bytes_as_tables(tmp_path: Path, nodes: bytes, arcs: bytes, packed: bool) -> None:
    suffix, pack = (".csv.gz", gzip.compress) if packed else (".csv", bytes)
    for name, raw in (("nodes", nodes), ("arcs", arcs)):
        (tmp_path / (name + suffix)).write_bytes(pack(raw))
    with suppress(*DOCUMENTED):
        searchable(read_csv(tmp_path / f"nodes{suffix}", tmp_path / f"arcs{suffix}"))


@FEW
@given(gr=damaged(GR.encode()), co=damaged(CO.encode()), long=damaged(GR.encode()))
@example(gr=GR.replace("a 2 3 7", "a 2 3 -9223372036854775808").encode(), co=CO.encode(), long=GR.encode())
@example(gr=GR.encode(), co=CO.replace("40010000", "-9223372036854775808").encode(), long=GR.encode())
def test_any_bytes_as_dimacs(tmp_path: Path, gr: bytes, co: bytes, long: bytes) -> None:
    for name, raw in (("t.gr", gr), ("t.co", co), ("d.gr", long)):
        (tmp_path / name).write_bytes(raw)
    with suppress(*DOCUMENTED):
        searchable(read_dimacs(tmp_path / "t.gr", tmp_path / "t.co", tmp_path / "d.gr"))


@FEW
@given(data=st.data(), suffix=st.sampled_from([".osm", ".osm.pbf", ".osm.gz", ".opl", ".o5m", ".xml", ".unknown"]))
def test_any_bytes_as_a_map(tmp_path: Path, data: st.DataObject, suffix: str) -> None:
    turns = [({"restriction": "no_left_turn"}, (("way", 10, "from"), ("node", 5, "via"), ("way", 12, "to")))]
    made = ".osm" if suffix in (".xml", ".unknown", ".o5m") else suffix
    whole = write_osm(tmp_path / f"whole{made}", NODES, WAYS, {6: {"barrier": "kerb"}}, turns).read_bytes()
    (tmp_path / f"town{suffix}").write_bytes(data.draw(damaged(whole)))
    with suppress(*DOCUMENTED):
        searchable(read_osm(tmp_path / f"town{suffix}", PLAIN))


KEYS = [
    "highway", "oneway", "oneway:motor_vehicle", "access", "access:forward", "motor_vehicle:conditional", "maxspeed",
    "maxspeed:forward", "junction", "seasonal", "name", "surface", "route", "duration", "area", "barrier",
]  # fmt: skip
VALUES = [
    "yes", "no", "-1", "residential", "motorway", "ferry", "roundabout", "reversible", "no @ (07:00-09:00)", "kerb",
    "60", "RU:urban", "0", "PT5M", ";", "private; no", "",
]  # fmt: skip
TAGS = st.dictionaries(
    st.sampled_from(KEYS), st.one_of(st.sampled_from(VALUES), st.text(alphabet="a;@:-1,ә ", max_size=8))
)


@FEW
@given(first=TAGS, second=TAGS, node=TAGS)
def test_any_tags_give_roads_or_a_documented_error(tmp_path: Path, first: dict, second: dict, node: dict) -> None:  # type: ignore[type-arg]
    ways = {10: ([4, 5], {"highway": "residential"} | first), 11: ([5, 6, 7], {"highway": "primary"} | second)}
    with suppress(*DOCUMENTED):
        searchable(read_osm(write_osm(tmp_path / "town.osm", NODES, ways, {6: node}), PLAIN))


@pytest.mark.parametrize("name", ["-", "http://localhost/x.osm", ""])
def test_a_name_is_a_file_and_nothing_else(name: str) -> None:
    """The library reads standard input for "-" and begins a download for an address."""
    with pytest.raises(RoutingError):
        read_osm(name)
