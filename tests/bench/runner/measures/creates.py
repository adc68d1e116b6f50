"""Creates that are really submitted: the clock stops when upstream has counted the last one, not with the last 202."""
from ..bench import Bench
from ..load import Outcome
from ..subjects import Subject
from .. import work

CONNECTIONS = [1, 32, 128]


def create(bench: Bench) -> None:
    bench.upstream.finish_after(0)
    bench.gateway.start_with()
    subjects = [bench.gateway, bench.nginx, *bench.peers]
    warm_up(bench, subjects)
    bench.in_turn("create", subjects, CONNECTIONS, lambda subject, count: one_round(bench, subject, count))


def warm_up(bench: Bench, subjects: list[Subject]) -> None:
    for subject in subjects:
        if not subject.trouble:
            one_round(bench, subject, 32)


def one_round(bench: Bench, subject: Subject, connections: int) -> dict:
    subject.forget_jobs()
    bench.upstream.reset()
    return counted(bench, subject, connections)


def counted(bench: Bench, subject: Subject, connections: int) -> dict:
    """The rate of jobs that upstream has got, each once; upstream must have been reset before."""
    counts = {}

    def until_all_are_submitted(done: Outcome) -> int:
        counts.update(bench.upstream.wait_for_creates(done.good))
        subject.settle()
        return counts["last_create_ns"]

    done, values = bench.timed(subject, work.create(), connections, until_all_are_submitted)
    if values["failure"] is None and counts["creates"] != done.good:
        pieces = len({piece for piece, *_ in bench.upstream.tasks()})
        values["failure"] = f"{done.good} accepted, {counts['creates']} submitted, {pieces} different ones"
    return {**values, "accept_rate": done.rate()}
