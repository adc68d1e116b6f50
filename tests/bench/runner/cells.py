"""The results of a run, looked up by what was measured."""
from collections import defaultdict
from statistics import median


class Cells:
    """A cell is one subject at one measure and number of connections, with its rounds."""

    def __init__(self, results: list[dict]):
        self.rounds = defaultdict(list)
        for each in results:
            if "connections" in each:
                self.rounds[key_of(each)].append(each)

    def failure(self, key: tuple) -> str | None:
        rounds = self.rounds.get(key)
        if not rounds:
            return "not measured"
        return next((each["failure"] for each in rounds if each["failure"]), None)

    def median(self, key: tuple, name: str) -> float | None:
        """Nothing for a cell that failed: it has no number."""
        return None if self.failure(key) else median(each[name] for each in self.rounds[key])

    def ratio(self, measure: str, connections: int, other: str, name: str = "rate") -> float | None:
        ours, theirs = (self.median((measure, connections, who), name) for who in ("gateway", other))
        return ours / theirs if ours and theirs else None


def key_of(result: dict) -> tuple:
    """Threads, stored jobs and the like belong to the name of what was measured."""
    details = [result["measure"], result.get("request"), *(f"{result[name]:,} {what}" for name, what in (
        ("threads", "thread(s)"), ("stored", "stored jobs")) if name in result)]
    return ", ".join(detail for detail in details if detail), result["connections"], result["subject"]
