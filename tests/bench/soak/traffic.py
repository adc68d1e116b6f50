"""The kinds of requests, each in small bursts of the bench's load generator, so many a second."""
import http.client
import json
import threading
import time
import urllib.parse
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from runner import work
from runner.load import Load
from runner.programs import BenchError, Workplace

from .subject import RETENTION_SECONDS, SoakedGateway

CONNECTIONS = 4
FULL_BURST = 0.5  # seconds of each burst while the machine's rate is measured
IDS_KEPT = 400  # newest first: what gets, cancels and audio are asked for
YOUNGEST = 60.0  # an id may be asked for that long: well within retention
ERRORS_PER_SECOND = 200
BAD_ORDER = '{"engine":"studio","prompt":7,"duration_seconds":120}'


def message(line: str, headers: dict[str, str], body: str = "") -> str:
    head = {"Host": "bench.local", **headers, "Content-Length": str(len(body))}
    return "\r\n".join([f"{line} HTTP/1.1", *(f"{name}: {value}" for name, value in head.items())]) + "\r\n\r\n" + body


class KindsLoad(Load):
    """One for each kind, since they run at a time: their numbers never meet."""

    NUMBERS_OF_A_CALL = 10_000  # the most requests of a burst that carry one

    def __init__(self, program: Path, place: Workplace, kind: int):
        super().__init__(program, place)
        self.calls = kind * 10_000_000


KEY = {"X-API-Key": work.API_KEY}
CANCEL = message(f"POST {work.GENERATIONS}/{{id}}/cancel", KEY)
ERRORS = {
    401: message(f"GET {work.GENERATIONS}", {"X-API-Key": "ak_nobody"}),
    404: message(f"GET {work.GENERATIONS}/mgen_000000000000", KEY),
    405: message(f"DELETE {work.GENERATIONS}", KEY),
    422: message(f"POST {work.GENERATIONS}", {**KEY, "Content-Type": "application/json"}, BAD_ORDER),
}


@dataclass
class Kind:
    """One loop. `burst` makes so many requests, or as many as go into so many seconds, and says how many it made."""
    name: str
    burst: Callable[..., int]
    most_per_second: float = float("inf")
    per_second: float = 0  # what it is paced at
    done: int = 0
    behind: int = 0  # bursts that took longer than their turn
    full: list[float] = field(default_factory=list)  # rates while nobody held back


class Traffic:
    def __init__(self, gateway: SoakedGateway, program: Path, creates_per_second: float):
        self.gateway = gateway
        self.lock = threading.Lock()
        self.ids: list[tuple[float, str]] = []  # when created; newest last
        self.accepted, self.cancelled, self.bursts = 0, 0, 0
        self.audio_path, self.audio_since = "", 0.0
        self.keys: set[str] = set()  # of the jobs that replays ask for
        self.failures: Counter[str] = Counter()
        self.kinds = [Kind("create", self.create, most_per_second=creates_per_second), Kind("get", self.get),
                      Kind("list", self.list), Kind("replay", self.replay),
                      Kind("cancel", self.cancel, most_per_second=creates_per_second / 5), Kind("errors", self.errors, most_per_second=ERRORS_PER_SECOND),
                      Kind("audio", self.audio)]
        self.loads = {kind.name: KindsLoad(program, gateway.place, number) for number, kind in enumerate(self.kinds)}

    # One burst of each kind

    def create(self, **amount) -> int:
        saved = self.path("created")
        done = self.send("create", work.create(), 202, save_ids=saved, **amount)
        fresh = saved.read_text().split()
        saved.unlink()
        with self.lock:
            self.accepted += done
            self.ids = (self.ids + [(time.monotonic(), job) for job in fresh])[-IDS_KEPT:]
        return done

    def get(self, **amount) -> int:
        return self.on_ids("get", work.get(), **amount)

    def list(self, **amount) -> int:
        return self.send("list", work.list_of(20), 200, **amount)

    def replay(self, **amount) -> int:
        """The key lives as long as its job: a new one each minute. The first of its requests makes the job."""
        key = f"soak-replayed-{int(time.monotonic() // (RETENTION_SECONDS / 3))}"
        with self.lock:
            self.keys.add(key)
        return self.send("replay", work.create(key), 202, **amount)

    def cancel(self, **amount) -> int:
        done = self.on_ids("cancel", CANCEL, newest=True, **amount)
        self.cancelled += done
        return done

    def errors(self, **amount) -> int:
        with self.lock:
            self.bursts += 1
            wanted, template = list(ERRORS.items())[self.bursts % len(ERRORS)]
        return self.send("errors", template, wanted, **amount)

    def audio(self, **amount) -> int:
        if time.monotonic() - self.audio_since > YOUNGEST:
            self.refresh_audio()
        return self.send("audio", work.audio(self.audio_path, 1_000, 17_383), 206, **amount)

    def replayed_jobs(self) -> int:
        return len(self.keys)

    # How they are made

    def on_ids(self, name: str, template: str, newest: bool = False, **amount) -> int:
        since = time.monotonic() - YOUNGEST
        with self.lock:
            young = [job for at, job in self.ids if at > since]
        if not young:
            time.sleep(0.1)
            return 0
        ids = self.path(f"{name}.ids")
        ids.write_text("\n".join(young[-20:] if newest else young) + "\n")
        try:
            return self.send(name, template, 200, ids=ids, **amount)
        finally:
            ids.unlink()

    def send(self, name: str, template: str, wanted: int, **options) -> int:
        """How many were answered as wanted; whatever else came is a failure."""
        done = self.loads[name].run(self.gateway.url, template, CONNECTIONS, **options)
        statuses = {int(status): count for status, count in done.statuses.items()}
        good = statuses.pop(wanted, 0)
        with self.lock:
            self.failures.update({f"{name}: status {status}": count for status, count in statuses.items()})
            self.failures.update({f"{name}: {what}": count for what, count in done.errors.items()})
        return good

    def path(self, name: str) -> Path:
        return self.gateway.place.path(f"soak.{name}.{threading.get_ident()}")

    def answer(self, path: str) -> dict:
        line = http.client.HTTPConnection(self.gateway.url.removeprefix("http://"), timeout=30)
        try:
            line.request("GET", path, headers=KEY)
            return json.loads(line.getresponse().read())
        finally:
            line.close()

    def refresh_audio(self) -> None:
        self.audio_path, self.audio_since = self.newest_audio(), time.monotonic()

    def newest_audio(self) -> str:
        end = time.monotonic() + 60
        while time.monotonic() < end:
            finished = self.answer(f"{work.GENERATIONS}?status=succeeded&limit=1").get("jobs")
            if finished:
                shown = self.answer(f"{work.GENERATIONS}/{finished[0]['id']}")
                url = urllib.parse.urlsplit(shown["playback_url"])
                return f"{url.path}?{url.query}"
            time.sleep(0.2)
        raise BenchError("no job has succeeded: there is no audio to ask for")

    def live_jobs(self) -> int:
        return sum(len(self.answer(f"{work.GENERATIONS}?status={status}&limit=100").get("jobs", []))
                   for status in ("queued", "running"))

    # All together

    def at_full_rate(self, seconds: float) -> None:
        """Nobody holds back, but for the kinds that have a limit; what was reached is what the machine gives."""
        self.together(seconds, self.full_loop)
        for kind in self.kinds:
            reached = sum(kind.full) / max(len(kind.full), 1)
            kind.per_second = max(1.0, min(reached / 2, kind.most_per_second))

    def at_half_rate(self, seconds: float) -> None:
        self.together(seconds, self.paced_loop)

    def together(self, seconds: float, loop) -> None:
        end = time.monotonic() + seconds
        threads = [threading.Thread(target=self.guarded, args=(loop, kind, end), daemon=True) for kind in self.kinds]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def guarded(self, loop, kind: Kind, end: float) -> None:
        try:
            loop(kind, end)
        except Exception as failure:  # a thread that dies would be traffic that is missing
            with self.lock:
                self.failures[f"{kind.name} stopped: {failure}"] += 1

    @staticmethod
    def full_loop(kind: Kind, end: float) -> None:
        while time.monotonic() < end:
            if kind.most_per_second != float("inf"):
                kind.burst(requests=max(1, round(kind.most_per_second)))
                kind.full.append(2 * kind.most_per_second)
                time.sleep(1)
                continue
            started = time.monotonic()
            done = kind.burst(seconds=FULL_BURST)
            kind.full.append(done / (time.monotonic() - started))

    @staticmethod
    def paced_loop(kind: Kind, end: float) -> None:
        """A burst each second; one that is late is followed by the next at once, and nothing is caught up on."""
        turn = time.monotonic()
        while turn < end:
            kind.done += kind.burst(requests=max(1, round(kind.per_second)))
            turn += 1
            late = time.monotonic() - turn
            if late > 0:
                kind.behind += 1
                turn += late
            else:
                time.sleep(-late)
