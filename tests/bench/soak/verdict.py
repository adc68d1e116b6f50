"""What must hold of a soak, and what was seen of it."""
from dataclasses import dataclass

GROWTH_PERCENT = 5.0
LEAST_SHARE = 0.5


@dataclass
class Verdict:
    what: str
    seen: str
    holds: bool


def memory(baseline_mib: float, end_mib: float, baseline_minute: float) -> Verdict:
    growth = 100 * (end_mib / baseline_mib - 1)
    return Verdict(f"RSS at the end within {GROWTH_PERCENT:g} % of the value after minute {baseline_minute:g}",
                   f"{baseline_mib:.1f} MiB, {end_mib:.1f} MiB: {growth:+.1f} %",
                   growth <= GROWTH_PERCENT)  # also false for the nan of samples that are missing


def back_to_idle(what: str, idle: int, end: int) -> Verdict:
    return Verdict(f"{what} back to the idle count", f"{idle} before, {end} after", end <= idle)


def no_error(failures: dict[str, int]) -> Verdict:
    seen = ", ".join(f"{count} x {what}" for what, count in sorted(failures.items())) or "none"
    return Verdict("no error", seen, not failures)


def generated_once(accepted: int, cancelled: int, generated: int) -> Verdict:
    """A job that was cancelled early needs no paid call; every other one takes exactly one."""
    return Verdict("each accepted job generated once", f"{accepted} accepted, {cancelled} cancel requests, {generated} paid calls",
                   accepted - cancelled <= generated <= accepted)


def all_ended(live: int) -> Verdict:
    return Verdict("no job is left behind", f"{live} live", live == 0)


def made_its_load(shares: dict[str, float]) -> Verdict:
    """Traffic that was far less than planned proves less: something else took the machine."""
    seen = ", ".join(f"{name} {100 * share:.0f} %" for name, share in shares.items())
    return Verdict(f"at least {100 * LEAST_SHARE:.0f} % of the planned traffic was answered", seen,
                   all(share >= LEAST_SHARE for share in shares.values()))
