"""Writes results.json (raw), results.md (tables) and results.png (chart)."""
import json
from pathlib import Path

from .bench import Bench
from .chart import draw
from .promises import promises_of
from .tables import document


def write_report(bench: Bench, machine: dict[str, str], out: Path) -> list[str]:
    """What went wrong in the run, if anything: failed cells and guards that don't hold."""
    out.mkdir(parents=True, exist_ok=True)
    promises = promises_of(bench.results)
    (out / "results.json").write_text(json.dumps({"machine": machine, "results": bench.results}, indent=1) + "\n")
    text = document(machine, bench.results, promises)
    (out / "results.md").write_text(text)
    print(text)
    draw(bench.place, bench.results, out / "results.png")
    return [f"{each['measure']} {each['subject']}: {each['failure']}" for each in bench.results if each.get("failure")]
