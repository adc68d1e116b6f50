"""The real programs around an alert: gateway, simulator, redis-server and Prometheus, each on addresses that the system chose,
in a folder of its own, and none outliving the test."""

import contextlib
import hashlib
import http.client
import json
import os
import pathlib
import signal
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request

PATIENCE = 30  # seconds
CLIENT_KEY = "ak_alerts_51f0c2d97be8"
PRODUCER_KEY = "sk_simulator"
ORGANIZATION = "org_abc123"


def eventually(condition, what, within=PATIENCE):
    """The first true value of condition(), asked again and again."""
    end = time.monotonic() + within
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.05)
    raise AssertionError(f"not within {within} s: {what}")


def ask(url, method="GET", body=None, headers=None, within=10):
    """(status, text); status 0 when nobody answered."""
    data = None if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"content-type": "application/json", **(headers or {})}, method=method)
    try:
        with urllib.request.urlopen(request, timeout=within) as answer:
            return answer.status, answer.read().decode(errors="replace")
    except urllib.error.HTTPError as refusal:
        return refusal.code, refusal.read().decode(errors="replace")
    except (OSError, http.client.HTTPException):
        return 0, ""


class Program:
    """A child process with its output in files."""

    def __init__(self, folder, name, command):
        self.out, self.err = folder / f"{name}.out", folder / f"{name}.err"
        with open(self.out, "a") as out, open(self.err, "a") as err:
            self.process = subprocess.Popen([str(each) for each in command], stdout=out, stderr=err, cwd=folder)

    def said(self, marker):
        """What follows the marker in its output, once it is there."""
        def look():
            assert self.process.poll() is None, self.out.read_text() + self.err.read_text()
            for line in self.out.read_text().splitlines():
                if marker in line:
                    return line.split(marker, 1)[1].strip()
            return None
        return eventually(look, f"'{marker}' in {self.out}")

    def pause(self):
        self.process.send_signal(signal.SIGSTOP)

    def go_on(self):
        self.process.send_signal(signal.SIGCONT)

    def reload(self):
        self.process.send_signal(signal.SIGHUP)

    def stop(self):
        if self.process.poll() is None:
            self.go_on()
            self.process.terminate()
            try:
                self.process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


class Simulator(Program):
    def __init__(self, folder, program):
        super().__init__(folder, "simulator", [program, "--listen", "127.0.0.1:0", "--cdn-listen", "127.0.0.1:0",
                                               "--api-key", PRODUCER_KEY, "--allow-http-webhooks"])
        self.url = self.said("listening on ")

    def control(self, method, path, body):
        status, text = ask(self.url + "/_control" + path, method, body)
        assert status in (200, 201, 204), f"{method} {path}: {status} {text}"

    def behave(self, behaviour):
        self.control("PUT", "/script", {"default": behaviour})

    def switch(self, **switches):
        self.control("PUT", "/switches", switches)

    def credits(self, number):
        self.control("PUT", "/credits", {"credits": number, "extra_credits": 0})

    def finish_all(self):
        tasks = json.loads(ask(self.url + "/_control/tasks")[1])
        for task in tasks["tasks"] if isinstance(tasks, dict) else tasks:
            ask(f"{self.url}/_control/tasks/{task['id']}/finish", "POST", {"result": "success"})


class Redis(Program):
    def __init__(self, folder):
        self.socket = folder / "redis.sock"
        super().__init__(folder, "redis", ["redis-server", "--port", 0, "--unixsocket", self.socket, "--appendonly", "yes",
                                           "--save", "", "--dir", folder])
        eventually(lambda: self.socket.exists() and self.command("PING") == "PONG", "redis-server answers")

    def command(self, *words):
        return subprocess.run(["redis-cli", "-s", str(self.socket), *words], capture_output=True, text=True,
                              timeout=PATIENCE).stdout.strip()


CONFIGURATION = """
listen: %(listen)s
admin: %(admin)s
threads: 1
auth: { keys_file: keys.yaml }
store: { kind: %(store)s, redis: { url: 'unix://%(folder)s/redis.sock' } }
producer:
  base_url: %(producer)s
  api_key: %(producer_key)s
  create_timeout: 2s
  poll_timeout: 2s
  max_in_flight: %(max_in_flight)s
  max_polls_per_second: %(max_polls_per_second)s
  poll: { first: 300ms, every: 500ms, up_to: 1s, deadline: 5m }
  webhook: { public_url: 'http://127.0.0.1:9', secret: 0123456789abcdef0123456789abcdef }
  unknown_outcome: { wait: 3s, then: fail }
  credits: { check_every: 1s, hold: 0s }
engines:
  - { engine_key: studio, model: %(model)s, typical_seconds: 1, credits: 10 }
audio: { archive: { path: audio }, allowed_hosts: [127.0.0.1], signing_keys: [0123456789abcdef] }
limits: { queued_per_organization: 10000 }
drain: 3s
log: { level: %(level)s }
"""


class Gateway:
    """Keeps its addresses through restarts."""

    def __init__(self, folder, program, producer, store, **settings):
        self.folder, self.binary = folder, program
        self.settings = {"listen": "127.0.0.1:0", "admin": "127.0.0.1:0", "store": store, "folder": folder,
                         "producer": producer, "producer_key": PRODUCER_KEY, "max_in_flight": 5,
                         "max_polls_per_second": 20, "model": "FUZZ-2.0", "level": "info", **settings}
        key = hashlib.sha256(CLIENT_KEY.encode()).hexdigest()
        (folder / "keys.yaml").write_text(f"- {{ sha256: {key}, user: usr_1, organizations: [{ORGANIZATION}], "
                                          "capabilities: [use_music_generation] }\n")
        self.starts = 0
        self.start()
        self.settings["listen"] = self.url.split("//")[1]
        self.settings["admin"] = self.admin.split("//")[1]

    def start(self):
        self.starts += 1
        self.write()
        self.program = Program(self.folder, f"gateway-{self.starts}", [self.binary, "--config", "gateway.yaml"])
        self.url = self.program.said("listening on ")
        self.admin = self.program.said("admin on ")

    def write(self):
        (self.folder / "gateway.yaml").write_text(CONFIGURATION % self.settings)

    def restart(self):
        self.program.stop()
        self.start()

    def reload(self, **settings):
        self.settings.update(settings)
        self.write()
        self.program.reload()

    def stop(self):
        self.program.stop()

    def log(self):
        return "".join(each.read_text() for each in sorted(self.folder.glob("gateway-*.err")))

    def metrics(self):
        return ask(self.admin + "/metrics")[1]

    def call(self, path, method="GET", body=None, headers=None, within=10):
        return ask(f"{self.url}/v1/music/{ORGANIZATION}{path}", method, body,
                   {"X-API-Key": CLIENT_KEY, **(headers or {})}, within)

    def create(self, prompt="rain on a tin roof", headers=None, within=10):
        order = {"engine": "studio", "prompt": prompt, "duration_seconds": 30, "instrumental": True}
        return self.call("/generations", "POST", order, headers, within)

    def created(self, **further):
        status, text = self.create(**further)
        assert status == 202, f"{status} {text}"
        return json.loads(text)["id"]

    def job(self, job_id):
        return json.loads(self.call(f"/generations/{job_id}")[1])

    def ended(self, job_id):
        def look():
            job = self.job(job_id)
            return job if job["status"] not in ("queued", "running") else None
        return eventually(look, f"{job_id} ends")


@contextlib.contextmanager
def world(folder, store, **settings):
    """(gateway, simulator, redis or None), running."""
    folder = pathlib.Path(folder)
    running = []
    try:
        simulator = Simulator(folder, os.environ["SIMULATOR_PROGRAM"])
        running.append(simulator)
        redis = None
        if store == "redis":
            redis = Redis(folder)
            running.append(redis)
        gateway = Gateway(folder, os.environ["GATEWAY_PROGRAM"], simulator.url, store, **settings)
        running.append(gateway)
        yield gateway, simulator, redis
    finally:
        for each in reversed(running):
            each.stop()
