"""Many figures in one pass: every indicator in every territory over one period, for a collegium's report."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from tartip.engines.errors import expect
from tartip.engines.figures.cells import count_cells
from tartip.engines.figures.errors import BadPeriod
from tartip.engines.figures.figure import Figure, make_figure, versions
from tartip.engines.figures.indicator import Indicator
from tartip.engines.figures.period import Period
from tartip.engines.figures.question import Question
from tartip.engines.figures.territory import Territory
from tartip.engines.months import SealedMonths


def compute_figures(
    indicators: Sequence[Indicator], territories: Iterable[Territory], period: Period, sealed: SealedMonths
) -> FigureTable:
    """Count each sealed file of the period once, then add up: 25 indicators × 20 regions over a year in some seconds.

    indicators: of one register, counts or sums; period: whole months. Raises as `count_cells`, and BadPeriod.
    """
    expect("period", period, Period)
    expect("sealed", sealed, SealedMonths)
    indicators, territories = tuple(indicators), tuple(territories)
    for what, given, kind in (("indicators", indicators, Indicator), ("territories", territories, Territory)):
        for one in given:
            expect(what, one, kind)
    if not period.whole:
        raise BadPeriod("period", period, "must be whole months for a table of figures")
    used = sealed.of(period.months)
    cells = count_cells(indicators, used)
    values = {}
    for territory in territories:
        codes = cells if territory.codes is None else territory.codes
        rows = [cells[code] for code in codes if code in cells]
        for n, indicator in enumerate(indicators):
            values[indicator.code, territory] = sum(row[n] for row in rows)
    return FigureTable({indicator.code: indicator for indicator in indicators}, period, used, values)


class FigureTable:
    """Values by indicator and territory; each becomes a figure with its own query when it is published."""

    def __init__(
        self,
        indicators: Mapping[str, Indicator],
        period: Period,
        sealed: SealedMonths,
        values: Mapping[tuple[str, Territory], int],
    ) -> None:
        self.indicators, self.period, self.sealed, self.values = indicators, period, sealed, values

    def __len__(self) -> int:
        return len(self.values)

    def value(self, code: str, territory: Territory) -> int:
        return self.values[code, territory]

    def figure(self, code: str, territory: Territory) -> Figure:
        """The figure with the query that gives it alone, ready for a receipt."""
        question = Question.ask(self.indicators[code], territory, self.period, self.sealed)
        engines = versions("duckdb", "ibis-framework")
        return make_figure(question, self.values[code, territory], engines)
