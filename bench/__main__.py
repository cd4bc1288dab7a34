"""The `bench` command: find the module, run it, print a table or one JSON line."""

from __future__ import annotations

import argparse
import importlib
import json
import pathlib
import sys

from bench.contract import load

HERE = pathlib.Path(__file__).parent
NOT_BENCHES = {"__init__", "__main__", "aims", "contract"}


def names() -> list[str]:
    return sorted(p.stem.replace("_", "-") for p in HERE.glob("*.py") if p.stem not in NOT_BENCHES)


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
    report = importlib.import_module("bench." + options.name.replace("-", "_")).run(quick=options.quick)
    data = report.as_json(started)
    for key, value in data["figures"].items():
        print(f"{key:>28}  {value:>14,}")
    for peer, figures in data["peers"].items():
        for key, value in figures.items():
            print(f"{peer + ' · ' + key:>28}  {value:>14,}")
    for note in data["notes"]:
        print("  note:", note)
    if options.save:
        (HERE / "results" / f"{options.name}.json").write_text(json.dumps(data, indent=1) + "\n")
    if options.json:
        print(json.dumps(data))
    return 0


if __name__ == "__main__":
    sys.exit(main())
