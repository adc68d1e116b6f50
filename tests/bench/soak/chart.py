"""soak.png: memory, descriptors, threads and processor time over the run, drawn by gnuplot as the bench's chart is."""
import shutil
import subprocess
from pathlib import Path

from runner.programs import Workplace

from .samples import Sample

PANELS = (("Resident memory, MiB", "rss_mib", "#1b7837"), ("Descriptors", "descriptors", "#c51b7d"),
          ("Threads", "threads", "#d8b365"), ("Processor time, % of one core", "core_percent", "#555555"))


def draw(place: Workplace, samples: list[Sample], baseline_minute: float, out: Path) -> bool:
    """Whether there is a chart: not without gnuplot, nor without samples."""
    if not samples or not shutil.which("gnuplot"):
        return False
    rows = [" ".join(f"{value:.3f}" for value in (each.seconds / 60, *(getattr(each, name) for _, name, _ in PANELS)))
            for each in samples]
    data = place.write("soak.txt", "\n".join(rows) + "\n")
    script = [f"set terminal pngcairo size 1200,{260 * len(PANELS)} font 'sans,11' background 'white'",
              f"set output '{out}'", f"set multiplot layout {len(PANELS)},1", "set grid", "set yrange [0:*]",
              "set offsets 0, 0, graph 0.05, 0", "set xlabel 'minutes'", "unset key",
              f"set arrow from first {baseline_minute}, graph 0 to first {baseline_minute}, graph 1 nohead dashtype 2"]
    for column, (title, _, colour) in enumerate(PANELS, start=2):
        script += [f"set title '{title}'", f"plot '{data}' using 1:{column} with lines linewidth 2 linecolor rgb '{colour}'"]
    path = place.write("soak.gnuplot", "\n".join([*script, "unset multiplot", ""]))
    done = subprocess.run(["gnuplot", str(path)], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"gnuplot: {done.stderr}")
    return True
