"""Instructions per request by callgrind: the same on every machine, so they guard against slow growth.

Two stretches of one life of the gateway, with one thread, the second with twice as many requests; the difference is theirs. A
create is counted with everything that follows from it until upstream has accepted the job.
"""
import json
import re
import subprocess
from pathlib import Path

from .. import work
from ..bench import Bench
from ..subjects import Gateway
from .reads import prepare

LIMITS = Path(__file__).resolve().parents[2] / "instruction-limits.json"
REQUESTS = {"create": 500, "get": 2_000, "list": 500}


def instructions(bench: Bench) -> None:
    limits = json.loads(LIMITS.read_text())
    for what, template in (("create", work.create()), ("get", work.get()), ("list", work.list_of(20))):
        prepare(bench, "running", 100)
        each = of_one(bench, template, REQUESTS[what])
        failure = f"over the limit of {limits[what]:,}" if each > limits[what] else None
        bench.keep("instructions", bench.gateway.name, {"failure": failure, "request": what, "instructions": each,
                                                        "limit": limits[what]}, guard=True)
    bench.gateway.start_with()


def of_one(bench: Bench, template: str, requests: int) -> int:
    profile = bench.place.path("callgrind.out")
    for old in bench.place.folder.glob("callgrind.out*"):
        old.unlink()
    bench.upstream.reset()
    bench.gateway.start_with(threads=1, under=(
        "valgrind", "--tool=callgrind", f"--callgrind-out-file={profile}", f"--log-file={profile}.log"))
    stretch(bench, template, 100)
    once, twice = stretch(bench, template, requests), stretch(bench, template, 2 * requests)
    bench.gateway.program.stop()
    return round((twice - once) / requests)


def stretch(bench: Bench, template: str, requests: int) -> int:
    """Instructions while so many requests are answered and finished with."""
    gateway = bench.gateway
    control(gateway, "--zero")
    done = bench.load.run(gateway.url, template, 1, requests=requests, ids=gateway.ids)
    if done.failure():
        raise RuntimeError(f"under callgrind: {done.failure()}")
    gateway.settle()
    control(gateway, "--dump")
    dumps = bench.place.folder.glob("callgrind.out.[0-9]*")
    newest = max(dumps, key=lambda dump: int(dump.suffix[1:]))
    found = re.search(r"^(?:summary|totals): (\d+)", newest.read_text(), re.MULTILINE)
    return int(found[1])


def control(gateway: Gateway, what: str) -> None:
    done = subprocess.run(["callgrind_control", what, str(gateway.program.process.pid)], capture_output=True, text=True,
                          check=False)
    if done.returncode != 0:
        raise RuntimeError(f"callgrind_control {what}: {done.stdout} {done.stderr}")
