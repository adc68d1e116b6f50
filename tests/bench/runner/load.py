"""Runs the load generator and says what came of it."""
import json
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from .programs import BenchError, Workplace


@dataclass
class Outcome:
    started_ns: int
    ended_ns: int
    good: int
    bytes: int
    latency_us: dict[str, float]
    statuses: dict[str, int] = field(default_factory=dict)
    errors: dict[str, int] = field(default_factory=dict)

    def failure(self) -> str | None:
        """Whatever was not a 2xx; nothing when all went well."""
        bad = {f"status {status}": count for status, count in self.statuses.items() if not status.startswith("2")}
        bad.update(self.errors)
        return ", ".join(f"{count} x {what}" for what, count in bad.items()) or (None if self.good else "no answers")

    def rate(self, until_ns: int | None = None) -> float:
        return self.good / max((until_ns or self.ended_ns) - self.started_ns, 1) * 1e9


class Load:
    """Numbers are given out once in a run, so that no idempotency key comes twice."""

    NUMBERS_OF_A_CALL = 10_000_000

    def __init__(self, program: Path, place: Workplace):
        self.program, self.place, self.calls = program, place, 0

    def run(self, url: str, template: str, connections: int, *, seconds: float = 0, requests: int = 0,
            ids: Path | None = None, save_ids: Path | None = None) -> Outcome:
        self.calls += 1
        text = self.place.write(f"request.{self.calls}.txt", template)
        command = [self.program, "--target", url, "--template", text, "--connections", connections, "--requests",
                   requests, "--seconds", seconds, "--first-number", self.calls * self.NUMBERS_OF_A_CALL]
        command += ["--ids", ids] if ids else []
        command += ["--save-ids", save_ids] if save_ids else []
        done = subprocess.run([str(each) for each in command], capture_output=True, text=True, check=False)
        text.unlink()
        if done.returncode != 0:
            raise BenchError(done.stderr.strip() or "bench-load failed")
        return Outcome(**json.loads(done.stdout))
