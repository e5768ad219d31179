"""A bucket in this process that speaks the few calls of S3 that are used, and behaves as badly as a test wishes."""

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit
from xml.sax.saxutils import escape

from orbit_adapters.backup.s3_store import S3Copies, S3Patience, S3Place

BUCKET = "my-backups"
PREFIX = "orbit"
ACCESS = "the-access-key"
SECRET = "canary-secret-of-the-store"
_ERROR = b"<Error><Code>Nothing</Code><Message>no</Message></Error>"


@dataclass(slots=True)
class Bucket:
    """What it holds by key, every request as method and path, and its bad habits."""

    objects: dict[str, bytes] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    requests: list[tuple[str, str]] = field(default_factory=list)
    parts: dict[str, dict[int, bytes]] = field(default_factory=dict)
    answers: dict[str, int] = field(default_factory=dict)
    """Methods, or `LIST` or `PART`, that are answered with this status alone."""
    fails_first: int = 0
    """So many requests get a 503 before the store is well."""
    cuts: bool = False
    """Each upload's connection is cut in the middle."""
    silent: bool = False
    """An upload is read and never answered."""
    lies_by: int = 0
    """Every size that it tells is so much larger."""
    spoils: bool = False
    """What it keeps is other bytes of the same size, under a tag of its own."""
    own_tags: bool = False
    """Tags are no digests, as of a store that encrypts."""
    url: str = ""
    stopped: threading.Event = field(default_factory=threading.Event)

    def names(self) -> list[str]:
        """The names below the prefix."""
        return sorted(key.removeprefix(f"{PREFIX}/") for key in self.objects)

    def put(self, name: str, data: bytes = b"x") -> None:
        """Somebody has put an object there."""
        self.keep(f"{PREFIX}/{name}", data)

    def keep(self, key: str, data: bytes, tag: str = "") -> str:
        kept = b"?" * len(data) if self.spoils else data
        has_own = self.own_tags or self.spoils
        self.objects[key] = kept
        self.tags[key] = "0123-own" if has_own else tag or hashlib.md5(data).hexdigest()
        return self.tags[key]

    def place(self) -> S3Place:
        return S3Place(BUCKET, PREFIX, self.url, "us-east-1", ACCESS, SECRET)

    def store(self, *, answer: float = 20) -> S3Copies:
        """A client of it that waits so many seconds for an answer, and repeats twice at once."""
        patience = S3Patience(timedelta(seconds=answer), timedelta(seconds=20), 2, timedelta(milliseconds=1))
        return S3Copies(self.place(), patience)


@contextmanager
def running_bucket() -> Iterator[Bucket]:
    """A bucket on a port of this machine."""
    bucket = Bucket()
    handler = type("Handler", (_Handler,), {"bucket": bucket})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    bucket.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield bucket
    finally:
        bucket.stopped.set()
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    bucket: Bucket
    protocol_version = "HTTP/1.1"

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        if "list-type" in self._query():
            self._unless("LIST", self._list)
        else:
            self._unless("GET", lambda: self._send_object(self.bucket.objects[self._key()]))

    def do_HEAD(self) -> None:
        self._unless("HEAD", lambda: self._send_object(self.bucket.objects[self._key()]))

    def do_DELETE(self) -> None:
        self._unless("DELETE", self._delete)

    def do_POST(self) -> None:
        self._unless("POST", self._begin_or_complete)

    def do_PUT(self) -> None:
        if self.bucket.cuts:
            self.rfile.read(16)
            self.close_connection = True
            self.connection.close()
        elif self.bucket.silent:
            self.bucket.stopped.wait(60)
            self.close_connection = True
        else:
            self._unless("PART" if "uploadId" in self._query() else "PUT", self._put)

    def _unless(self, call: str, serve: object) -> None:
        """*serve*, unless this *call* is to be answered otherwise."""
        bucket = self.bucket
        self.body = self.rfile.read(int(self.headers.get("content-length") or 0))
        bucket.requests.append((call, self._key()))
        signed = f"Credential={ACCESS}/" in self.headers.get("authorization", "")
        if not signed or f"/{BUCKET}" != f"/{self.path.split('/')[1].partition('?')[0]}":
            self._answer(403 if not signed else 404, _ERROR)
        elif bucket.fails_first:
            bucket.fails_first -= 1
            self._answer(503, _ERROR)
        elif call in bucket.answers:
            self._answer(bucket.answers[call], _ERROR)
        else:
            try:
                serve()  # type: ignore[operator]
            except KeyError:
                self._answer(404, _ERROR)

    def _put(self) -> None:
        query = self._query()
        if "uploadId" in query:
            self.bucket.parts[query["uploadId"]][int(query["partNumber"])] = self.body
            tag = hashlib.md5(self.body).hexdigest()
        else:
            tag = self.bucket.keep(self._key(), self.body)
        self._answer(200, headers={"ETag": f'"{tag}"'})

    def _begin_or_complete(self) -> None:
        query, bucket = self._query(), self.bucket
        if "uploads" in query:
            upload = f"upload-{len(bucket.requests)}"
            bucket.parts[upload] = {}
            names = f"<Bucket>{BUCKET}</Bucket><Key>{self._key()}</Key><UploadId>{upload}</UploadId>"
            self._answer(200, f"<InitiateMultipartUploadResult>{names}</InitiateMultipartUploadResult>".encode())
            return
        parts = bucket.parts.pop(query["uploadId"])
        data = [parts[number] for number in sorted(parts)]
        digests = hashlib.md5(b"".join(hashlib.md5(part).digest() for part in data)).hexdigest()
        tag = bucket.keep(self._key(), b"".join(data), f"{digests}-{len(data)}")
        body = f'<CompleteMultipartUploadResult><ETag>"{tag}"</ETag></CompleteMultipartUploadResult>'
        self._answer(200, body.encode())

    def _delete(self) -> None:
        upload = self._query().get("uploadId")
        if upload is None:
            self.bucket.objects.pop(self._key(), None)
        else:
            self.bucket.parts.pop(upload, None)
        self._answer(204)

    def _list(self) -> None:
        prefix = self._query().get("prefix", "")
        listed = "".join(
            f"<Contents><Key>{escape(key)}</Key><LastModified>2026-01-01T00:00:00.000Z</LastModified>"
            f"<Size>{len(data) + self.bucket.lies_by}</Size></Contents>"
            for key, data in sorted(self.bucket.objects.items())
            if key.startswith(prefix)
        )
        self._answer(200, f"<ListBucketResult><Name>{BUCKET}</Name>{listed}</ListBucketResult>".encode())

    def _send_object(self, data: bytes) -> None:
        headers = {"ETag": f'"{self.bucket.tags[self._key()]}"', "Last-Modified": formatdate(0, usegmt=True)}
        self._answer(200, data, headers, length=len(data) + self.bucket.lies_by)

    def _answer(
        self, status: int, body: bytes = b"", headers: dict[str, str] | None = None, length: int | None = None
    ) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
        if length is not None and length != len(body):
            self.close_connection = True

    def _key(self) -> str:
        return urlsplit(self.path).path.removeprefix(f"/{BUCKET}").lstrip("/")

    def _query(self) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(urlsplit(self.path).query, keep_blank_values=True).items()}
