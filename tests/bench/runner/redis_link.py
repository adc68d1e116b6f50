"""The few words of the Redis protocol that the bench needs."""
import socket
from pathlib import Path


class RedisLink:
    def __init__(self, path: Path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(60)
        self.socket.connect(str(path))
        self.input = self.socket.makefile("rb")

    def call(self, *words) -> object:
        self.socket.sendall(self._request(words))
        return self._reply()

    def pipeline(self, calls: list[tuple]) -> list:
        self.socket.sendall(b"".join(self._request(words) for words in calls))
        return [self._reply() for _ in calls]

    def info(self, section: str) -> dict[str, str]:
        lines = self.call("INFO", section).decode().splitlines()
        return dict(line.split(":", 1) for line in lines if ":" in line)

    @staticmethod
    def _request(words: tuple) -> bytes:
        parts = [word if isinstance(word, bytes) else str(word).encode() for word in words]
        return b"*%d\r\n" % len(parts) + b"".join(b"$%d\r\n%s\r\n" % (len(part), part) for part in parts)

    def _reply(self) -> object:
        line = self.input.readline().rstrip(b"\r\n")
        kind, rest = line[:1], line[1:]
        if kind == b"-":
            raise RuntimeError(rest.decode())
        if kind == b":":
            return int(rest)
        if kind == b"$":
            return None if rest == b"-1" else self.input.read(int(rest) + 2)[:-2]
        if kind == b"*":
            return [self._reply() for _ in range(max(int(rest), 0))]
        return rest.decode()
