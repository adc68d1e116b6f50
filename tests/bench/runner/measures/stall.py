"""The guard against the 40 ms stall: Nagle's algorithm meeting a delayed acknowledgement, seen at one connection only."""
from .. import work
from ..bench import Bench
from .reads import prepare

REQUESTS = 500
ROUNDS = 5
LIMIT_P99_US = 5_000


def stall(bench: Bench) -> None:
    prepare(bench, "running", 100)
    gateway = bench.gateway
    for what, template in (("create", work.create()), ("get", work.get()), ("list", work.list_of(20))):
        # A machine that does other things can hold up a round; a stall of the protocol holds up every one.
        rounds = [bench.load.run(gateway.url, template, 1, requests=REQUESTS, ids=gateway.ids)
                  for _ in range(ROUNDS)]
        best = min(each.latency_us["p99"] for each in rounds)
        failure = next((each.failure() for each in rounds if each.failure()), None)
        if failure is None and best > LIMIT_P99_US:
            failure = f"p99 of {best:.0f} µs in the best round: something stalls"
        bench.keep("stall", gateway.name, {"failure": failure, "request": what, "best_p99_us": best,
                                           "limit_us": LIMIT_P99_US}, guard=True)
