"""Creates that are really submitted: the clock stops when upstream has counted the last one, not with the last 202."""
from ..bench import Bench
from ..subjects import Subject
from ..usage import cpu_ns
from .. import work

CONNECTIONS = [1, 32, 128]


def create(bench: Bench) -> None:
    bench.upstream.finish_after(0)
    bench.gateway.start_with(first="1h", webhooks="")
    subjects = [bench.gateway, bench.nginx, *bench.peers]
    warm_up(bench, subjects)
    bench.in_turn("create", subjects, CONNECTIONS, lambda subject, count: one_round(bench, subject, count))


def warm_up(bench: Bench, subjects: list[Subject]) -> None:
    for subject in subjects:
        bench.load.run(subject.url, work.create(), 32, seconds=bench.options.seconds)
        subject.settle()


def one_round(bench: Bench, subject: Subject, connections: int) -> dict:
    subject.forget_jobs()
    bench.upstream.reset()
    cpu = cpu_ns(subject.pids())
    done = bench.load.run(subject.url, work.create(), connections, seconds=bench.options.seconds)
    counts = bench.upstream.wait_for_creates(done.good)
    subject.settle()
    cpu = cpu_ns(subject.pids()) - cpu
    failure = done.failure()
    if failure is None and counts["creates"] != done.good:
        failure = f"{done.good} accepted, {counts['creates']} submitted"
    return {"failure": failure, "rate": done.rate(counts["last_create_ns"]), "accept_rate": done.rate(),
            "p50": done.latency_us["p50"], "p99": done.latency_us["p99"], "cpu_us": cpu / max(done.good, 1) / 1000}
