"""results.md: the tables."""
from statistics import median

from .cells import Cells
from .promises import Promise

RATES = "| | requests/s | p50 µs | p99 µs | CPU µs/request | Redis CPU µs/request | gateway is × |"
FACT_TITLES = {
    "redis": "What a request asks of Redis (one connection)",
    "redis_memory": "Redis memory of finished jobs, prompt of 200 characters",
    "rss": "Resident memory, one thread",
    "live_idle": "Live jobs of which none is due",
    "live_followed": "Live jobs followed from create to done, over a background of other live ones",
    "live_looked": "Live jobs that are all due, looked at within a budget of polls per second",
    "instructions": "Instructions per request (callgrind, one thread)",
    "stall": "Guard against the 40 ms stall (one connection)",
}
HIDDEN = {"measure", "subject", "guard"}


def document(machine: dict[str, str], results: list[dict], promises: list[Promise]) -> str:
    lines = ["# music-gateway beside its peers", "", *(f"- {name}: {value}" for name, value in machine.items()), "",
             "Numbers are medians over the rounds, with the lowest and the highest in brackets. How to read them: README.md",
             "beside the bench.", ""]
    lines += promise_table(promises) + rate_tables(Cells(results)) + fact_tables(results)
    return "\n".join(lines).rstrip() + "\n"


def promise_table(promises: list[Promise]) -> list[str]:
    lines = ["## What must hold", "", "| | measured | wanted | |", "| --- | --- | --- | --- |"]
    for each in promises:
        shown = "not measured" if each.value is None else f"{each.value:,.2f} {each.unit}".strip()
        verdict = {True: "holds", False: "**falls short**", None: ""}[each.holds()]
        lines.append(f"| {each.what} | {shown} | {each.sign} {each.limit:,g} {each.unit} | {verdict} |")
    return lines + [""]


def rate_tables(cells: Cells) -> list[str]:
    lines, seen = [], None
    order = {measure: place for place, (measure, *_) in enumerate(dict.fromkeys((key[0],) for key in cells.rounds))}
    for key in sorted(cells.rounds, key=lambda key: (order[key[0]], key[1])):
        measure, connections, subject = key
        if key[:2] != seen:
            seen = key[:2]
            lines += ["", f"## {measure}, {connections} connection{'s' if connections > 1 else ''}", "", RATES,
                      "| --- | --- | --- | --- | --- | --- | --- |"]
        lines.append(rate_row(cells, key, cells.ratio(measure, connections, subject)))
    return lines


def rate_row(cells: Cells, key: tuple, ratio: float | None) -> str:
    if failure := cells.failure(key):
        return f"| {key[2]} | **failed**: {failure} | | | | | |"
    rounds = cells.rounds[key]
    columns = [spread(rounds, name, ",.0f") for name in ("rate", "p50", "p99")]
    columns += [spread(rounds, name, ".1f") for name in ("cpu_us", "redis_us")]
    return f"| {key[2]} | {' | '.join(columns)} | {f'{ratio:.2f}' if ratio else ''} |"


def spread(rounds: list[dict], name: str, form: str) -> str:
    values = [each[name] for each in rounds]
    if not any(values):
        return ""
    return f"{median(values):{form}} ({min(values):{form}}–{max(values):{form}})"


def fact_tables(results: list[dict]) -> list[str]:
    lines = []
    facts = [each for each in results if "connections" not in each]
    for measure in dict.fromkeys(each["measure"] for each in facts):
        rows = [each for each in facts if each["measure"] == measure]
        names = [name for name in dict.fromkeys(name for row in rows for name in row) if name not in HIDDEN]
        names = [name for name in names if name != "failure" or any(row.get("failure") for row in rows)]
        lines += ["", f"## {FACT_TITLES.get(measure, measure)}", "",
                  "| | " + " | ".join(name.replace("_", " ") for name in names) + " |",
                  "| --- |" + " --- |" * len(names)]
        lines += [f"| {row['subject']} | " + " | ".join(shown(row.get(name)) for name in names) + " |" for row in rows]
    return lines


def shown(value) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:,.2f}"
    return f"{value:,}" if isinstance(value, int) else str(value)
