"""The `bench` command: find the module, run it, print a table or one JSON line."""

from __future__ import annotations

import argparse
import importlib
import json
import pathlib
import sys
from typing import Any

from bench.aims import benches, rows
from bench.contract import load

HERE = pathlib.Path(__file__).parent
NOT_BENCHES = {"__init__", "__main__", "aims", "contract"}


def names() -> list[str]:
    return sorted(p.stem.replace("_", "-") for p in HERE.glob("*.py") if p.stem not in NOT_BENCHES)


def table(data: dict[str, Any], quick: bool) -> list[str]:
    """What a person reads: each figure beside its aim, the peers, the notes, and what was measured where.

    Aims are for full runs, so that a quick one is compared with them and judged by none.
    """
    bench = next(bench for bench in benches() if bench.name == data["bench"])
    lines = []
    for row in rows(bench, data):
        if row.value is not None or not quick:
            value = "not measured" if row.value is None else f"{row.value:,}"
            verdict = "" if row.held is None else "yes" if row.held else "MISSED"
            shown = f"aim {row.aim}{' in a full run' if quick else ' ' + verdict}" if row.aim else ""
            lines.append(f"{row.figure:>28}  {value:>14}  {shown}".rstrip())
    for peer, figures in data["peers"].items():
        lines += [f"{peer + ' · ' + key:>28}  {value:>14,}" for key, value in figures.items()]
    machine = data["machine"]
    lines += [f"  note: {note}" for note in data["notes"]]
    lines.append(f"  input: {data['input']}")
    lines.append(
        f"  commit {data['commit'] or 'unknown'}, {machine['cores']} cores of {machine['cpu'] or 'no name'}, "
        f"Python {machine['python']}, load {machine['load_before']} before and {machine['load']} after"
    )
    return lines


def main() -> int:
    parser = argparse.ArgumentParser(prog="./run bench", description="Measure one part of Tártip, peers beside it.")
    parser.add_argument("name", nargs="?", choices=names(), metavar="NAME", help=", ".join(names()))
    parser.add_argument("--json", action="store_true", help="one JSON object as the last line")
    parser.add_argument("--quick", action="store_true", help="end within 40 s, with a tenth of the work")
    parser.add_argument("--save", action="store_true", help="write bench/results/NAME.json")
    options = parser.parse_args()
    if not options.name:
        print("\n".join(names()))
        return 0
    if options.quick and options.save:
        parser.error("--save keeps full runs only; leave --quick out")
    started = load()
    takes = "within 40 seconds" if options.quick else "a full run takes up to ten minutes"
    print(f"{options.name}: {takes}; load {started}", file=sys.stderr, flush=True)
    report = importlib.import_module("bench." + options.name.replace("-", "_")).run(quick=options.quick)
    data = report.as_json(started)
    print("\n".join(table(data, options.quick)))
    if options.save:
        (HERE / "results" / f"{options.name}.json").write_text(json.dumps(data, indent=1) + "\n")
    if options.json:
        print(json.dumps(data))
    return 0


if __name__ == "__main__":
    sys.exit(main())
