"""music-gateway --probe against a real gateway, and against peers that are not well."""

import contextlib
import socket
import tempfile
import threading
import time
import unittest

import running_gateway


@contextlib.contextmanager
def peer(answer):
    """Yields the URL of a listener that sends `answer` to its first caller; None: never a byte."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        def serve():
            with contextlib.suppress(OSError):
                connection, _ = listener.accept()
                with connection:
                    connection.recv(4096)
                    if answer is not None:
                        connection.sendall(answer)
                        connection.shutdown(socket.SHUT_WR)
                    while connection.recv(4096):
                        pass
        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            with contextlib.suppress(OSError):
                socket.create_connection(listener.getsockname(), 1).close()
            thread.join(running_gateway.PATIENCE)


class Probe(unittest.TestCase):
    def probe(self, url):
        return running_gateway.run(["--probe", url])

    def test_a_gateway_that_is_well_is_0_and_silent(self):
        with tempfile.TemporaryDirectory() as folder, running_gateway.serving(folder) as (_, admin):
            for path in ("/healthz", "/readyz", "/metrics"):
                done = self.probe(admin + path)
                self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))
            done = self.probe(admin + "/nothing")
            self.assertEqual(done.returncode, 1)
            self.assertIn("404", done.stderr)

    def test_a_gateway_without_its_store_is_alive_but_not_ready_and_says_why(self):
        with tempfile.TemporaryDirectory() as folder, running_gateway.serving(folder, "redis") as (_, admin):
            self.assertEqual(self.probe(admin + "/healthz").returncode, 0)
            done = self.probe(admin + "/readyz")
            self.assertEqual(done.returncode, 1)
            self.assertRegex(done.stderr, "503 .*not ready.*reasons")

    def test_nobody_there_is_1(self):
        with socket.socket() as unused:
            unused.bind(("127.0.0.1", 0))  # bound, not listening
            done = self.probe(f"http://127.0.0.1:{unused.getsockname()[1]}/")
        self.assertEqual(done.returncode, 1)
        self.assertIn("refused", done.stderr)

    def test_a_peer_that_never_answers_is_1_within_seconds(self):
        with peer(None) as url:
            start = time.monotonic()
            done = self.probe(url)
            self.assertLess(time.monotonic() - start, 10)
        self.assertEqual(done.returncode, 1)
        self.assertTrue(done.stderr)

    def test_anything_that_is_not_200_is_1(self):
        for answer in (b"", b"nonsense\r\n\r\n", b"HTTP/1.1 204 No Content\r\n\r\n", b"HTTP/1.1 500 No\r\n\r\n",
                       b"HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1/\r\ncontent-length: 0\r\n\r\n",
                       b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nshort",
                       b"HTTP/1.1 200 OK\r\ncontent-length: 99999999\r\n\r\n",
                       b"HTTP/1.1 200 OK\r\n" + b"x: y\r\n" * 10_000 + b"\r\n"):
            with self.subTest(answer[:60]), peer(answer) as url:
                done = self.probe(url)
                self.assertEqual(done.returncode, 1)
                self.assertTrue(done.stderr)


if __name__ == "__main__":
    unittest.main()
