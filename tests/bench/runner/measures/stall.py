"""The guard against the 40 ms stall: Nagle's algorithm meeting a delayed acknowledgement, seen at one connection only."""
from .. import work
from ..bench import Bench
from .reads import prepare

REQUESTS = 500
MOST_ROUNDS = 20
LIMIT_P99_US = 5_000


def stall(bench: Bench) -> None:
    prepare(bench, "running", 100)
    for what, template in (("create", work.create()), ("get", work.get()), ("list", work.list_of(20))):
        best, failure = best_p99(bench, template)
        if failure is None and best > LIMIT_P99_US:
            failure = f"p99 of {best:.0f} µs in the best of {MOST_ROUNDS} rounds: something stalls"
        bench.keep("stall", bench.gateway.name, {"failure": failure, "request": what, "best_p99_us": best,
                                                 "limit_us": LIMIT_P99_US}, guard=True)


def best_p99(bench: Bench, template: str) -> tuple[float, str | None]:
    """A machine that does other things holds up some rounds; a stall of the protocol holds up every one."""
    best = float("inf")
    for _ in range(MOST_ROUNDS):
        done = bench.load.run(bench.gateway.url, template, 1, requests=REQUESTS, ids=bench.gateway.ids)
        if done.failure():
            return best, done.failure()
        best = min(best, done.latency_us["p99"])
        if best <= LIMIT_P99_US:
            break
    return best, None
