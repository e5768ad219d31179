"""Every line of the log, every job and every call of a panel says which piece of work it belongs to."""

import asyncio
import io
import json
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
import structlog
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from orbit_adapters.panel_plugin.http_client import panel_client
from orbit_adapters.tracing.http_client import TracedClient
from orbit_adapters.tracing.request_id import bound_request_id, new_request_id, request_cause, request_id
from orbit_adapters.tracing.spans import SpanKind, piece_of_work
from orbit_entry.runtime.broker import LocalBroker
from orbit_entry.runtime.logs import start_logging
from orbit_entry.runtime.periodic_job import JobName, PeriodicJob
from orbit_entry.web.traced_requests import TracedRequests
from orbit_entry.worker.job_runner import JobRunner

ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]+")


@contextmanager
def logged(monkeypatch: pytest.MonkeyPatch, log_format: str = "json") -> Iterator[io.StringIO]:
    """What is written to stderr meanwhile. Afterwards logs go where they went before."""
    before, handlers = structlog.get_config(), list(logging.getLogger().handlers)
    level, stderr = logging.getLogger().level, io.StringIO()
    monkeypatch.setattr("sys.stderr", stderr)
    start_logging("info", log_format)  # type: ignore[arg-type]
    try:
        yield stderr
    finally:
        structlog.configure(**before)
        logging.getLogger().handlers = handlers
        logging.getLogger().setLevel(level)


def test_every_line_has_the_id(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ours and a library's, in JSON line by line, exceptions included; outside a piece of work there is none."""
    log = structlog.get_logger()
    with logged(monkeypatch) as stderr:
        log.info("before")
        with piece_of_work(SpanKind.UPDATE, "message"):
            inner = request_id()
            log.warning("slow_statement", fingerprint="SELECT ?")
            try:
                raise RuntimeError("two\nlines")
            except RuntimeError:
                logging.getLogger("asyncio").exception("a task has died")
            with piece_of_work(SpanKind.WEB, "/s"):
                log.info("a part of it")
    lines = [json.loads(line) for line in stderr.getvalue().splitlines()]
    assert [line.get("request_id") for line in lines] == [None, inner, inner, inner]
    assert (lines[2]["logger"], lines[2]["level"]) == ("asyncio", "error")
    assert "two\nlines" in lines[2]["exception"]
    assert request_id() is None


def test_words_for_people(monkeypatch: pytest.MonkeyPatch) -> None:
    """`console` is for reading: the same facts, no JSON, no values of variables in a traceback, and no secret."""
    with logged(monkeypatch, "console") as stderr, bound_request_id("abcdefgh-1", "abcdefgh-0"):
        hidden = "value-of-a-variable"
        try:
            raise RuntimeError("why bot123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw")
        except RuntimeError:
            structlog.get_logger().exception("job_failed", job="keys")
    assert hidden not in stderr.getvalue()
    assert "AAHdq" not in stderr.getvalue()
    for word in ("job_failed", "job=keys", "request_id=abcdefgh-1", "cause=abcdefgh-0", "RuntimeError: why"):
        assert word in stderr.getvalue()


async def _answered(app: Starlette, *given: str) -> str:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(TracedRequests(app)), base_url="http://shop") as http:
        answer = await http.get("/s/AAECAwQFBgcICQoLDA0ODxAREhMUFRYX", headers=[("X-Request-Id", one) for one in given])
    assert "x-request-id" not in answer.headers
    return answer.text


async def test_a_proxy_may_name_a_request() -> None:
    """A well-formed id is taken; what could forge a line, two ids and none get one of ours."""

    async def show(_: Request) -> Response:
        return Response(request_id())

    app = Starlette(routes=[Route("/s/{token}", show)])
    assert await _answered(app, "0af7651916cd43dd-8448eb21") == "0af7651916cd43dd-8448eb21"
    for strange in ((), ("short",), ("a" * 65,), ('"},{"x":"12345',), ("one-of-two-1", "one-of-two-2")):
        assert ID.fullmatch(await _answered(app, *strange))


async def test_a_job_names_who_has_asked_for_it() -> None:
    """A run has an id of its own and the cause of its signal, the run after it as well; a sweep has none."""
    seen: list[tuple[str | None, str | None]] = []
    broker, runs = LocalBroker(), asyncio.Event()

    async def job() -> None:
        seen.append((request_id(), request_cause()))
        if len(seen) == 1:
            with bound_request_id("tap-00000002"):
                await broker.send(JobName.KEYS, urgent=True)
            await asyncio.sleep(0)
        if len(seen) == 2:
            runs.set()

    runner = JobRunner([PeriodicJob(JobName.KEYS, 0, job)])
    broker.register(JobName.KEYS, lambda urgent: runner.run(JobName.KEYS, urgent=urgent))
    with bound_request_id("tap-00000001"):
        await broker.send(JobName.KEYS, urgent=True)
    await runs.wait()
    await runner.stop(1)
    swept = JobRunner([PeriodicJob(JobName.KEYS, 0, job)])
    await swept.run(JobName.KEYS, urgent=False)
    assert [cause for _, cause in seen] == ["tap-00000001", "tap-00000002", None]
    assert len({own for own, _ in seen}) == 3
    assert all(own and ID.fullmatch(own) for own, _ in seen)


class PanelSettings:
    """The least that a client of a panel needs."""

    verify_tls, ca_file, timeout_s, in_flight = True, None, 5.0, 2


async def test_a_panel_reads_the_id_and_nobody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    """Calls to panels carry it, so that the panel's log and ours can be laid side by side; providers don't get it."""
    heads: list[str | None] = []

    async def answer(_: Any, request: httpx.Request, **options: Any) -> httpx.Response:
        heads.append(request.headers.get("x-request-id"))
        return httpx.Response(200, request=request)

    monkeypatch.setattr(httpx.AsyncClient, "send", answer)
    async with panel_client(PanelSettings()) as panel, TracedClient() as provider:
        await panel.get("http://panel/")
        with bound_request_id(own := new_request_id()):
            await panel.get("http://panel/")
            await provider.get("http://provider/")
    assert heads == [None, own, None]
