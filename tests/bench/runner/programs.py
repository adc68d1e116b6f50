"""Programs of a run: started on loopback in a private folder, stopped by their process ids whatever happens."""
import ctypes
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

PR_SET_PDEATHSIG = 1
START_PATIENCE = 30
STOP_PATIENCE = 15


class BenchError(Exception):
    """Something of the bench itself does not work; a subject that fails is a result instead."""


def _die_with_the_runner() -> None:
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Program:
    """One running program, with what it printed in a file."""

    def __init__(self, name: str, command: list, log: Path, environment: dict | None = None):
        self.name, self.log = name, log
        try:
            with open(log, "wb") as out:
                self.process = subprocess.Popen([str(each) for each in command], stdout=out, stderr=subprocess.STDOUT,
                                                stdin=subprocess.DEVNULL, start_new_session=True,
                                                preexec_fn=_die_with_the_runner, env=environment or os.environ)
        except FileNotFoundError as failure:
            raise BenchError(f"{name} can't be started: {failure}") from failure

    def wait_for(self, pattern: str) -> str:
        """What the pattern's group found in the output."""
        end = time.monotonic() + START_PATIENCE
        while time.monotonic() < end:
            found = re.search(pattern, self.log.read_text(errors="replace"))
            if found:
                return found[1] if found.groups() else found[0]
            if self.process.poll() is not None:
                break
            time.sleep(0.02)
        raise BenchError(f"{self.name} did not start:\n{self.log.read_text(errors='replace')[-2000:]}")

    def pids(self) -> list[int]:
        """Its own and its children's."""
        pid = self.process.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        return [pid, *map(int, children)]

    def running(self) -> bool:
        return self.process.poll() is None

    def stop(self) -> None:
        if self.running():
            self.process.terminate()
            try:
                self.process.wait(STOP_PATIENCE)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


class Workplace:
    """The private folder and everything that runs in it."""

    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="music-gateway-bench-"))
        self.programs: list[Program] = []

    def start(self, name: str, command: list, environment: dict | None = None) -> Program:
        log = self.folder / f"{name}.{len(self.programs)}.log"
        program = Program(name, command, log, environment)
        self.programs.append(program)
        return program

    def path(self, name: str) -> Path:
        return self.folder / name

    def write(self, name: str, text: str | bytes) -> Path:
        path = self.path(name)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    def close(self) -> None:
        for program in reversed(self.programs):
            program.stop()
        shutil.rmtree(self.folder, ignore_errors=True)
