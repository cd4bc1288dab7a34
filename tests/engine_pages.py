"""The data that the code of docs/engines/*.md takes as given: one small made set per engine."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

NOW_MS = 1_790_000_000_000
Names = dict[str, Any]


def prepare(name: str, folder: Path) -> Names:
    return PREPARED[name](folder)


def assignment(folder: Path) -> Names:
    travel = np.array([[30_000, 400_000], [400_000, 30_000]])
    calls = {"at_ms": [0, 1_000], "area": [0, 1], "priority": [1, 2]}
    seconds = {"seconds": [[60, 120], [90, 30]], "m": 2}
    return seconds | calls | {"posts": [0, 1], "travel_ms": travel, "rng": np.random.default_rng(1)}


def camera(folder: Path) -> Names:
    """The page's live camera is the recording, and its end is the end of the stream."""
    from tartip.engines.camera import Reconnect, watch_stream
    from tartip.engines.redaction.tests.made import road, save

    file = save([road(320, 192)] * 30, folder / "road.mp4")
    return {"watch_stream": lambda address: watch_stream(str(file), reconnect=Reconnect(tries=0))}


def figures(folder: Path) -> Names:
    """Offences in March; the other months of the year are sealed too, empty."""
    from tartip.engines.months import Month, SealedMonths, seal_month

    given = months(folder)
    for number in range(1, 13):
        table = given["table"] if number == 3 else given["table"].slice(0, 0)
        seal_month(table, given["schema"], Month(2025, number), folder)
    names = {"kk": "Ұрлық", "ru": "Кражи", "en": "Thefts"}
    return {"names": names, "folder": folder, "sealed": SealedMonths.read(folder, "offences")}


def merkle(folder: Path) -> Names:
    from tartip.engines.merkle import leaf_hash

    return {"leaves": [leaf_hash(n.to_bytes(2)) for n in range(300)]}


def months(folder: Path) -> Names:
    import pyarrow as pa

    from tartip.engines.months import Column, MonthSchema

    kinds = {"id": "int64", "version": "int16", "date": "date", "territory": "int32", "article": "string"}
    schema = MonthSchema("offences", tuple(Column(name, kind) for name, kind in kinds.items()))
    rows = [{"id": n, "version": 1, "date": date(2025, 3, 5), "territory": 7, "article": "188"} for n in range(5)]
    types = {"id": pa.int64(), "version": pa.int16(), "date": pa.date32(), "territory": pa.int32()}
    table = pa.Table.from_pylist(rows, schema=pa.schema([*types.items(), ("article", pa.string())]))
    return {"table": table, "schema": schema, "folder": folder}


def pairing(folder: Path) -> Names:
    from tartip.engines.pairing import Sections
    from tartip.engines.pairing.tests.made import entry, exit_, section, table

    return {"passes": table([entry(0), exit_(5)]), "sections": Sections.of([section()])}


def patrol(folder: Path) -> Names:
    """The page's three seconds are a tenth here."""
    from tartip.engines.patrol import Place, Shift, SolveParams

    travel = np.array([[0, 60, 90], [60, 0, 50], [90, 50, 0]])
    given = {"places": (Place(1, (5,)), Place(2, (3,))), "shifts": (Shift(0, 3_600, 0, 0),), "travel": travel}
    return given | {"SolveParams": lambda seconds: SolveParams(seconds=seconds / 10)}


def plates(folder: Path) -> Names:
    from tartip.engines.plates import Kind
    from tartip.engines.plates.tests.render import render

    rng = np.random.default_rng(1)
    return {"crops": [render("123ABC02", Kind.KZ_2012_PERSON, rng) for _ in range(2)]}


def redaction(folder: Path) -> Names:
    import cv2

    from tartip.engines.redaction.tests.made import road, save

    cv2.imwrite(str(folder / "photo.jpg"), road(320, 192))
    save([road(320, 192)] * 4, folder / "in.mp4")
    return {"Path": Path}


def routing(folder: Path) -> Names:
    from tartip.engines.routing import read_osm
    from tartip.engines.routing.tests.made_osm import write_osm

    nodes = {n: (76.9286 + n * 0.001, 43.2567) for n in range(8)}
    file = write_osm(folder / "city.osm", nodes, {1: (list(nodes), {"highway": "residential", "name": "Абая"})})
    return {"read_osm": lambda name: read_osm(file)}


def screening(folder: Path) -> Names:
    import pyarrow as pa

    from tartip.engines.screening import Ingress, Lists, Trunk

    calls = {"caller": ["+77172123456"], "called": ["102"], "trunk": [1], "at": [NOW_MS]}
    return {"lists": Lists(), "trunks": {1: Trunk(Ingress.INTERNATIONAL)}, "now_ms": NOW_MS, "calls": pa.table(calls)}


def transfers(folder: Path) -> Names:
    import pyarrow as pa

    numbers = {"id": 1, "at": NOW_MS, "amount": 5_000_00, "debtor": 1, "debtor_account": 11, "creditor": 2}
    table = pa.table({name: [value] for name, value in (numbers | {"creditor_account": 22}).items()})
    return {"now_ms": NOW_MS, "table": table}


def readme_assignment(folder: Path) -> Names:
    areas: Names = assignment(folder) | {"travel": [[60, 120], [90, 30]], "demand": [1, 1]}
    crew = {"priority": [1, 2], "skills": [0, 0], "crew": [1, 1], "fatigue": [0, 0], "forbidden": [(0, 1)], "n": 2}
    return areas | crew | {"found": [[(0, 60), (1, 120)], [(1, 30), (0, 90)]], "k": 2, "wider": None}


def readme_figures(folder: Path) -> Names:
    """Both years are sealed up to October, which the code seals; the journal's part is the app's."""
    from tartip.engines.figures import Territory
    from tartip.engines.months import Month, SealedMonths, seal_month

    given = months(folder)
    empty = given["table"].slice(0, 0)
    for month in (Month(year, number) for year in (2024, 2025) for number in range(1, 11)):
        if month != Month(2025, 10):
            seal_month(empty, given["schema"], month, folder)
    app = {"export": lambda month: empty, "record_act": lambda act, payload: None}
    app |= {"entry_of": lambda manifest: manifest.sha256, "receipt": lambda entry: {"entry": entry}}
    public = {"Month": Month, "SealedMonths": SealedMonths, "Territory": Territory, "seal_month": seal_month}
    given = {"SCHEMA": given["schema"], "month": Month(2025, 10), "code": 7, "subtree": (7,), "keys": []}
    return public | app | given | {"folder": folder}


def readme_months(folder: Path) -> Names:
    """One record is sealed; it is withdrawn where another one is added."""
    import uuid

    import pyarrow as pa

    gone, late = uuid.uuid4(), uuid.uuid4()

    def row(number: uuid.UUID) -> pa.Table:
        place = {"date": pa.array([date(2025, 3, 5)]), "territory": pa.array([751_310_000], pa.int32())}
        first = {"id": pa.array([number.bytes], pa.binary(16)), "version": pa.array([1], pa.int16())}
        return pa.table(first | place | {"article": ["188"]})

    return {"table": row(gone), "more": row(late), "folder": folder, "id": gone}


def readme_routing(folder: Path) -> Names:
    place = (76.93, 43.2567)
    return routing(folder) | {"origins": [place], "targets": [(76.931, 43.2567)], "place": place}


README_GIVEN: dict[str, Callable[[Path], Names]] = {
    "assignment": readme_assignment,
    "figures": readme_figures,
    "months": readme_months,
    "routing": readme_routing,
}

PREPARED: dict[str, Callable[[Path], Names]] = {
    make.__name__: make
    for make in (
        assignment, camera, figures, merkle, months, pairing, patrol, plates, redaction, routing, screening, transfers
    )
}  # fmt: skip
