"""A Docker client without an engine costs no time and no error."""

import socket
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from tests.support.servers.containers import engine_answers
from tests.support.servers.watchdog import free_port


class _Engine(BaseHTTPRequestHandler):
    """As much of an engine as a probe needs."""

    server: "_EngineServer"

    def do_GET(self) -> None:
        body = b"OK" if self.path.endswith("/_ping") else b'{"message": "page not found"}'
        self.send_response(self.server.status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_request(self, code: object = "-", size: object = "-") -> None:
        """Write no log."""


class _EngineServer(ThreadingHTTPServer):
    """An engine that answers every request with one status."""

    def __init__(self, status: int) -> None:
        super().__init__(("127.0.0.1", 0), _Engine)
        self.status = status


@pytest.fixture(params=[200, 400], ids=["same_version", "other_version"])
def engine_port(request: pytest.FixtureRequest) -> Iterator[int]:
    with _EngineServer(request.param) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()


@pytest.fixture
def silent_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


def test_an_engine_that_answers_is_found(engine_port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The engine is found where the machine's settings say, also one that is older than our library."""
    monkeypatch.setenv("DOCKER_HOST", f"tcp://127.0.0.1:{engine_port}")
    assert engine_answers()


def test_a_socket_without_an_engine_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A socket that a stopped engine left behind isn't taken for a running one."""
    with socket.socket(socket.AF_UNIX) as left_behind:
        left_behind.bind(str(tmp_path / "docker.sock"))
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/docker.sock")
    assert not engine_answers()


def test_a_client_without_an_engine_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A socket that isn't there means that there is no engine, whatever command is installed."""
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/docker.sock")
    assert not engine_answers()


def test_a_closed_port_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """A refused connection is an answer too."""
    monkeypatch.setenv("DOCKER_HOST", f"tcp://127.0.0.1:{free_port()}")
    assert not engine_answers()


def test_an_engine_that_hangs_is_passed_over(silent_port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """An engine that accepts and never answers is given up when its time is over."""
    monkeypatch.setenv("DOCKER_HOST", f"tcp://127.0.0.1:{silent_port}")
    assert not engine_answers(timeout_s=0.2)


def test_nonsense_in_the_settings_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """An address that is none doesn't stop the search for other servers."""
    monkeypatch.setenv("DOCKER_HOST", "carrier-pigeon://roof")
    assert not engine_answers()
