"""Finished audio in ranges, as players ask for it. Floor: nginx serving the same file from disk."""
import http.client
import json
import urllib.parse

from .. import work
from ..bench import Bench, MEDIA
from ..subjects import Subject
from .reads import body_of, prepare

CONNECTIONS = [1, 32]
FIRST, LAST = 1_000, 17_383  # 16 KiB


def audio(bench: Bench) -> None:
    prepare(bench, "succeeded", 4)
    shown = json.loads(body_of(bench.gateway.url, f"{work.GENERATIONS}/{bench.gateway.ids.read_text().split()[0]}"))
    url = urllib.parse.urlsplit(shown["playback_url"])
    paths = {bench.gateway.name: f"{url.path}?{url.query}", bench.nginx.name: "/media/short.m4a"}
    media = bench.nginx.files / "media"
    media.mkdir(exist_ok=True)
    (media / "short.m4a").write_bytes((MEDIA / "short.m4a").read_bytes())
    for subject in (bench.gateway, bench.nginx):
        check(subject.url, paths[subject.name])
    bench.in_turn("audio", [bench.gateway, bench.nginx], CONNECTIONS,
                  lambda subject, count: one_round(bench, subject, paths[subject.name], count))


def check(url: str, path: str) -> None:
    """That it is the file's own bytes which are relayed."""
    line = http.client.HTTPConnection(url.removeprefix("http://"))
    line.request("GET", path, headers={"Range": f"bytes={FIRST}-{LAST}"})
    answer = line.getresponse()
    body = answer.read()
    if answer.status != 206 or body != (MEDIA / "short.m4a").read_bytes()[FIRST:LAST + 1]:
        raise RuntimeError(f"{url}{path}: not the bytes of the file (status {answer.status})")


def one_round(bench: Bench, subject: Subject, path: str, connections: int) -> dict:
    done, values = bench.timed(subject, work.audio(path, FIRST, LAST), connections)
    if values["failure"] is None and done.bytes != done.good * (LAST - FIRST + 1):
        values["failure"] = f"{done.bytes} bytes in {done.good} answers"
    return values
