"""results.json (raw) and results.md (the table)."""
import json
from collections import defaultdict
from pathlib import Path
from statistics import median

from .bench import Bench


def write_report(bench: Bench, out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    (out / "results.json").write_text(json.dumps({"results": bench.results}, indent=1) + "\n")
    text = tables(bench.results)
    (out / "results.md").write_text(text)
    print(text)


def cells_of(results: list[dict]) -> dict:
    cells = defaultdict(list)
    for each in results:
        cells[each["measure"], each["connections"], each["subject"]].append(each)
    return cells


def spread(values: list[float], form: str = ",.0f") -> str:
    low, high = format(min(values), form), format(max(values), form)
    return f"{format(median(values), form)} ({low}–{high})"


def row_of(subject: str, rounds: list[dict], ours: float | None) -> str:
    failures = [each["failure"] for each in rounds if each["failure"]]
    if failures:
        return f"| {subject} | **failed**: {failures[0]} | | | | |"
    rate = median(each["rate"] for each in rounds)
    ratio = f"{ours / rate:.2f}" if ours else ""
    columns = [spread([each["rate"] for each in rounds])]
    columns += [spread([each[name] for each in rounds]) for name in ("p50", "p99")]
    columns.append(spread([each["cpu_us"] for each in rounds], ".1f"))
    return f"| {subject} | " + " | ".join(columns) + f" | {ratio} |"


def tables(results: list[dict]) -> str:
    cells = cells_of(results)
    lines, seen = [], None
    for (measure, connections, subject), rounds in sorted(cells.items(), key=lambda cell: order_of(cell, results)):
        if (measure, connections) != seen:
            seen = measure, connections
            lines += ["", f"### {measure}, {connections} connection{'s' if connections > 1 else ''}", "",
                      "| | requests/s | p50 µs | p99 µs | CPU µs/request | gateway is × |",
                      "| --- | --- | --- | --- | --- | --- |"]
        own = cells.get((measure, connections, "gateway"), [])
        failed = not own or any(each["failure"] for each in own)
        lines.append(row_of(subject, rounds, None if failed else median(each["rate"] for each in own)))
    return "\n".join(lines).strip() + "\n"


def order_of(cell, results: list[dict]):
    measure, connections, subject = cell[0]
    measures = list(dict.fromkeys(each["measure"] for each in results))
    subjects = list(dict.fromkeys(each["subject"] for each in results))
    return measures.index(measure), connections, subjects.index(subject)
