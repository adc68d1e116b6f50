"""Live jobs: what it costs to hold them, to look at them, and how soon a client sees that one is done.

A background of live jobs whose first look is far away is put into the store. Over it, a cohort of jobs is followed from
create to done, with tasks that take between 75 and 125 % of the typical time, on the default schedule: without webhooks, and
with. At last, jobs that are all due at once are looked at within a budget.
"""
import http.client
import time

from .. import work
from ..bench import Bench
from ..usage import cpu_ns, rss_kib

TYPICAL_S = 8
SPREAD_PERCENT = 25
WINDOW_S = 3
PATIENCE_S = 60
POLLS_PER_SECOND = 200


def polling(bench: Bench) -> None:
    sizes = [1_000, 10_000] + ([] if bench.options.quick else [100_000])
    for size in sizes:
        put_background(bench, size)
        hold(bench, size)
        for webhooks in (False, True):
            follow(bench, size, webhooks)
    for size in sizes:
        put_background(bench, size, first="1s", polls_per_second=POLLS_PER_SECOND)
        look(bench, size)
    bench.gateway.forget_jobs()


def put_background(bench: Bench, size: int, **settings) -> None:
    """Live jobs that upstream never finishes."""
    bench.gateway.forget_jobs()
    bench.upstream.reset()
    bench.upstream.finish_after(0)
    bench.gateway.start_with(**settings)
    done = bench.load.run(bench.gateway.url, work.create(), 64, requests=size)
    if done.failure():
        raise RuntimeError(f"no {size} live jobs: {done.failure()}")
    bench.upstream.wait_for_creates(size, 120)


def look(bench: Bench, size: int) -> None:
    """More is due than the budget allows: what one look costs must not grow with the number of those that wait."""
    gateway = bench.gateway
    polls, cpu, redis_cpu = bench.upstream.counts()["polls"], cpu_ns(gateway.pids()), cpu_ns(gateway.store_pids())
    time.sleep(WINDOW_S)
    cpu, redis_cpu = cpu_ns(gateway.pids()) - cpu, cpu_ns(gateway.store_pids()) - redis_cpu
    polls = bench.upstream.counts()["polls"] - polls
    bench.keep("live_looked", gateway.name, {
        "failure": None if polls else "no polls", "live": size, "polls_per_second": polls / WINDOW_S,
        "gateway_us_per_poll": cpu / max(polls, 1) / 1000, "redis_us_per_poll": redis_cpu / max(polls, 1) / 1000})


def hold(bench: Bench, size: int) -> None:
    """Nothing is due: what remains is the cost of having them."""
    gateway = bench.gateway
    gateway.start_with(typical=TYPICAL_S)  # fresh: its memory is that of holding them
    gateway.settle()
    started, cpu, redis_cpu = time.monotonic(), cpu_ns(gateway.pids()), cpu_ns(gateway.store_pids())
    time.sleep(WINDOW_S)
    window = (time.monotonic() - started) * 1e9
    bench.keep("live_idle", gateway.name, {
        "failure": None, "live": size, "gateway_core_percent": 100 * (cpu_ns(gateway.pids()) - cpu) / window,
        "redis_core_percent": 100 * (cpu_ns(gateway.store_pids()) - redis_cpu) / window,
        "rss_mib": rss_kib(gateway.pids()) / 1024})


def follow(bench: Bench, size: int, webhooks: bool) -> None:
    gateway, cohort = bench.gateway, 300 if bench.options.quick else 1_000
    gateway.start_with(first="learned", webhooks=webhooks, typical=TYPICAL_S)
    bench.upstream.reset()
    bench.upstream.finish_after(TYPICAL_S * 1000, SPREAD_PERCENT)
    ids = bench.place.path("cohort.ids")
    before = bench.upstream.counts()["webhooks_failed"]
    cpu, started = cpu_ns(gateway.pids()), time.monotonic()
    done = bench.load.run(gateway.url, work.create(), 1, requests=cohort, save_ids=ids)
    first = bench.load.calls * bench.load.NUMBERS_OF_A_CALL
    job_of = {first + index: job for index, job in enumerate(ids.read_text().split())}
    late, unseen, gets = see_them_finish(bench, job_of)
    window = (time.monotonic() - started) * 1e9
    polls = [task[4] for task in bench.upstream.tasks()]
    failure = done.failure() or (f"{unseen} jobs not seen to succeed" if unseen else None)
    failed_hooks = bench.upstream.counts()["webhooks_failed"] - before
    if failure is None and failed_hooks:
        failure = f"{failed_hooks} webhooks failed"
    late = sorted(late) or [0]
    bench.keep("live_followed", gateway.name, {
        "failure": failure, "live": size, "webhooks": "on" if webhooks else "off", "jobs": cohort,
        "polls_per_job": sum(polls) / max(len(polls), 1), "most_polls": max(polls, default=0),
        "visible_ms_p50": late[len(late) // 2], "visible_ms_p99": late[int(len(late) * 0.99)], "visible_ms_max": late[-1],
        "gateway_core_percent": 100 * (cpu_ns(gateway.pids()) - cpu) / window, "own_gets": gets,
        "rss_mib": rss_kib(gateway.pids()) / 1024})


def see_them_finish(bench: Bench, job_of: dict[int, str]) -> tuple[list[float], int, int]:
    """How many milliseconds after upstream was done a client saw each; only those that are done are asked for."""
    coming = sorted(((task[2], job_of[task[0]]) for task in bench.upstream.tasks() if task[0] in job_of), reverse=True)
    line = http.client.HTTPConnection(bench.gateway.url.removeprefix("http://"))
    late, waiting, gets, end = [], [], 0, time.monotonic() + PATIENCE_S
    while (coming or waiting) and time.monotonic() < end:
        while coming and coming[-1][0] <= time.monotonic_ns():
            waiting.append(coming.pop())
        unseen = []
        for done_ns, job in waiting:
            gets += 1
            if succeeded(line, job):
                late.append((time.monotonic_ns() - done_ns) / 1e6)
            else:
                unseen.append((done_ns, job))
        waiting = unseen
        time.sleep(0.002)  # also in the place of a client's own pace: it is the gateway that is measured
    return late, len(job_of) - len(late), gets


def succeeded(line: http.client.HTTPConnection, job: str) -> bool:
    line.request("GET", f"{work.GENERATIONS}/{job}", headers={"X-API-Key": work.API_KEY})
    return b'"status":"succeeded"' in line.getresponse().read()
