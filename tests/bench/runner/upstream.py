"""The stand-in for the producer, and what it counted."""
import http.client
import json
import time
from pathlib import Path

from .programs import Workplace


class Upstream:
    def __init__(self, place: Workplace, program: Path, audio: Path):
        self.program = place.start("bench-upstream", [program, "--audio", audio])
        self.url = self.program.wait_for(r"listening on (\S+)")
        self.line = http.client.HTTPConnection(self.url.removeprefix("http://"))

    def _call(self, method: str, path: str) -> bytes:
        self.line.request(method, f"/_bench/{path}")
        return self.line.getresponse().read()

    def reset(self) -> None:
        self._call("POST", "reset")

    def finish_after(self, milliseconds: int, spread_percent: int = 0) -> None:
        """Of tasks created from now on; 0: never."""
        self._call("POST", f"settings?finish_after_ms={milliseconds}&spread_percent={spread_percent}")

    def counts(self) -> dict:
        return json.loads(self._call("GET", "counts"))

    def tasks(self) -> list[list[int]]:
        """Piece, created, done, seen done (nanoseconds), polls."""
        return [list(map(int, line.split())) for line in self._call("GET", "tasks").decode().splitlines()]

    def wait_for_creates(self, count: int, patience: float = 60) -> dict:
        """The counts once as many creates have come, or once the patience is over."""
        end = time.monotonic() + patience
        while True:
            counts = self.counts()
            if counts["creates"] >= count or time.monotonic() > end:
                return counts
            time.sleep(0.005)
