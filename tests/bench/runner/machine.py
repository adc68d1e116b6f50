"""Where and with what a run was made."""
import json
import os
import platform
import re
import subprocess
from pathlib import Path

from .bench import Options


def facts(options: Options) -> dict[str, str]:
    """As it is now: called before the run."""
    return {
        "machine": f"{os.cpu_count()} x {_cpu_model()}, {_memory_gib()} GiB",
        "kernel": f"{platform.system()} {platform.release()}",
        "distribution": _os_name(),
        "load average at start": Path("/proc/loadavg").read_text().rsplit(" ", 2)[0],
        "gateway": _first_line([options.programs / "music-gateway", "--version"]) + f", {_commit()}, -O2 -DNDEBUG",
        "threads": f"{options.threads} (gateway, bare Beast, nginx workers); fastify and fastapi: one process each",
        "rounds": f"{options.rounds} of {options.seconds:g} s each, interleaved",
        "Redis": _first_line(["redis-server", "--version"]) + "; appendonly everysec, UNIX socket, one server for each subject",
        "nginx": _first_line(["nginx", "-v"]),
        "node": _first_line(["node", "--version"]) + ", " + _npm_versions(),
        "python": _python_versions(),
        "compiler": _first_line(["c++", "--version"]),
    }


def _output(command: list) -> str:
    try:
        done = subprocess.run([str(each) for each in command], capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return "not there"
    return (done.stdout or done.stderr).strip()


def _first_line(command: list) -> str:
    return _output(command).split("\n")[0]


def _cpu_model() -> str:
    found = re.search(r"^model name\s*: (.*)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    return found[1] if found else platform.machine()


def _memory_gib() -> int:
    return round(int(re.search(r"MemTotal:\s+(\d+)", Path("/proc/meminfo").read_text())[1]) / 1024 / 1024)


def _os_name() -> str:
    return platform.freedesktop_os_release().get("PRETTY_NAME", "")


def _commit() -> str:
    top = Path(__file__).resolve().parents[3]
    commit = _first_line(["git", "-C", top, "rev-parse", "--short", "HEAD"])
    changed = _output(["git", "-C", top, "status", "--porcelain", "gateway", "adapters", "config"])
    return f"commit {commit}" + (" with changes" if changed else "")


def _npm_versions() -> str:
    lock = json.loads((Path(__file__).resolve().parent.parent / "peers/fastify/package-lock.json").read_text())
    names = lock["packages"][""]["dependencies"]
    return ", ".join(f"{name} {version}" for name, version in names.items())


def _python_versions() -> str:
    code = ("import sys,fastapi,uvicorn,httpx,redis;print(sys.version.split()[0],'fastapi',fastapi.__version__,"
            "'uvicorn',uvicorn.__version__,'httpx',httpx.__version__,'redis-py',redis.__version__)")
    return _first_line(["/usr/bin/python3", "-c", code])
