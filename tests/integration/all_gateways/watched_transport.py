"""HTTP to a simulated provider inside the process: each request is a call that a process may die at."""

import json
from collections import Counter
from collections.abc import Callable
from typing import Any

import httpx
from starlette.types import ASGIApp

from tests.integration.all_gateways.way_to_pay import Disturbance
from tests.support.port_hooks import CallHook

Rows = Callable[[Any], list[Any] | None]
"""The rows in an answer, oldest first or newest first, to be changed in place; None: it is no list."""


class WatchedTransport(httpx.AsyncBaseTransport):
    """Calls *hook* before and after each request. Hides the newest row of a list while it is told to.

    The simulators can't do that: their providers show in the same answer what the newest row is, or promise nothing.
    """

    def __init__(self, app: ASGIApp, hook: CallHook, rows: Rows, newest: int) -> None:
        self.hides = 0
        self.happened: Counter[Disturbance] = Counter()
        self._inner = httpx.ASGITransport(app)
        self._hook = hook
        self._rows = rows
        self._newest = newest

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await self._hook.on_call()
        response = await self._inner.handle_async_request(request)
        if self.hides and request.method == "GET":
            response = self._hide_newest(response, await response.aread())
        await self._hook.on_call()
        return response

    def _hide_newest(self, response: httpx.Response, body: bytes) -> httpx.Response:
        answer = json.loads(body)
        rows = self._rows(answer) if response.status_code == 200 else None
        if rows:
            rows.pop(self._newest)
            self.hides -= 1
            self.happened[Disturbance.HIDDEN_TAIL] += 1
        return httpx.Response(response.status_code, json=answer)
