"""Form 1-M of 2022 sealed as a register: thefts by region, each figure with a receipt. var/examples/figures.png"""

import csv
import tempfile
from pathlib import Path

import matplotlib.pyplot as plt
import pyarrow as pa

from tartip.engines.figures import (
    EVERYWHERE,
    FigureReceipt,
    Indicator,
    Period,
    Territory,
    _,
    compute_figure,
    verify_figure,
)
from tartip.engines.months import Column, Month, MonthSchema, SealedMonths, seal_month

root = Path(__file__).parents[2]
form = root.parent / "shared/data/figures/1m_2022_by_region_article.csv"  # where it is absent, a made form does
made = [{"territory_iso": f"KZ-{n}", "criminal_code_article": "188", "registered": n} for n in range(10, 30)]
lines = list(csv.DictReader(form.read_text(encoding="utf-8").splitlines())) if form.exists() else made

kinds = {"id": "int64", "version": "int8", "date": "date", "territory": "string", "article": "string", "count": "int32"}
schema = MonthSchema("form_1m", tuple(Column(name, kind) for name, kind in kinds.items()))
december = Month(2022, 12)  # the form counts from the beginning of the year: it is dated by its last day
rows = [
    {"id": n, "version": 1, "date": december.last, "territory": line["territory_iso"]}
    | {"article": line["criminal_code_article"], "count": int(line["registered"])}
    for n, line in enumerate(lines)
]
names = {"kk": "Ұрлық", "ru": "Кражи", "en": "Thefts"}
thefts = Indicator("form_1m.theft", names, "form_1m", measure=_.count.sum(), where=_.article == "188")

with tempfile.TemporaryDirectory() as folder:
    seal_month(pa.Table.from_pylist(rows), schema, december, folder)
    sealed, period = SealedMonths.read(folder, "form_1m"), Period.of_months(december)
    regions = {row["territory"]: Territory.of(row["territory"], [row["territory"]]) for row in rows}
    found = {code: compute_figure(thefts, place, period, sealed) for code, place in regions.items()}
    whole = FigureReceipt(compute_figure(thefts, EVERYWHERE, period, sealed, recount=True))
    for step in verify_figure(whole.data, folder):
        print(step.outcome, step.sentence())
assert whole.figure.value == sum(figure.value for figure in found.values())

best = sorted(found, key=lambda code: found[code].value)
plt.barh(best, [found[code].value for code in best])
plt.title(f"{names['en']} registered in 2022 (form 1-M): {whole.figure.value:,}")
plt.tight_layout()
(root / "var/examples").mkdir(parents=True, exist_ok=True)
plt.savefig(root / "var/examples/figures.png", dpi=120)
