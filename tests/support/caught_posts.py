"""A server in a thread of its own that keeps whatever is posted to it."""

import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread


class CaughtPosts:
    """What was posted so far: path and body, unpacked."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.posts: list[tuple[str, bytes]] = []

    def bodies(self, path: str) -> list[bytes]:
        """The bodies that were posted below *path*."""
        return [body for at, body in self.posts if at.startswith(path)]


@contextmanager
def catching_posts() -> Iterator[CaughtPosts]:
    """Catch posts while the block runs, whatever the test's own event loop does."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            if self.headers.get("content-encoding") == "gzip":
                body = gzip.decompress(body)
            elif self.headers.get("content-encoding") == "deflate":
                body = zlib.decompress(body)
            caught.posts.append((self.path, body))
            self.send_response(200)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing: the test's output is not a log."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    caught = CaughtPosts(f"http://127.0.0.1:{server.server_port}")
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield caught
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
