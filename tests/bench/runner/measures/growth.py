"""How creates and gets of the gateway go with threads, and with the number of jobs that are stored already."""
import random

from .. import work
from ..bench import Bench
from ..clones import clone_job
from . import creates, reads

CONNECTIONS = 32


def threads(bench: Bench) -> None:
    bench.upstream.finish_after(0)
    for round_number in range(bench.options.rounds):
        for count in (1, 2):
            bench.gateway.start_with(threads=count)
            once(bench, "threads", threads=count, round=round_number)
    bench.gateway.start_with()


def once(bench: Bench, measure: str, **where) -> None:
    gateway = bench.gateway
    made = creates.one_round(bench, gateway, CONNECTIONS)
    bench.keep(measure, gateway.name, made, request="create", connections=CONNECTIONS, **where)
    gateway.ids = bench.place.path("growth.ids")
    bench.load.run(gateway.url, work.create(), 8, requests=500, save_ids=gateway.ids)
    gateway.settle()
    bench.keep(measure, gateway.name, reads.one_round(bench, gateway, work.get(), CONNECTIONS), request="get",
               connections=CONNECTIONS, **where)


def stored(bench: Bench) -> None:
    """Each size is reached by copying one finished job inside Redis."""
    sizes = [1_000, 10_000, 100_000] + ([] if bench.options.quick else [1_000_000])
    gateway = bench.gateway
    reads.prepare(bench, "succeeded", 1)
    original = gateway.ids.read_text().split()[0]
    bench.upstream.finish_after(0)
    gateway.start_with()
    have = 1
    for size in sizes:
        clones = clone_job(gateway.redis, original, have, size)
        have = size
        gateway.ids = bench.place.path("stored.ids")
        gateway.ids.write_text("\n".join(random.Random(size).sample(clones, 500)) + "\n")
        for round_number in range(bench.options.rounds):
            where = {"stored": size, "round": round_number, "connections": CONNECTIONS}
            for request, template in (("get", work.get()), ("list", work.list_of(20))):
                bench.keep("stored", gateway.name, reads.one_round(bench, gateway, template, CONNECTIONS),
                           request=request, **where)
            bench.upstream.reset()
            bench.keep("stored", gateway.name, creates.counted(bench, gateway, CONNECTIONS), request="create", **where)
