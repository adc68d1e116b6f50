"""What is measured: the gateway, the peers, the floors. Each with a Redis of its own, where it has one."""
import http.client
import json
import os
import socket
import time
from pathlib import Path

from . import work
from .programs import BenchError, Program, Workplace, free_port
from .redis_link import RedisLink

PEERS = Path(__file__).resolve().parent.parent / "peers"
UPSTREAM_KEY = "sk_bench"


class Subject:
    name = ""

    def __init__(self, place: Workplace):
        self.place = place
        self.program: Program | None = None
        self.url = ""
        self.ids: Path | None = None  # of jobs that a measure has prepared
        self.trouble: str | None = None  # why it can't be measured

    def begin(self, command: list, environment: dict | None = None) -> None:
        self.program = self.place.start(self.name, command, environment)
        self.url = self.program.wait_for(r"listening on (http://\S+)")

    def pids(self) -> list[int]:
        return self.program.pids()

    def store_pids(self) -> list[int]:
        return []

    def forget_jobs(self) -> None:
        """Back to an empty store."""

    def settle(self) -> int:
        """Returns when nothing is left to do for what was accepted; says how many questions to Redis that took."""
        return 0


class Stored(Subject):
    """A subject that keeps jobs in Redis."""

    def __init__(self, place: Workplace):
        super().__init__(place)
        self.folder = place.path(f"{self.name}.redis")
        self.folder.mkdir()
        self.socket = self.folder / "redis.sock"
        self.server = place.start(f"{self.name}.redis-server", [
            "redis-server", "--port", 0, "--unixsocket", self.socket, "--dir", self.folder, "--save", "",
            "--appendonly", "yes", "--appendfsync", "everysec", "--auto-aof-rewrite-percentage", 0,
            "--maxmemory-policy", "noeviction", "--daemonize", "no"])
        self.server.wait_for(r"eady to accept connections")
        self.redis = RedisLink(self.socket)

    def store_pids(self) -> list[int]:
        return self.server.pids()

    def forget_jobs(self) -> None:
        self.redis.call("FLUSHALL")

    def settle(self) -> int:
        before, quiet, asked, end = -1, 0, 0, time.monotonic() + 30
        while quiet < 3 and time.monotonic() < end:
            now = int(self.redis.info("stats")["total_commands_processed"])
            asked += 1
            quiet = quiet + 1 if now - before <= 3 else 0  # our own question is one
            before = now
            time.sleep(0.03)
        return asked


class Gateway(Stored):
    name = "gateway"

    def __init__(self, place: Workplace, program: Path, upstream_url: str, threads: int):
        super().__init__(place)
        self.binary, self.upstream_url = program, upstream_url
        self.defaults = {"threads": threads, "first": "1h", "webhooks": False, "polls_per_second": 10_000, "typical": 40,
                         "under": ()}
        self.settings: dict = {}
        place.write("keys.yaml", f"- sha256: {work.API_KEY_HASH}\n  user: {work.USER}\n"
                                 f"  organizations: [{work.ORGANIZATION}]\n  capabilities: [use_music_generation]\n")
        self.start_with()

    def start_with(self, **changed) -> None:
        """(Re)starts it when it runs with other settings than the defaults and these."""
        wanted = {**self.defaults, **changed}
        if self.program and wanted == self.settings and self.program.running():
            return
        if self.program:
            self.program.stop()
        self.settings = wanted
        config = self.place.write("gateway.yaml", self._config())
        self.begin([*wanted["under"], self.binary, "--config", config])
        self._wait_until_ready(self.program.wait_for(r"admin on http://(\S+)"))

    def _wait_until_ready(self, admin: str) -> None:
        end = time.monotonic() + 30
        while time.monotonic() < end:
            line = http.client.HTTPConnection(admin)
            line.request("GET", "/readyz")
            if line.getresponse().status == 200:
                return
            time.sleep(0.02)
        raise BenchError(f"the gateway did not become ready:\n{self.program.log.read_text()[-2000:]}")

    def _config(self) -> str:
        now = self.settings
        port = free_port()
        hooks = f"webhook: {{ public_url: 'http://127.0.0.1:{port}', secret: bench-webhook-secret }}"
        return f"""
listen: 127.0.0.1:{port}
admin: 127.0.0.1:0
public_url: http://127.0.0.1:{port}
threads: {now['threads']}
auth: {{ mode: keys, keys_file: keys.yaml }}
store: {{ kind: redis, redis: {{ url: 'unix://{self.socket}' }} }}
producer:
  base_url: {self.upstream_url}
  api_key: {UPSTREAM_KEY}
  max_in_flight: 1000000
  max_polls_per_second: {now['polls_per_second']}
  poll: {{ first: {now['first']}, every: 5s, up_to: 10s, deadline: 24h }}
  {hooks if now['webhooks'] else ''}
engines:
  - {{ engine_key: studio, model: FUZZ-2.0, typical_seconds: {now['typical']} }}
audio:
  archive: {{ kind: folder, path: audio }}
  allowed_hosts: [127.0.0.1]
  signing_keys: [bench-signing-key]
limits: {{ queued_per_organization: 1000000 }}
log: {{ level: warning }}
"""


class Peer(Stored):
    def __init__(self, place: Workplace, upstream_url: str):
        super().__init__(place)
        entry = {"sha256": work.API_KEY_HASH, "user": work.USER, "organizations": [work.ORGANIZATION]}
        settings = {"keys": [entry], "redis_socket": str(self.socket), "upstream": upstream_url,
                    "upstream_key": UPSTREAM_KEY}
        try:
            self.begin(self.command(place.write(f"{self.name}.json", json.dumps(settings))),
                       {**os.environ, "NODE_ENV": "production"})
        except BenchError as failure:
            self.trouble = str(failure).replace("\n", " ")[:300]

    def command(self, settings: Path) -> list:
        raise NotImplementedError


class Fastify(Peer):
    name = "fastify"

    def command(self, settings: Path) -> list:
        return ["node", PEERS / "fastify" / "gateway.js", settings]


class Fastapi(Peer):
    name = "fastapi"

    def command(self, settings: Path) -> list:
        return ["/usr/bin/python3", PEERS / "fastapi" / "gateway.py", settings]  # the distribution's, with its packages


class Nginx(Subject):
    """Relays creates as they are, and serves files."""
    name = "nginx"

    def __init__(self, place: Workplace, upstream_url: str, workers: int):
        super().__init__(place)
        files = place.path("nginx")
        files.mkdir()
        port = free_port()
        config = place.write("nginx.conf", f"""
{'user root;' if os.getuid() == 0 else ''}
daemon off;
worker_processes {workers};
pid {files}/nginx.pid;
error_log stderr crit;
events {{ worker_connections 4096; }}
http {{
  access_log off;
  client_body_temp_path {files}/body; proxy_temp_path {files}/proxy; fastcgi_temp_path {files}/fastcgi;
  uwsgi_temp_path {files}/uwsgi; scgi_temp_path {files}/scgi;
  keepalive_requests 1000000000;
  sendfile on; tcp_nopush on;
  upstream producer {{
    server {upstream_url.removeprefix('http://')};
    keepalive 256; keepalive_requests 1000000000;
  }}
  server {{
    listen 127.0.0.1:{port} backlog=4096;
    location /v1/music/ {{
      rewrite ^ /api/v1/producer/create break;
      proxy_pass http://producer;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
    }}
    location /media/ {{ root {files}; }}
  }}
}}
""")
        self.program = place.start(self.name, ["nginx", "-p", files, "-c", config, "-e", "stderr"])
        self.url = f"http://127.0.0.1:{port}"
        self.files = files
        self._wait_for_port(port)

    def _wait_for_port(self, port: int) -> None:
        for _ in range(500):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    return
            if not self.program.running():
                break
            time.sleep(0.01)
        raise BenchError(f"nginx did not start:\n{self.program.log.read_text()}")


class BeastFloor(Subject):
    """A bare server that answers a constant: started anew for each size of answer."""
    name = "beast"

    def __init__(self, place: Workplace, program: Path, threads: int):
        super().__init__(place)
        self.binary, self.threads = program, threads

    def answer_with(self, body: bytes) -> None:
        if self.program:
            self.program.stop()
        text = self.place.write("beast.body", body)
        self.begin([self.binary, "--threads", self.threads, "--body", text])
