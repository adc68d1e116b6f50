"""tests/bench/soak/run's command line."""
import argparse
import json
import sys
import threading
import time
from pathlib import Path
from statistics import median

from runner.bench import MEDIA
from runner.main import stop_on_signals
from runner.programs import BenchError, Workplace
from runner.upstream import Upstream

from . import verdict
from .chart import draw
from .samples import Watch, descriptors_of
from .subject import RETENTION_SECONDS, SoakedGateway
from .traffic import Traffic

MUSIC_TAKES_MS, SPREAD_PERCENT = 3_000, 80
FULL_RATE_SECONDS = 12
BASELINE_MINUTE = 5.0
IDLE_SECONDS = 45  # longer than a connection to upstream is kept
SETTLE_PATIENCE = 180


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="tests/bench/soak/run", description="Mixed traffic at half load, watched.")
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--threads", type=int, default=2, help="of the gateway")
    parser.add_argument("--creates-per-second", type=float, default=40, help="at most: each one leaves audio on the disk")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--programs", type=Path, required=True)
    wanted = parser.parse_args(arguments)
    if wanted.minutes < 1:
        parser.error("--minutes must be at least 1")
    return wanted


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


class Soak:
    def __init__(self, place: Workplace, wanted: argparse.Namespace):
        self.place, self.wanted = place, wanted
        self.upstream = Upstream(place, wanted.programs / "bench-upstream", MEDIA / "short.m4a")
        self.gateway = SoakedGateway(place, wanted.programs / "music-gateway", self.upstream.url, wanted.threads)
        self.gateway.start_with(webhooks=True, first="1s", typical=3)
        self.upstream.finish_after(MUSIC_TAKES_MS, SPREAD_PERCENT)
        self.traffic = Traffic(self.gateway, wanted.programs / "bench-load", wanted.creates_per_second)
        self.pid = self.gateway.program.process.pid
        self.idle = (0, 0)
        self.stopping = threading.Event()
        threading.Thread(target=self.forget_audio, daemon=True).start()

    def threads(self) -> int:
        return len(list(Path(f"/proc/{self.pid}/task").iterdir()))

    def forget_audio(self) -> None:
        """The gateway keeps audio a day beyond its jobs, which here would fill the disk."""
        while not self.stopping.wait(20):
            oldest = time.time() - 2 * RETENTION_SECONDS
            for each in self.place.path("audio").rglob("*.m4a"):
                if each.stat().st_mtime < oldest:
                    each.unlink(missing_ok=True)

    def run(self) -> tuple[Watch, float]:
        """Half load for so many minutes; the minute that the end is compared with."""
        minutes = self.wanted.minutes
        baseline = min(BASELINE_MINUTE, minutes / 2)
        self.traffic.create(requests=20)  # something to ask for
        self.traffic.refresh_audio()
        self.traffic.at_full_rate(FULL_RATE_SECONDS)
        self.idle = (self.at_rest(IDLE_SECONDS)[1], self.threads())
        say(f"idle: {self.idle[0]} descriptors, {self.idle[1]} threads")
        say("half of what the machine gives, requests a second: "
            + ", ".join(f"{kind.name} {kind.per_second:.0f}" for kind in self.traffic.kinds))
        watch = Watch(self.gateway, min(5.0, minutes * 60 / 100))
        self.traffic.at_half_rate(minutes * 60)
        watch.stop()
        return watch, baseline

    def at_rest(self, seconds: float, most: int = 0) -> tuple[int, int]:
        """Nobody asks: how many jobs live in the end, and the fewest descriptors meanwhile; until no job does and they are at
        `most`. Connections to upstream, which are kept for a while, come and go even then."""
        end, live, fewest = time.monotonic() + seconds, -1, descriptors_of(self.pid)
        while time.monotonic() < end and not (live == 0 and fewest <= most):
            time.sleep(1)
            live = self.traffic.live_jobs()
            fewest = min(fewest, descriptors_of(self.pid))
        return live, fewest

    def verdicts(self, watch: Watch, baseline: float) -> list[verdict.Verdict]:
        seconds = self.wanted.minutes * 60
        width = max(15.0, seconds / 40)
        live, descriptors = self.at_rest(SETTLE_PATIENCE, self.idle[0])
        failures = dict(self.traffic.failures)
        for line in self.gateway.program.log.read_text(errors="replace").splitlines():
            if '"level":"error"' in line or '"level":"critical"' in line or "Sanitizer" in line:
                failures[f"log: {line[:160]}"] = failures.get(f"log: {line[:160]}", 0) + 1
        if watch.trouble or not self.gateway.program.running():
            failures[watch.trouble or "the gateway has ended"] = 1
        generated = self.upstream.counts()["creates"]
        planned = {kind.name: round(kind.per_second) * seconds for kind in self.traffic.kinds}
        return [
            verdict.memory(watch.rss_around(baseline * 60, width), watch.rss_around(seconds - width, width), baseline),
            verdict.back_to_idle("descriptors", self.idle[0], descriptors),
            verdict.back_to_idle("threads", self.idle[1], self.threads()),
            verdict.no_error(failures),
            verdict.generated_once(self.traffic.accepted + self.traffic.replayed_jobs(), self.traffic.cancelled, generated),
            verdict.all_ended(live),
            verdict.made_its_load({kind.name: kind.done / planned[kind.name] for kind in self.traffic.kinds}),
        ]

    def report(self, watch: Watch, baseline: float) -> bool:
        verdicts = self.verdicts(watch, baseline)
        out = self.wanted.out
        out.mkdir(parents=True, exist_ok=True)
        kinds = {kind.name: {"per_second": kind.per_second, "answered": kind.done, "late": kind.behind}
                 for kind in self.traffic.kinds}
        (out / "soak.json").write_text(json.dumps({
            "minutes": self.wanted.minutes, "traffic": kinds, "verdicts": [vars(each) for each in verdicts],
            "samples": watch.rows()}, indent=1) + "\n")
        drawn = draw(self.place, watch.samples, baseline, out / "soak.png")
        for name, each in kinds.items():
            print(f"{name:<8} {each['answered']:>10} answered, {each['per_second']:.0f} a second planned")
        if watch.samples:
            print(f"the gateway used {median(each.core_percent for each in watch.samples):.0f} % of one core (median)")
        for each in verdicts:
            print(f"{'holds ' if each.holds else 'FAILED'}  {each.what}: {each.seen}")
        print(f"written to {out}" + ("" if drawn else "; no chart without gnuplot"))
        return all(each.holds for each in verdicts)

    def close(self) -> None:
        self.stopping.set()


def main(arguments: list[str]) -> int:
    wanted = parse(arguments)
    stop_on_signals()
    place = Workplace()
    try:
        soak = Soak(place, wanted)
        watch, baseline = soak.run()
        good = soak.report(watch, baseline)
        soak.close()
        return 0 if good else 1
    except KeyboardInterrupt:
        print("soak: stopped", file=sys.stderr)
        return 130
    except (BenchError, OSError, RuntimeError) as failure:
        print(f"soak: {failure}", file=sys.stderr)
        return 1
    finally:
        place.close()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
