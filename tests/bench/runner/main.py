"""tests/bench/run's command line."""
import argparse
import signal
import sys
from pathlib import Path

from .bench import Bench, Options
from .machine import facts
from .measures import MEASURES
from .programs import BenchError, Workplace
from .report import write_report


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="tests/bench/run", description="Measures music-gateway beside its peers.")
    parser.add_argument("--quick", action="store_true", help="three short rounds of everything")
    parser.add_argument("--only", default="", help=f"some of: {','.join(MEASURES)}")
    parser.add_argument("--rounds", type=int, default=0)
    parser.add_argument("--threads", type=int, default=2, help="of the gateway, the floor and nginx")
    parser.add_argument("--peers", default="fastify,fastapi")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--programs", type=Path, required=True)
    wanted = parser.parse_args(arguments)
    wanted.only = [name for name in wanted.only.split(",") if name]
    unknown = [name for name in wanted.only if name not in MEASURES]
    if unknown:
        parser.error(f"no such measure: {', '.join(unknown)} (there are: {', '.join(MEASURES)})")
    return wanted


def stop_on_signals() -> None:
    def stop(number, _frame):
        raise KeyboardInterrupt(number)
    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGHUP, stop)


def main(arguments: list[str]) -> int:
    wanted = parse(arguments)
    options = Options(quick=wanted.quick, rounds=wanted.rounds or (3 if wanted.quick else 5),
                      seconds=1.0 if wanted.quick else 3.0, threads=wanted.threads, programs=wanted.programs,
                      peers=tuple(wanted.peers.split(",")))
    stop_on_signals()
    machine = facts(options)
    place = Workplace()
    try:
        bench = Bench(place, options)
        for name in wanted.only or MEASURES:
            bench.say(f"{name}:")
            try:
                MEASURES[name](bench)
            except (OSError, RuntimeError, BenchError) as failure:
                bench.keep(name, bench.gateway.name, {"failure": str(failure)})
        troubles = write_report(bench, machine, wanted.out)
        for trouble in troubles:
            bench.say(f"FAILED {trouble}")
        bench.say(f"written to {wanted.out}")
        return 1 if troubles else 0
    except KeyboardInterrupt:
        print("bench: stopped", file=sys.stderr)
        return 130
    except BenchError as failure:
        print(f"bench: {failure}", file=sys.stderr)
        return 1
    finally:
        place.close()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
