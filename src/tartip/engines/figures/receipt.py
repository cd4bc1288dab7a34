"""The receipt of a figure, format `tartip-figure/2`: all an outsider needs besides the sealed files themselves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from typing import Any

from tartip.engines.errors import EngineError
from tartip.engines.figures.errors import BadReceipt
from tartip.engines.figures.figure import Figure
from tartip.engines.figures.indicator import Indicator
from tartip.engines.figures.period import Period
from tartip.engines.figures.territory import Territory
from tartip.engines.merkle import canonical_json, read_json
from tartip.engines.months import Manifest

FORMAT, OLD = "tartip-figure/2", "tartip-figure/1"
DEFINITIONS = "definitions"


@dataclass(frozen=True, slots=True)
class FigureReceipt:
    """`figure`, and the journal's receipts `tartip-receipt/1` of the acts that sealed what it rests on.

    journal: by its hash for each manifest; under `definitions` for the definition and the borders of the territory.
    format: of receipts handed out before, tartip-figure/1, which also named `engines` and a query by any writer.
    """

    figure: Figure
    journal: Mapping[str, Any] = field(default_factory=dict)
    format: str = FORMAT

    def as_json(self) -> dict[str, Any]:
        figure = self.figure
        return {
            "format": self.format,
            "indicator": figure.indicator.as_json(),
            "indicator_sha256": figure.indicator.sha256,
            "territory": figure.territory.as_json(),
            "period": {"first": figure.period.first.isoformat(), "last": figure.period.last.isoformat()},
            "manifests": [{"sha256": m.sha256, "manifest": m.as_json()} for m in figure.manifests],
            "records": figure.records,
            "sql": figure.sql,
            "value": figure.value,
            **({"engines": dict(figure.engines)} if self.format == OLD else {"as_of": figure.as_of}),
            "journal": dict(self.journal),
        }

    @property
    def data(self) -> bytes:
        """The receipt as it is handed out: canonical JSON."""
        return canonical_json(self.as_json())

    @property
    def sha256(self) -> str:
        """Hash of the receipt without the journal's part, hex: the same before and after the journal is sealed."""
        return sha256(canonical_json({**self.as_json(), "journal": {}})).hexdigest()

    @classmethod
    def read(cls, data: bytes) -> FigureReceipt:
        """Read strictly; every field must be there, written as `as_json` writes it. Raises BadReceipt.

        Whether it is true is another question: see `verify_figure`.
        """
        try:
            found = read_json(data)
            if found["format"] not in (FORMAT, OLD):
                raise ValueError("another format")
            receipt = cls(_figure(found), found["journal"], found["format"])
            written = receipt.as_json()
        except (KeyError, TypeError, ValueError, AttributeError, EngineError) as error:
            raise BadReceipt("receipt", "file", f"is not {FORMAT}: {error}") from None
        for key in written | found:
            # A field that is null is not one that is absent.
            there = key in written and key in found
            if not there or canonical_json(written[key]) != canonical_json(found[key]):
                raise BadReceipt("receipt", key, "contradicts the rest or is not written as it must be")
        return receipt


def _figure(found: dict[str, Any]) -> Figure:
    engines = found["engines"] if found["format"] == OLD else {}
    texts = (found["records"], found["sql"], *engines.values())
    if type(found["value"]) is not int or not all(type(text) is str for text in texts):
        raise ValueError("value must be a whole number, the queries text")
    if not isinstance(found["journal"], dict) or not found["manifests"]:
        raise ValueError("journal must be an object, manifests a list that is not empty")
    codes = found["territory"]["codes"]
    return Figure(
        value=found["value"],
        indicator=Indicator.from_json(found["indicator"]),
        territory=Territory(found["territory"]["code"], None if codes is None else tuple(codes)),
        period=Period(date.fromisoformat(found["period"]["first"]), date.fromisoformat(found["period"]["last"])),
        manifests=tuple(Manifest.from_json(item["manifest"]) for item in found["manifests"]),
        records=found["records"],
        sql=found["sql"],
        engines=engines,
    )
