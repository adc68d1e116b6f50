"""results.png: what is compared, as bars, drawn by gnuplot."""
import shutil
import subprocess
from pathlib import Path

from .cells import Cells
from .programs import Workplace

SUBJECTS = {"gateway": "#1b7837", "fastify": "#d8b365", "fastapi": "#c51b7d", "nginx": "#999999", "beast": "#555555"}
PANELS = (
    ("Requests per second, 32 connections (log scale)", 32, "rate",
     {"create": "create", "get_running": "get, running", "get_succeeded": "get, succeeded", "list": "list of 20",
      "replay": "replay"}),
    ("Median latency at one connection, µs (log scale)", 1, "p50",
     {"create": "create", "get_running": "get, running", "get_succeeded": "get, succeeded", "list": "list of 20",
      "replay": "replay"}),
)


def draw(place: Workplace, results: list[dict], out: Path) -> None:
    cells = Cells(results)
    panels = [panel for panel in PANELS
              if any(not cells.failure((measure, panel[1], "gateway")) for measure in panel[3])]
    if not panels or not shutil.which("gnuplot"):
        return
    script = [f"set terminal pngcairo size 1200,{480 * len(panels)} font 'sans,11' background 'white'",
              f"set output '{out}'", f"set multiplot layout {len(panels)},1",
              "set style data histograms", "set style histogram clustered gap 1", "set style fill solid border -1",
              "set boxwidth 0.9", "set logscale y", "set grid y", "set key outside right top", "set format y '%.0s%c'"]
    for title, connections, name, measures in panels:
        script += panel_script(place, cells, title, connections, name, measures)
    path = place.write("chart.gnuplot", "\n".join([*script, "unset multiplot", ""]))
    done = subprocess.run(["gnuplot", str(path)], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"gnuplot: {done.stderr}")


def panel_script(place: Workplace, cells: Cells, title: str, connections: int, name: str, measures: dict) -> list[str]:
    measures = {key: label for key, label in measures.items() if not cells.failure((key, connections, "gateway"))}
    shown = [who for who in SUBJECTS if any(not cells.failure((measure, connections, who)) for measure in measures)]
    rows = []
    for measure, label in measures.items():
        values = (cells.median((measure, connections, who), name) for who in shown)
        rows.append(f'"{label}" ' + " ".join(f"{value:.1f}" if value else "NaN" for value in values))
    data = place.write(f"chart.{name}.txt", "\n".join(rows) + "\n")
    bars = ", ".join(f"'{data}' using {column}:xtic(1) title '{who}' linecolor rgb '{SUBJECTS[who]}'"
                     for column, who in enumerate(shown, start=2))
    return [f"set title '{title}'", f"plot {bars}"]
