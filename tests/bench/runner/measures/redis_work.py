"""What a request asks of Redis: round trips, commands inside the scripts, time, and memory per finished job."""
from .. import work
from ..bench import Bench
from ..subjects import Stored
from ..usage import cpu_ns
from .reads import prepare, wait_until_succeeded

REQUESTS = 200


def redis_work(bench: Bench) -> None:
    bench.upstream.finish_after(0)
    key = "bench-replayed-once-more"
    prepare(bench, "running", REQUESTS)
    for subject in bench.storing:
        if subject.trouble:
            continue
        bench.load.run(subject.url, work.create(key), 1, requests=1)
        subject.settle()
        count(bench, subject, "get", work.get())
        count(bench, subject, "replay", work.create(key))
        count(bench, subject, "create, submitted", work.create())
    memory(bench)


def count(bench: Bench, subject: Stored, what: str, template: str) -> None:
    """One request after the other: a read of the socket is then a round trip."""
    subject.settle()
    subject.redis.call("CONFIG", "RESETSTAT")
    cpu = cpu_ns(subject.server.pids())
    done = bench.load.run(subject.url, template, 1, requests=REQUESTS, ids=subject.ids)
    idle = subject.settle()
    cpu = cpu_ns(subject.server.pids()) - cpu
    stats = subject.redis.info("stats")
    scripts = calls_of(subject.redis.info("commandstats"))
    own = idle + 2  # our own questions
    bench.keep("redis", subject.name, {
        "failure": done.failure(), "request": what,
        "round_trips": (int(stats["total_reads_processed"]) - own) / REQUESTS,
        "scripts": scripts.get("evalsha", 0) / REQUESTS,
        "commands": (sum(scripts.values()) - scripts.get("info", 0)) / REQUESTS,
        "redis_cpu_us": cpu / REQUESTS / 1000})


def calls_of(commandstats: dict[str, str]) -> dict[str, int]:
    return {name.removeprefix("cmdstat_"): int(facts.split(",")[0].removeprefix("calls="))
            for name, facts in commandstats.items() if name.startswith("cmdstat_")}


def memory(bench: Bench) -> None:
    """Of a job that has succeeded, with a prompt of 200 characters, all indexes and keys included."""
    jobs = 2_000 if bench.options.quick else 20_000
    gateway = bench.gateway
    bench.upstream.reset()
    bench.upstream.finish_after(1)
    gateway.start_with(first="200ms")
    gateway.forget_jobs()
    ids = bench.place.path("finished.ids")
    bench.load.run(gateway.url, work.create(), 8, requests=100)  # what is there once, whatever the number of jobs
    gateway.settle()
    before = int(gateway.redis.info("memory")["used_memory"])
    done = bench.load.run(gateway.url, work.create(), 32, requests=jobs, save_ids=ids)
    wait_until_succeeded(bench, ids)
    gateway.settle()
    after = int(gateway.redis.info("memory")["used_memory"])
    keys = gateway.redis.call("DBSIZE") / (jobs + 100)
    bench.keep("redis_memory", gateway.name, {"failure": done.failure(), "jobs": jobs,
                                              "bytes_per_finished_job": (after - before) / jobs, "keys_per_job": keys})
