"""`python -m tartip.core.law`: every rule with its status, as a lawyer reads it."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import date

from tartip.core.law.counting import how_counted
from tartip.core.law.deadlines import bases, deadlines
from tartip.core.law.edition import Edition
from tartip.core.law.jurisdiction import powers
from tartip.core.law.limitation import spans
from tartip.core.law.pauses import pauses
from tartip.core.law.penalties import book
from tartip.core.law.rates import rates
from tartip.core.law.registry import TABLES, all_editions, counts
from tartip.core.law.sanctions import Kind, Option, Sanction
from tartip.core.law.tables import LANGUAGES, STATUSES

HEADS = {
    "kk": ("Кілт", "Қолданылуы", "Атауы", "Ереже", "Мәртебе", "Дереккөз"),
    "ru": ("Ключ", "Действует", "Название", "Правило", "Статус", "Источник"),
    "en": ("Key", "In force", "Name", "Rule", "Status", "Source"),
}
WORDS = {
    "kk": {"warning": "ескерту", "fine": "айыппұл", "arrest": "қамақ", "deprivation": "құқықтан айыру"}
    | {
        "community_work": "қоғамдық жұмыс",
        "confiscation": "тәркілеу",
        "expulsion": "елден шығару",
        "or": "немесе",
        "mci_tenths": "АЕК",
    }
    | {"days": "тәулік", "months": "ай", "years": "жыл", "hours": "сағат", "": ""},
    "ru": {"warning": "предупреждение", "fine": "штраф", "arrest": "арест", "deprivation": "лишение права"}
    | {
        "community_work": "общественные работы",
        "confiscation": "конфискация",
        "expulsion": "выдворение",
        "or": "или",
        "mci_tenths": "МРП",
    }
    | {"days": "сут.", "months": "мес.", "years": "лет", "hours": "ч", "": ""},
    "en": {"warning": "warning", "fine": "fine", "arrest": "arrest", "deprivation": "loss of licence"}
    | {
        "community_work": "community work",
        "confiscation": "confiscation",
        "expulsion": "expulsion",
        "or": "or",
        "mci_tenths": "MCI",
    }
    | {"days": "days", "months": "months", "years": "years", "hours": "hours", "": ""},
}


def main(argv: Sequence[str] | None = None) -> int:
    """Print the tables; returns the exit code."""
    asked = _arguments().parse_args(argv)
    if asked.counts:
        sys.stdout.write(counts_table())
        return 0
    shown = [edition for edition in all_editions() if _wanted(edition, asked)]
    from rich.console import Console
    from rich.table import Table

    # Piped into a file the lines stay whole; on a screen they fold to its width.
    console = Console(soft_wrap=False) if sys.stdout.isatty() else Console(width=200)
    for name in TABLES:
        rows = [edition for edition in shown if edition.table == name]
        if not rows:
            continue
        table = Table(*HEADS[asked.lang], title=f"{name} ({len(rows)})", title_justify="left", show_lines=False)
        for edition in rows:
            mark = {"confirmed": "", "older edition": "yellow", "unconfirmed": "red"}[edition.status]
            table.add_row(*_cells(edition, asked.lang), style=mark or None)
        console.print(table)
    console.print(f"{len(shown)} / {len(all_editions())}")
    return 0 if shown else 1


def counts_table() -> str:
    """Markdown: how many rows of each table are confirmed, from an older edition, unconfirmed."""
    lines = [f"| table | rows | {' | '.join(STATUSES)} |", f"|---|{'---:|' * (len(STATUSES) + 1)}"]
    total = dict.fromkeys(STATUSES, 0)
    for table, found in counts().items():
        lines.append(f"| {table} | {found.total()} | {' | '.join(str(found[status]) for status in STATUSES)} |")
        total = {status: total[status] + found[status] for status in STATUSES}
    lines.append(f"| **all** | {sum(total.values())} | {' | '.join(str(total[status]) for status in STATUSES)} |")
    return "\n".join(lines) + "\n"


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tartip.core.law", description=__doc__)
    parser.add_argument("--lang", choices=LANGUAGES, default="ru")
    parser.add_argument("--table", choices=TABLES)
    parser.add_argument("--status", choices=STATUSES)
    parser.add_argument("--key", default="", help="the beginning of the keys to show, as koap-592")
    parser.add_argument("--on", type=date.fromisoformat, help="only what is in force on this day, as 2026-06-01")
    parser.add_argument("--counts", action="store_true", help="only the number of rows by table and status")
    return parser


def _wanted(edition: Edition, asked: argparse.Namespace) -> bool:
    return (
        (not asked.table or edition.table == asked.table)
        and (not asked.status or edition.status == asked.status)
        and (edition.key == asked.key or edition.key.startswith(asked.key))
        and (
            not asked.on
            or (edition.valid_from <= asked.on and (edition.valid_to is None or asked.on <= edition.valid_to))
        )
    )


def _cells(edition: Edition, lang: str) -> tuple[str, ...]:
    span = f"{edition.valid_from} – {edition.valid_to or '…'}"
    source = edition.source + (f" [{edition.note}]" if edition.note else "")
    return edition.key, span, edition.name(lang), _rule(edition, lang), edition.status, source


def _rule(edition: Edition, lang: str) -> str:
    if edition.table == "deadlines":
        rule = deadlines().at(edition.key, edition.valid_from)
        return f"{how_counted(rule, lang)}; {bases()[rule.basis][lang]}"
    if edition.table == "base_rates":
        return f"{rates().at(edition.key, edition.valid_from).tenge} ₸"
    if edition.table == "penalties":
        found = (entry for group in book().entries.rows.values() for entry in group if entry.edition is edition)
        return next(f"{entry.subject}: {_options(entry.options, lang)}" for entry in found)
    if edition.table == "jurisdiction":
        power = next(p for group in powers().rows.values() for p in group if p.edition is edition)
        return f"{power.article} {power.kind}: {' '.join(power.bodies)}"
    if edition.table == "limitation":
        span = next(s for s in spans() if s.edition is edition)
        numbers = "" if span.first is None else f" {span.first}–{span.last}"
        return f"{span.law}{numbers}, {span.subject}, {span.nature}: {' + '.join(filter(None, (span.rule, span.also)))}"
    if edition.table == "pauses":
        row = next(p for p in pauses() if p.edition is edition)
        return f"{row.rule}: {row.cause}"
    return ""


def _options(options: tuple[Option, ...], lang: str) -> str:
    words = WORDS[lang]
    return f" {words['or']} ".join(" + ".join(_sanction(s, words) for s in option) for option in options)


def _sanction(sanction: Sanction, words: dict[str, str]) -> str:
    if sanction.high is None:
        return words[sanction.kind]
    shown = [_number(x, sanction.kind) for x in (sanction.low, sanction.high) if x is not None]
    span = "–".join(dict.fromkeys(shown)) if sanction.low is not None else f"≤ {shown[-1]}"
    return f"{words[sanction.kind]} {span} {words[sanction.unit]}"


def _number(value: int, kind: Kind) -> str:
    if kind is not Kind.FINE:
        return str(value)
    return str(value // 10) if value % 10 == 0 else f"{value // 10}.{value % 10}"


if __name__ == "__main__":
    sys.exit(main())
