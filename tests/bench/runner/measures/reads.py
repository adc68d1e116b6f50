"""Reads of stored jobs, and replays. Floor: a bare Beast server that answers a constant of the same size."""
import http.client
import json
import time
from pathlib import Path

from .. import work
from ..bench import Bench
from ..programs import BenchError
from ..subjects import Stored, Subject

CONNECTIONS = [1, 32, 128]
PREPARED_JOBS = 1000


def get(bench: Bench) -> None:
    for state in ("running", "succeeded"):
        prepare(bench, state)
        floor_for(bench, f"{work.GENERATIONS}/{bench.gateway.ids.read_text().split()[0]}")
        measure(bench, f"get_{state}", work.get())


def list_of_20(bench: Bench) -> None:
    prepare(bench, "running")
    floor_for(bench, f"{work.GENERATIONS}?limit=20")
    measure(bench, "list", work.list_of(20))


def replay(bench: Bench) -> None:
    key = "bench-replayed"
    prepare(bench, "running")
    for subject in bench.storing:
        if not subject.trouble:
            bench.load.run(subject.url, work.create(key), 1, requests=1)
    bench.in_turn("replay", bench.storing, CONNECTIONS,
                  lambda subject, count: one_round(bench, subject, work.create(key), count))


def measure(bench: Bench, name: str, template: str) -> None:
    bench.in_turn(name, [bench.gateway, bench.beast, *bench.peers], CONNECTIONS,
                  lambda subject, count: one_round(bench, subject, template, count))


def one_round(bench: Bench, subject: Subject, template: str, connections: int) -> dict:
    return bench.timed(subject, template, connections)[1]


def prepare(bench: Bench, state: str, jobs: int = PREPARED_JOBS) -> None:
    """Every storing subject has so many jobs, all of them running or all of them succeeded."""
    succeeded = state == "succeeded"
    bench.upstream.reset()
    bench.upstream.finish_after(1 if succeeded else 0)
    bench.gateway.start_with(first="200ms" if succeeded else "1h")
    for subject in bench.storing:
        give_jobs(bench, subject, jobs)
    if succeeded:
        wait_until_succeeded(bench, bench.gateway.ids)
        finish_at_peers(bench)


def give_jobs(bench: Bench, subject: Stored, jobs: int) -> None:
    """A peer that can't be given any is out; without the gateway's there is nothing to measure."""
    if subject.trouble:
        return
    subject.forget_jobs()
    subject.ids = bench.place.path(f"{subject.name}.ids")
    try:
        failure = bench.load.run(subject.url, work.create(), 8, requests=jobs, save_ids=subject.ids).failure()
        subject.settle()
    except BenchError as gone:
        failure = str(gone)
    if failure and subject is bench.gateway:
        raise RuntimeError(f"the gateway could not be given jobs: {failure}")
    if failure:
        subject.trouble = f"could not be given jobs: {failure}"


def body_of(url: str, path: str) -> bytes:
    line = http.client.HTTPConnection(url.removeprefix("http://"))
    line.request("GET", path, headers={"X-API-Key": work.API_KEY})
    answer = line.getresponse()
    body = answer.read()
    if answer.status != 200:
        raise RuntimeError(f"GET {path}: {answer.status} {body[:200]!r}")
    return body


def floor_for(bench: Bench, path: str) -> None:
    bench.beast.answer_with(body_of(bench.gateway.url, path))


def wait_until_succeeded(bench: Bench, ids: Path, patience: float = 120) -> None:
    end = time.monotonic() + patience
    path = f"{work.GENERATIONS}?status=succeeded&limit=1&offset={len(ids.read_text().split()) - 1}"
    while not json.loads(body_of(bench.gateway.url, path))["jobs"]:
        if time.monotonic() > end:
            raise RuntimeError("the jobs did not succeed in time")
        time.sleep(0.05)


def finish_at_peers(bench: Bench) -> None:
    """The peers do not poll; their records are given what the gateway's answer says of a succeeded job."""
    shown = json.loads(body_of(bench.gateway.url, f"{work.GENERATIONS}/{bench.gateway.ids.read_text().split()[0]}"))
    fields = ("status", "succeeded", "progress", "100", "track_id", shown["result_track_id"], "playback_url",
              shown["playback_url"], "track", json.dumps(shown["track"]))
    for peer in bench.peers:
        if not peer.trouble:
            peer.redis.pipeline([("HSET", f"job:{job}", *fields) for job in peer.ids.read_text().split()])
