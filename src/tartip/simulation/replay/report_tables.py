"""A replay's table for people: on the screen, and as Markdown for docs/replay.md."""

from __future__ import annotations

from typing import Any

ABOUT = (
    "Medians and 90th percentiles are nearest ranks: values that happened. A clock is breached when its norm passed "
    "before its act; the norms are practice and unconfirmed (law table `deadlines`, keys `ops-…`). Precision and "
    "recall of the suggestion of duplicates are counted against the source's own mark, which names no original; most "
    "originals are not in the file, so the last column counts against those that have an earlier call at the same "
    "address within the hour. Planted duplicates are measured by `./run bench duplicates`.\n\n"
    "Repeat it: `./run tartip replay ../shared/data/calls/san_diego_2023_01.csv`, then `./run tartip audit`."
)
Table = tuple[str, list[str], list[list[str]]]
STRETCHES = (
    ("received_assigned", "call → sent"),
    ("assigned_arrived", "sent → there"),
    ("received_arrived", "call → there"),
)


def tables(data: dict[str, Any]) -> list[Table]:
    """Title, head and rows of each table."""
    run, answer, source, duplicates = data["run"], data["answer"], data["source"], data["duplicates"]
    return [
        ("The run", ["what", "value"], [
            ["file", run["file"]], ["seed", str(run["seed"])], ["calls kept", _whole(data["totals"]["calls"])],
            ["bad rows", _whole(source["bad_rows"])],
            ["codes in no list", ", ".join(f"{code} ({n})" for code, n in source["codes_in_no_list"].items()) or "0"],
            ["incidents", _whole(data["totals"]["incidents"])], ["calls joined", _whole(data["totals"]["joined"])],
            ["acts in this run", _whole(run["acts"])], ["journal entries", _whole(data["totals"]["entries"])],
            ["time", f"{run['milliseconds'] // 60_000} min {run['milliseconds'] // 1000 % 60} s, "
                     f"{run['workers']} processes"],
            ["acts per second", _whole(run["acts_per_second"])],
        ]),
        ("Nothing lost", ["check", "found"], [[name.replace("_", " "), _whole(n)] for name, n in data["lost"].items()]),
        ("Answering", ["what", "value"], [
            ["telephone calls", _whole(answer["calls"])],
            *([f"answered within {s} s", _percent(answer[f"within_{s}_permille"])] for s in (10, 15, 20)),
            ["median", _time(answer["median_s"])], ["90th percentile", _time(answer["p90_s"])],
        ]),
        ("Response to telephoned incidents, median / p90: received (call), assigned (sent), arrived (there)",
         ["priority", "incidents", "reached", *(name for _, name in STRETCHES)],
         [[priority, _whole(row["incidents"]), _whole(row["reached"]),
           *(f"{_time(row[key]['median_s'])} / {_time(row[key]['p90_s'])}" for key, _ in STRETCHES)]
          for priority, row in data["response"].items()]),
        ("Clocks", ["rule", "started", "breached", "share"],
         [[rule, _whole(row["started"]), _whole(row["breached"]), _percent(row["breached_permille"])]
          for rule, row in data["clocks"].items()]),
        (f"Duplicates against the source's mark ({duplicates['marked_in_source']} marked, "
         f"{duplicates['marked_asked_about']} asked about, "
         f"{duplicates['marked_with_an_earlier_call_at_the_address_within_the_hour']} with an earlier call at the "
         f"address within the hour; the replay joined from {duplicates['join_score']})",
         ["score from", "suggested", "of them marked", "precision", "recall", "recall of the findable"],
         [[str(row["score"]), _whole(row["suggested"]), _whole(row["of_them_marked"]),
           _percent(row["precision_permille"]), _percent(row["recall_permille"]),
           _percent(row["recall_of_findable_permille"])] for row in duplicates["by_score"]]),
    ]  # fmt: skip


def show(data: dict[str, Any]) -> None:
    from rich.console import Console
    from rich.table import Table as Grid

    console = Console(highlight=False)
    console.print(data["what"], style="dim")
    for title, head, rows in tables(data):
        grid = Grid(title=title, title_justify="left")
        for number, name in enumerate(head):
            grid.add_column(name, justify="right" if number else "left")
        for row in rows:
            grid.add_row(*row)
        console.print(grid)
    for bad in data["source"]["bad"]:
        console.print(f"bad row, line {bad['line']}: {bad['field']}: {bad['rule']}")


def markdown(data: dict[str, Any]) -> str:
    """The same for docs/replay.md."""
    parts = []
    for title, head, rows in tables(data):
        lines = [head, ["---"] + ["--:"] * (len(head) - 1), *rows]
        parts.append(f"## {title}\n\n" + "\n".join("| " + " | ".join(line) + " |" for line in lines))
    return "\n\n".join(parts) + "\n"


def document(data: dict[str, Any]) -> str:
    """The whole page docs/replay.md."""
    return f"# A replay of real calls\n\n{data['what']}\n\n{ABOUT}\n\n{markdown(data)}"


def _whole(value: int) -> str:
    return f"{value:,}".replace(",", " ")


def _percent(permille: int) -> str:
    return f"{permille // 10}.{permille % 10} %"


def _time(seconds: int | None) -> str:
    return "–" if seconds is None else f"{seconds // 60}:{seconds % 60:02}"


if __name__ == "__main__":
    import json
    import sys

    with open(sys.argv[1], encoding="utf-8") as file:
        sys.stdout.write(document(json.load(file)))
