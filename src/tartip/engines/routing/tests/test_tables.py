"""Tables of nodes and arcs, and DIMACS files."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from tartip.engines.errors import BadInput
from tartip.engines.routing import CLOSED, TableLayout, read_csv, read_dimacs
from tartip.engines.routing.errors import BadFile, BadWeight, EmptyNetwork, RoutingError, UnknownNode

NODES = "node,lon,lat\n1,76.0,43.0\n2,76.1,43.0\n7,76.2,43.1\n"
ARCS = "tail,head,seconds,metres\n1,2,10,100\n2,1,12,100\n2,7,20.5,250.25\n"


def tables(folder: Path, nodes: str = NODES, arcs: str = ARCS) -> tuple[Path, Path]:
    (folder / "nodes.csv").write_text(nodes)
    (folder / "arcs.csv").write_text(arcs)
    return folder / "nodes.csv", folder / "arcs.csv"


def test_an_arc_and_the_arc_back_are_one_road(tmp_path: Path) -> None:
    roads = read_csv(*tables(tmp_path))
    assert (roads.tail.tolist(), roads.head.tolist()) == ([0, 1], [1, 2])
    assert (roads.ahead_ms.tolist(), roads.back_ms.tolist()) == ([10_000, 20_500], [12_000, CLOSED])
    assert roads.length_dm.tolist() == [1000, 2502]  # 2502.5 rounds to the even number
    assert roads.lon_e7.tolist() == [760_000_000, 761_000_000, 762_000_000]


def test_parallel_arcs_stay_apart(tmp_path: Path) -> None:
    """Twice there and once back: one road both ways, one only there."""
    arcs = "tail,head,seconds,metres\n1,2,10,100\n1,2,11,100\n2,1,12,100\n1,1,5,30\n"
    roads = read_csv(*tables(tmp_path, arcs=arcs))
    assert sorted(zip(roads.ahead_ms.tolist(), roads.back_ms.tolist(), strict=True)) == [
        (5_000, CLOSED), (10_000, 12_000), (11_000, CLOSED),
    ]  # fmt: skip


def test_street_names_are_kept(tmp_path: Path) -> None:
    arcs = "tail,head,seconds,metres,street\n1,2,10,100,Абай\n2,1,10,100,Абай\n2,7,20,100,\n"
    roads = read_csv(*tables(tmp_path, arcs=arcs), TableLayout(name="street"))
    assert [roads.names[i] for i in roads.name] == ["Абай", ""]


def test_jemss_tables_count_in_days(tmp_path: Path) -> None:
    """0.0001 days are 8.64 s; lines before the header, a last comma in every line, a closing "," are in the files."""
    nodes = "nodes,\nindex,x,y,offRoadAccess,\n1.0,174.7,-36.8,1.0,\n2.0,174.8,-36.8,1.0,\n,\n"
    arcs = "arcs,\nx,\nindex,fromNode,toNode,distance,mode_1,mode_2,\n1.0,1.0,2.0,0.1,0.0001,0.0002,\n,\n"
    assert read_csv(*tables(tmp_path, nodes, arcs), TableLayout.jemss()).ahead_ms.tolist() == [8_640]
    assert read_csv(*tables(tmp_path, nodes, arcs), TableLayout.jemss(2)).ahead_ms.tolist() == [17_280]


@pytest.mark.parametrize(
    ("nodes", "arcs", "error", "says"),
    [
        (NODES, ARCS.replace("2,7", "2,8"), UnknownNode, "arcs.csv line 4 names node 8"),
        (NODES, ARCS.replace("20.5", "0"), BadWeight, "arcs.csv line 4: 0 is no travel time"),
        (NODES, ARCS.replace("20.5", "-3"), BadWeight, "arcs.csv line 4"),
        (NODES, ARCS.replace("20.5", "1e9"), BadWeight, "arcs.csv line 4"),
        (NODES, ARCS.replace("20.5", "nan"), BadInput, "seconds at .*arcs.csv line 4"),
        (NODES, ARCS.replace("20.5", "soon"), BadInput, "'soon' is not a finite number"),
        (NODES, ARCS.replace("250.25", "-1"), BadWeight, "metres at .*arcs.csv line 4"),
        (NODES, ARCS.replace("2,7,20.5,250.25", "2,7"), BadFile, "line 4: the line is shorter"),
        (NODES, ARCS.replace("seconds", "minutes"), BadFile, "no line names the columns"),
        (NODES, "tail,head,seconds,metres\n", EmptyNetwork, "holds no rows"),
        (NODES.replace("76.1", "inf"), ARCS, BadInput, "lon at .*nodes.csv line 3"),
        (NODES.replace("76.1", "276.1"), ARCS, BadInput, "lon at .*nodes.csv row 1"),
        (NODES.replace("7,", "2,"), ARCS, BadInput, "nodes.csv line 4: 2 is there twice"),
        ("", ARCS, BadFile, "nodes.csv, header"),
    ],
)
def test_bad_tables_are_refused_with_file_and_line(
    tmp_path: Path, nodes: str, arcs: str, error: type[Exception], says: str
) -> None:
    with pytest.raises(error, match=says):
        read_csv(*tables(tmp_path, nodes, arcs))


def test_a_cut_off_or_absent_table_is_refused(tmp_path: Path) -> None:
    nodes = tables(tmp_path)[0]
    raw = gzip.compress(ARCS.encode())
    (tmp_path / "arcs.csv.gz").write_bytes(raw[: len(raw) // 2])
    (tmp_path / "bytes.csv").write_bytes(b"tail,head\xff\xfe\n")
    for path in ("arcs.csv.gz", "bytes.csv", "absent.csv"):
        with pytest.raises(BadFile, match=path):
            read_csv(nodes, tmp_path / path)


GR = "c made\np sp 3 4\na 1 2 10\na 2 1 10\na 2 3 7\na 3 2 8\n"
CO = "c made\np aux sp co 3\nv 1 -74000000 40000000\nv 2 -74010000 40000000\nv 3 -74020000 40010000\n"


def dimacs(folder: Path, gr: str = GR, co: str = CO, lengths: str | None = None) -> tuple[Path, ...]:
    (folder / "t.gr").write_text(gr)
    (folder / "t.co.gz").write_bytes(gzip.compress(co.encode()))
    if lengths is None:
        return folder / "t.gr", folder / "t.co.gz"
    (folder / "d.gr").write_text(lengths)
    return folder / "t.gr", folder / "t.co.gz", folder / "d.gr"


def test_dimacs_arcs_become_roads(tmp_path: Path) -> None:
    """Without lengths every road is 0 dm long, so 2-3 and 3-2 are one road of two times."""
    roads = read_dimacs(*dimacs(tmp_path), unit_ms=3.6)
    assert (roads.ahead_ms.tolist(), roads.back_ms.tolist()) == ([36, 25], [36, 29])
    assert roads.lon_e7.tolist() == [-740_000_000, -740_100_000, -740_200_000]
    lengths = GR.replace("a 2 3 7", "a 2 3 70").replace("a 3 2 8", "a 3 2 80")
    assert sorted(read_dimacs(*dimacs(tmp_path, lengths=lengths)).length_dm.tolist()) == [10, 70, 80]


@pytest.mark.parametrize(
    ("gr", "co", "error", "says"),
    [
        (GR.replace("a 2 3 7", "a 2 4 7"), CO, UnknownNode, "t.gr line 5 names node 4"),
        (GR.replace("a 2 3 7", "a 2 3 0"), CO, BadWeight, "t.gr line 5: 0 is no travel time"),
        (GR.replace("a 2 3 7", "a 2 3 -7"), CO, BadWeight, "t.gr line 5"),
        (GR.replace("a 2 3 7", "a 2 3"), CO, BadFile, "t.gr, line 5"),
        (GR.replace("a 2 3 7", "a 2 3 7.5"), CO, BadFile, "t.gr, line 5"),
        (GR.replace("a 2 3 7", "b 2 3 7"), CO, BadFile, "t.gr, line 5"),
        (GR.replace("a 3 2 8\n", ""), CO, BadFile, "3 rows of the 4 promised"),
        (GR + "a 1 3 2\n", CO, BadFile, "one too many"),
        (GR.replace("p sp 3 4\n", ""), CO, BadFile, "problem line"),
        (GR.replace("p sp 3 4", "p sp 3 " + "9" * 18), CO, BadFile, "more rows"),
        (GR.replace("p sp 3 4", "p sp 3 " + "9" * 5000), CO, BadFile, "problem line"),
        ("p sp 3 0\n", CO, EmptyNetwork, "t.gr holds no rows"),
        (GR, CO.replace("co 3", "co 2").replace("v 3 -74020000 40010000\n", ""), BadFile, "2 nodes, but 3"),
        (GR, CO.replace("v 3", "v 2"), BadInput, "node 2 has 2 places"),
        (GR, CO.replace("v 3", "v 9"), UnknownNode, "names node 9"),
        (GR, CO.replace("40010000", "91000000"), BadInput, "node 2"),
        (GR, CO.replace("40010000", "99999999999"), BadInput, "millionths"),
    ],
)
def test_bad_dimacs_files_are_refused(tmp_path: Path, gr: str, co: str, error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        read_dimacs(*dimacs(tmp_path, gr, co))


def test_lengths_of_other_arcs_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="not the same arcs"):
        read_dimacs(*dimacs(tmp_path, lengths=GR.replace("a 2 3 7", "a 1 3 7")))


def test_a_cut_off_gz_is_refused(tmp_path: Path) -> None:
    gr, co = dimacs(tmp_path)
    co.write_bytes(co.read_bytes()[:-9])
    with pytest.raises(RoutingError, match=r"t\.co\.gz"):
        read_dimacs(gr, co)


def test_rows_longer_or_shorter_than_the_header_are_read_where_nothing_wanted_is_missing(tmp_path: Path) -> None:
    """Tables of the field end some rows with a comma and some without."""
    nodes = "node,lon,lat,note,\n1,76.0,43.0\n2,76.1,43.0,,,,\n7,76.2,43.1,x\n"
    assert len(read_csv(*tables(tmp_path, nodes)).lon_e7) == 3


def test_numbers_of_nodes_too_large_for_a_double_are_refused(tmp_path: Path) -> None:
    """2**53 + 1 and 2**53 are one number to a double: an arc could end at the wrong one of two nodes."""
    with pytest.raises(BadInput, match="too large"):
        read_csv(*tables(tmp_path, NODES.replace("7,", "9007199254740994,")))
