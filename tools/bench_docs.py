"""Write docs/engines.md and the tables of bench/README.md: `./run python tools/bench_docs.py [--check]`.

Written by hand are docs/engines/NAME.md (what an engine does, in a sentence and a few lines of code), bench/aims.toml
and bench/reasons.toml; the numbers come from bench/results. With --check nothing is written: the command fails and
names the file that is not what it would be.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from bench.aims import Bench, Row, benches, number, rows  # noqa: E402

ENGINES = ROOT / "docs" / "engines.md"
TEXTS = ROOT / "docs" / "engines"
PLOTS = ROOT / "docs" / "plots"
README = ROOT / "bench" / "README.md"
BEGIN, END = "<!-- written by tools/bench_docs.py: -->", "<!-- end -->"
HEAD = """# The engines

{count} engines under `src/tartip/engines/`: pure computing, no Django, no database. What each promises, refuses and
flags stands in the first lines of its README.md, how it is measured in [bench/README.md](../bench/README.md). A longer
example of each is in docs/examples (`months` with `figures`): `./run python docs/examples/routing.py` prints what it
finds and draws it into var/examples. Every name is imported from `tartip.engines.NAME`; every error derives from
`tartip.engines.errors.EngineError` and says what was wrong, where, and by which rule.

This page is written by `tools/bench_docs.py` from `bench/results/*.json`. An aim that was missed is marked. Each table
names the commit that was measured and the load of the machine: with more load than cores, wall times are worse than on
a quiet machine. The pictures are small runs of their own: seconds against size (×1, ×10, ×100), both axes logarithmic,
medians of interleaved runs. `./run python tools/plot_engines.py` draws them again.
"""


def table(found: list[Row]) -> str:
    peers = list(dict.fromkeys(peer for row in found for peer in row.peers))
    lines = ["| " + " | ".join(["figure", "measured", "aim", "held", *peers]) + " |", "|" + "---|" * (4 + len(peers))]
    for row in found:
        held = {True: "yes", False: "**missed**", None: "not measured" if row.value is None else ""}[row.held]
        beside = [number(row.peers[peer]) if peer in row.peers else "" for peer in peers]
        lines.append("| " + " | ".join([f"`{row.figure}`", number(row.value), row.aim, held, *beside]) + " |")
    return "\n".join(lines)


def peers_besides(result: dict[str, Any]) -> str:
    """Figures of the peers that ours have no row for."""
    told = [
        f"{peer} `{key}` {number(value)}"
        for peer, numbers in result["peers"].items()
        for key, value in numbers.items()
        if key not in result["figures"]
    ]
    return f"Peers besides: {', '.join(told)}." if told else ""


def measured(result: dict[str, Any]) -> str:
    """One line: the input, the commit, the machine."""
    machine = result["machine"]
    at = f"at commit {result['commit'].rstrip('+')}" if result.get("commit") else "at an earlier commit"
    changed = " with changes" if result.get("commit", "").endswith("+") else ""
    before = f"{machine['load_before']} before, " if "load_before" in machine else ""
    cpu = f" of {machine['cpu']}" if machine.get("cpu") else ""
    return (
        f"Input: {result['input']}. Measured {at}{changed}, {machine['cores']} cores{cpu}, "
        f"Python {machine['python']}; load {before}{machine['load']} at the end."
    )


def missed(bench: Bench, found: list[Row]) -> list[str]:
    return [
        f"- `{row.figure}` {number(row.value)} (aim {row.aim}): {bench.reasons.get(row.figure, 'no reason is known.')}"
        for row in found
        if row.held is False
    ]


def section(bench: Bench) -> str:
    """The bench's table, with what missed and what the run noted."""
    result = bench.result()
    found = rows(bench, result)
    parts = [f"Bench `{bench.name}`: {bench.about}.", table(found)]
    if result is None:
        return "\n\n".join([*parts, "No result is kept yet."])
    if besides := peers_besides(result):
        parts.append(besides)
    parts.append(measured(result))
    if why := missed(bench, found):
        parts.append("Missed:\n\n" + "\n".join(why))
    if result["notes"]:
        parts.append("\n".join(f"- {note}" for note in result["notes"]))
    return "\n\n".join(parts)


def picture(name: str, curves: dict[str, Any]) -> str:
    if name not in curves:
        return ""
    told = curves[name]
    return f"Picture: {told['work']}; the other line is {told['peer']}.\n\n![{name}](plots/{name}.png)"


def engines_page() -> str:
    curves = json.loads((PLOTS / "scaling.json").read_text())
    known = benches()
    names = list(dict.fromkeys(bench.engine for bench in known if bench.engine))
    parts = [HEAD.format(count=len(names))]
    for name in names:
        parts.append(f"## {name}\n{(TEXTS / f'{name}.md').read_text().strip()}")
        parts += [section(bench) for bench in known if bench.engine == name]
        parts.append(picture(name, curves))
    return "\n\n".join(part.strip() for part in parts if part) + "\n"


def bench_tables() -> str:
    lines = ["| bench | what it measures |", "|---|---|"]
    lines += [f"| {bench.name} | {bench.about} |" for bench in benches()]
    for bench in benches():
        if not bench.engine:
            lines += ["", f"### {bench.name}", "", section(bench)]
    away = [(bench, missed(bench, rows(bench, bench.result()))) for bench in benches() if bench.engine]
    lines += ["", "### Missed by the engines", "", "The whole tables are in [docs/engines.md](../docs/engines.md).", ""]
    lines += [f"- **{bench.name}**\n" + "\n".join(f"  {line}" for line in why) for bench, why in away if why]
    return "\n".join(lines)


def readme() -> str:
    """The hand-written page with its tables replaced."""
    before, _, rest = README.read_text().partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{bench_tables()}\n\n{END}{after}"


def main(words: list[str]) -> int:
    wrong = []
    for file, text in ((ENGINES, engines_page()), (README, readme())):
        if file.read_text() != text:
            wrong.append(file.relative_to(ROOT))
            if "--check" not in words:
                file.write_text(text)
    if wrong and "--check" in words:
        print("not as tools/bench_docs.py would write:", *wrong, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
