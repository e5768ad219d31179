"""One paid order is followed through the log, from the tap to the account on the panel."""

import io
import json
import logging
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
import structlog

from orbit_adapters.sql.slow_query_log import SlowQueryLog
from orbit_entry.demo import environment
from orbit_entry.demo.customer import Customer
from orbit_entry.runtime.logs import start_logging
from orbit_sandbox.sandbox import Sandbox

PATIENCE_S = 100


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """The log, in which every statement counts as slow, so that each has a line. Afterwards all is as before."""
    before, root, stderr = structlog.get_config(), logging.getLogger(), io.StringIO()
    handlers, level = list(root.handlers), root.level
    monkeypatch.setattr(SlowQueryLog.__init__, "__defaults__", (-1, time.monotonic_ns))
    monkeypatch.setattr("sys.stderr", stderr)
    start_logging("info", "json")
    yield stderr
    structlog.configure(**before)
    root.handlers, root.level = handlers, level


def works(lines: list[dict[str, Any]], statement: str) -> set[str]:
    """The pieces of work that have sent a statement which begins so."""
    said = (line for line in lines if line.get("fingerprint", "").startswith(statement))
    return {line["request_id"] for line in said if "request_id" in line}


def trail(lines: list[dict[str, Any]], work: str) -> list[str]:
    """*work*, what has asked for it, and so on to the first."""
    causes = {line["request_id"]: line["cause"] for line in lines if "cause" in line}
    found = [work]
    while found[-1] in causes:
        found.append(causes[found[-1]])
    return found


async def test_an_order_is_followed_through_the_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, written: io.StringIO
) -> None:
    """Each statement of a tap, of the run that credits the money and of the one that makes the key has that work's id.

    The panel reads the same id as the log has, and the lines lead from there, and from the notice, to the money.
    """
    sandbox, asked = Sandbox(), list[httpx.Request]()
    send = httpx.AsyncClient.send

    async def heard(client: httpx.AsyncClient, request: httpx.Request, **how: Any) -> httpx.Response:
        asked.append(request)
        return await send(client, request, **how)

    monkeypatch.setattr(httpx.AsyncClient, "send", heard)
    # A sweep that comes first has no cause, so none comes.
    signalled = replace(environment.INTERVALS, panel_s=3600, notices_s=3600)
    monkeypatch.setattr(environment, "INTERVALS", signalled)
    anna = sandbox.telegram.add_customer("Анна", "ru")
    async with environment.open_environment(sandbox, tmp_path, 0, None) as shop:
        customer = Customer(sandbox, shop.storage, anna.id, PATIENCE_S)
        sandbox.telegram.press_start(anna.id)
        await customer.until_scanned()
        customer.pay(await customer.request_invoice())
        await customer.until_delivered()
    written.seek(0)
    lines = [json.loads(line) for line in written]
    (made,) = (one for one in asked if one.method == "POST" and one.url.path.endswith("/api/user"))
    money = works(lines, "INSERT INTO ledger_entries")
    keys, notices = made.headers["x-request-id"], works(lines, "UPDATE outbox SET lease_until=?, done_at")

    (tap,) = works(lines, "INSERT INTO orders")
    assert tap in works(lines, "SELECT")
    assert keys in works(lines, "INSERT INTO placements")
    assert trail(lines, keys)[-1] in money
    assert any(trail(lines, one)[-1] in money for one in notices)
    assert tap not in money | {keys} | notices
