"""The requests that all subjects are sent, byte for byte the same."""
import hashlib

ORGANIZATION = "org_bench"
USER = "usr_bench"
API_KEY = "ak_bench0123456789abcdefghijklmnopqrstuv"
API_KEY_HASH = hashlib.sha256(API_KEY.encode()).hexdigest()
GENERATIONS = f"/v1/music/{ORGANIZATION}/generations"
PROMPT_LENGTH = 200

_NUMBER = "{n}"
_DIGITS = 12  # what bench-load writes for {n}
_WORDS = ("upbeat lo-fi hip-hop with mellow piano, warm bass, vinyl crackle, soft brushed drums, rain on a window, "
          "a distant train, late at night in a small city, hopeful and unhurried, fading out slowly at the end")


def _prompt() -> str:
    start = f"Piece {_NUMBER}: "
    return (start + _WORDS * 2)[:PROMPT_LENGTH - _DIGITS + len(_NUMBER)]


def _message(line: str, headers: dict[str, str], body: str = "") -> str:
    head = {"Host": "bench.local", "X-API-Key": API_KEY, **headers}
    if body:
        numbers = body.count(_NUMBER)
        head["Content-Length"] = str(len(body) + numbers * (_DIGITS - len(_NUMBER)))
    lines = [f"{line} HTTP/1.1", *(f"{name}: {value}" for name, value in head.items())]
    return "\r\n".join(lines) + "\r\n\r\n" + body


_ORDER = ('{"engine":"studio","prompt":"' + _prompt() + '","duration_seconds":120,"instrumental":true,'
          '"title":"Late Night Study"}')


def create(key: str = "bench-{n}") -> str:
    """A fresh key and a fresh prompt for each; with a fixed key: a replay after the first."""
    body = _ORDER if _NUMBER in key else _ORDER.replace(_NUMBER, "0" * _DIGITS)
    return _message(f"POST {GENERATIONS}", {"Content-Type": "application/json", "Idempotency-Key": key}, body)


def get() -> str:
    return _message(f"GET {GENERATIONS}/{{id}}", {})


def list_of(count: int) -> str:
    return _message(f"GET {GENERATIONS}?limit={count}", {})


def audio(path: str, first: int, last: int) -> str:
    return _message(f"GET {path}", {"Range": f"bytes={first}-{last}"})
