"""What the process holds, every few seconds: from /proc."""
import threading
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

from runner.subjects import Gateway
from runner.usage import cpu_ns, rss_kib


@dataclass
class Sample:
    seconds: float  # since the watch began
    rss_mib: float
    descriptors: int
    threads: int
    core_percent: float  # of one core, since the last sample
    redis_mib: float


def descriptors_of(pid: int) -> int:
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


class Watch:
    """Samples in a thread of its own until it is stopped."""

    def __init__(self, gateway: Gateway, apart: float):
        self.gateway, self.apart = gateway, apart
        self.samples: list[Sample] = []
        self.began = time.monotonic()
        self.stopping = threading.Event()
        self.trouble: str | None = None
        self.cpu = (self.began, cpu_ns(gateway.pids()))
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self) -> None:
        while not self.stopping.wait(self.apart):
            try:
                self.samples.append(self.take())
            except OSError as gone:  # /proc has no such process any more
                self.trouble = f"the gateway is gone: {gone}"
                return

    def take(self) -> Sample:
        pid, now, used = self.gateway.program.process.pid, time.monotonic(), cpu_ns(self.gateway.pids())
        core = 100 * (used - self.cpu[1]) / 1e9 / max(now - self.cpu[0], 0.001)
        self.cpu = (now, used)
        return Sample(now - self.began, rss_kib([pid]) / 1024, descriptors_of(pid),
                      len(list(Path(f"/proc/{pid}/task").iterdir())), core, rss_kib(self.gateway.store_pids()) / 1024)

    def stop(self) -> None:
        self.stopping.set()
        self.thread.join()

    def rss_around(self, seconds: float, width: float) -> float:
        """The median of the samples there: one sample is chance."""
        near = [each.rss_mib for each in self.samples if abs(each.seconds - seconds) <= width]
        return median(near) if near else float("nan")

    def rows(self) -> list[dict]:
        return [asdict(each) for each in self.samples]
