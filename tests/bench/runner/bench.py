"""A run: the subjects, the upstream, the load generator, and the results as they come in."""
import sys
from dataclasses import dataclass
from pathlib import Path

from .load import Load, Outcome
from .programs import BenchError, Workplace
from .subjects import BeastFloor, Fastapi, Fastify, Gateway, Nginx, Subject
from .upstream import Upstream
from .usage import cpu_ns

MEDIA = Path(__file__).resolve().parents[2] / "simulator" / "media"


@dataclass
class Options:
    quick: bool
    rounds: int
    seconds: float
    threads: int
    programs: Path  # the folder of the built programs
    peers: tuple[str, ...]


class Bench:
    def __init__(self, place: Workplace, options: Options):
        self.place, self.options = place, options
        self.upstream = Upstream(place, options.programs / "bench-upstream", MEDIA / "short.m4a")
        self.load = Load(options.programs / "bench-load", place)
        self.gateway = Gateway(place, options.programs / "music-gateway", self.upstream.url, options.threads)
        self.nginx = Nginx(place, self.upstream.url, options.threads)
        self.beast = BeastFloor(place, options.programs / "beast-floor", options.threads)
        self.peers: list[Subject] = []
        for kind in (Fastify, Fastapi):
            if kind.name in options.peers:
                self.peers.append(kind(place, self.upstream.url))
        self.results: list[dict] = []

    @property
    def storing(self) -> list[Subject]:
        """The gateway, and those who do the same work."""
        return [self.gateway, *self.peers]

    def say(self, text: str) -> None:
        print(text, file=sys.stderr, flush=True)

    def keep(self, measure: str, subject: str, values: dict, **where) -> None:
        self.results.append({"measure": measure, "subject": subject, **where, **values})
        facts = " ".join(f"{name}={value:.4g}" if isinstance(value, float) else f"{name}={value}"
                         for name, value in {**where, **values}.items() if value is not None)
        self.say(f"  {measure:<16} {subject:<8} {facts}")

    def in_turn(self, measure: str, subjects: list[Subject], connections: list[int], run) -> None:
        """Round by round everybody once, so that what else the machine does hits all alike."""
        for number in range(self.options.rounds):
            for count in connections:
                for subject in subjects:
                    self.keep(measure, subject.name, self._one(subject, count, run), connections=count, round=number)

    @staticmethod
    def _one(subject: Subject, connections: int, run) -> dict:
        if subject.trouble:
            return {"failure": subject.trouble}
        try:
            return run(subject, connections)
        except (OSError, RuntimeError, BenchError) as failure:
            return {"failure": str(failure)}

    def timed(self, subject: Subject, template: str, connections: int, until_done=None) -> tuple[Outcome, dict]:
        """One round of load and its numbers. `until_done` says when the work was really over, in nanoseconds."""
        cpu, redis_cpu = cpu_ns(subject.pids()), cpu_ns(subject.store_pids())
        ids = subject.ids or self.gateway.ids  # the floors don't look at them
        done = self.load.run(subject.url, template, connections, seconds=self.options.seconds, ids=ids)
        ended_ns = until_done(done) if until_done else done.ended_ns
        cpu, redis_cpu = cpu_ns(subject.pids()) - cpu, cpu_ns(subject.store_pids()) - redis_cpu
        answers = max(done.good, 1)
        return done, {"failure": done.failure(), "rate": done.rate(ended_ns), "p50": done.latency_us["p50"],
                      "p99": done.latency_us["p99"], "cpu_us": cpu / answers / 1000,
                      "redis_us": redis_cpu / answers / 1000}
