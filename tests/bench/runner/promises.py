"""What the gateway promises of itself, and what was measured of it. Ratios are of medians from one run."""
from dataclasses import dataclass

from .cells import Cells

BUSY = 32  # connections: where rates are compared


@dataclass
class Promise:
    what: str
    value: float | None  # nothing: not measured, or a cell of it failed
    sign: str
    limit: float
    unit: str = ""

    def holds(self) -> bool | None:
        if self.value is None:
            return None
        return self.value >= self.limit if self.sign == "≥" else self.value <= self.limit


def promises_of(results: list[dict]) -> list[Promise]:
    return [*speed(Cells(results)), *live_jobs(results), *resources(results), *guards(results)]


def speed(cells: Cells) -> list[Promise]:
    def beyond(measure: str, name: str, floor: str) -> float | None:
        ours, bare = (cells.median((measure, 1, who), name) for who in ("gateway", floor))
        return ours - bare if ours is not None and bare is not None else None

    create_p99 = cells.median(("create", 1, "gateway"), "p99")
    return [
        Promise("create, submitted, to fastify", cells.ratio("create", BUSY, "fastify"), "≥", 4),
        Promise("create, submitted, to fastapi", cells.ratio("create", BUSY, "fastapi"), "≥", 35),
        Promise("create, submitted, to nginx relaying", cells.ratio("create", BUSY, "nginx"), "≥", 0.40),
        Promise("get of a running job to bare Beast", cells.ratio("get_running", BUSY, "beast"), "≥", 0.6),
        Promise("get of a succeeded job to bare Beast", cells.ratio("get_succeeded", BUSY, "beast"), "≥", 0.6),
        Promise("get of a running job to fastify", cells.ratio("get_running", BUSY, "fastify"), "≥", 5),
        Promise("create p50 above nginx, one connection", beyond("create", "p50", "nginx"), "≤", 120, "µs"),
        Promise("create p99, one connection", create_p99, "≤", 1000, "µs"),
        Promise("get p50 above bare Beast, one connection", beyond("get_running", "p50", "beast"), "≤", 80, "µs"),
    ]


def fact(results: list[dict], measure: str, name: str, **where) -> float | None:
    """The worst of those that fit."""
    values = [each[name] for each in results if each["measure"] == measure and not each.get("failure") and name in each
              and all(each.get(key) == value for key, value in where.items())]
    return max(values, default=None)


def live_jobs(results: list[dict]) -> list[Promise]:
    sizes = sorted({each["live"] for each in results if "live" in each})
    if not sizes:
        return []
    most = sizes[-1]
    name = f"{most:,} live jobs: "
    poll_interval_ms = 5_000
    return [
        Promise(name + "RSS", fact(results, "live_idle", "rss_mib", live=most), "≤", 100, "MiB"),
        Promise(name + "of a core besides polls", fact(results, "live_idle", "gateway_core_percent", live=most), "≤", 15, "%"),
        Promise(name + "polls per job", fact(results, "live_followed", "polls_per_job", webhooks="off"), "≤", 4),
        Promise(name + "polls per job with webhooks", fact(results, "live_followed", "polls_per_job", webhooks="on"), "≤", 1),
        Promise(name + "done to visible, p99", fact(results, "live_followed", "visible_ms_p99", webhooks="off"), "≤",
                poll_interval_ms * 1.05 + 1_000, "ms"),
        Promise(name + "done to visible with webhooks, p99",
                fact(results, "live_followed", "visible_ms_p99", webhooks="on"), "≤", 100, "ms"),
    ]


def resources(results: list[dict]) -> list[Promise]:
    warm, after = fact(results, "rss", "warm_mib"), fact(results, "rss", "after_mib")
    growth = 100 * (after / warm - 1) if warm and after else None
    return [
        Promise("idle RSS, one thread", fact(results, "rss", "idle_mib"), "≤", 16, "MiB"),
        Promise("RSS under load, one thread", fact(results, "rss", "loaded_mib"), "≤", 64, "MiB"),
        Promise("RSS after load, above idle-warm", growth, "≤", 10, "%"),
        # A replay is the client's path of a create without the work that follows.
        Promise("Redis round trips of a create", round_trips(results, "replay"), "≤", 2),
        Promise("Redis round trips of a get", round_trips(results, "get"), "≤", 1),
        Promise("Redis memory of a finished job", fact(results, "redis_memory", "bytes_per_finished_job"), "≤", 1_536,
                "bytes"),
    ]


def round_trips(results: list[dict], request: str) -> float | None:
    """What the gateway asks on its own account now and then is rounded away."""
    trips = fact(results, "redis", "round_trips", subject="gateway", request=request)
    return None if trips is None else round(trips, 1)


def guards(results: list[dict]) -> list[Promise]:
    rows = [each for each in results if each.get("guard")]
    found = [Promise(f"instructions of a {each['request']}", each["instructions"], "≤", each["limit"])
             for each in rows if "instructions" in each]
    return found + [Promise(f"no stall: p99 of {each['request']}, one connection", each["best_p99_us"], "≤",
                            each["limit_us"], "µs") for each in rows if "best_p99_us" in each]
