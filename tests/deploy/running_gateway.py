"""The real music-gateway, started by a test on free ports and never outliving it."""

import contextlib
import os
import pathlib
import subprocess
import time

PATIENCE = 20  # seconds


def gateway_program():
    return os.environ["GATEWAY_PROGRAM"]


def run(arguments, environment=None):
    """music-gateway with these arguments, to its end. Of the test's own environment it sees nothing."""
    return subprocess.run([gateway_program(), *arguments], env=environment or {}, capture_output=True, text=True,
                          timeout=PATIENCE)


SMALL_CONFIGURATION = """
listen: 127.0.0.1:0
admin: 127.0.0.1:0
auth: { keys_file: keys.yaml }
store: { kind: %s, redis: { url: 'unix:///nowhere/redis.sock' } }
producer: { base_url: http://127.0.0.1:1, api_key: sk_test }
audio: { archive: { path: audio }, signing_keys: [0123456789abcdef] }
"""


@contextlib.contextmanager
def serving(folder, store="memory"):
    """Yields (client URL, admin URL) of a gateway with nobody allowed to call."""
    folder = pathlib.Path(folder)
    (folder / "gateway.yaml").write_text(SMALL_CONFIGURATION % store)
    (folder / "keys.yaml").write_text("[]\n")
    with open(folder / "out", "w") as out, open(folder / "err", "w") as err:
        process = subprocess.Popen([gateway_program(), "--config", str(folder / "gateway.yaml")], stdout=out, stderr=err,
                                   env={})
    try:
        yield _addresses(process, folder)
    finally:
        process.terminate()
        process.wait(PATIENCE)


def _addresses(process, folder):
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        lines = (folder / "out").read_text().splitlines()
        if len(lines) == 2:
            return lines[0].split(" on ")[1], lines[1].split(" on ")[1]
        assert process.poll() is None, (folder / "err").read_text()
        time.sleep(0.02)
    raise AssertionError("the gateway did not start: " + (folder / "err").read_text())
