"""Resident memory of the gateway with one thread: fresh, warm, under load, and afterwards."""
import threading
import time

from .. import work
from ..bench import Bench
from ..usage import rss_kib

SAMPLES_APART = 0.02
CALM = 1.0  # seconds without a page given back
AT_MOST = 10


def memory(bench: Bench) -> None:
    gateway = bench.gateway
    bench.upstream.reset()
    bench.upstream.finish_after(0)
    gateway.forget_jobs()
    gateway.program.stop()
    gateway.start_with(threads=1)
    idle = settled(gateway.pids())
    used(bench, 128)  # as the load to come: what grows afterwards grows for ever
    warm = settled(gateway.pids())
    peaks = [used(bench, 128) for _ in range(bench.options.rounds)]
    after = settled(gateway.pids())
    gateway.start_with()
    bench.keep("rss", gateway.name, {"failure": None, "idle_mib": idle / 1024, "warm_mib": warm / 1024,
                                     "loaded_mib": max(peaks) / 1024, "after_mib": after / 1024})


def settled(pids: list[int]) -> int:
    """What stays, in KiB: the allocator gives pages back a moment after the last request."""
    lowest = rss_kib(pids)
    for _ in range(AT_MOST):
        time.sleep(CALM)
        now = rss_kib(pids)
        if now >= lowest:
            return now
        lowest = now
    return lowest


def used(bench: Bench, connections: int) -> int:
    """The highest that was seen while creates and gets kept it busy, in KiB."""
    gateway, peak, busy = bench.gateway, 0, True

    def watch() -> None:
        nonlocal peak
        while busy:
            peak = max(peak, rss_kib(gateway.pids()))
            time.sleep(SAMPLES_APART)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        bench.load.run(gateway.url, work.create(), connections, seconds=bench.options.seconds)
        gateway.settle()
        bench.load.run(gateway.url, work.list_of(20), connections, seconds=bench.options.seconds)
    finally:
        busy = False
        watcher.join()
    return peak
