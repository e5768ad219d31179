"""httpx's client for what the shop asks of others."""

import time
from typing import Any

import httpx

from orbit_adapters.tracing.request_id import HEADER, request_id
from orbit_adapters.tracing.spans import SpanKind, is_collecting, record


class TracedClient(httpx.AsyncClient):
    """A client whose requests are spans, up to the head of the answer.

    With *tells_request_id* each says in `X-Request-Id` which piece of work it belongs to: for the shop's own panels,
    never for strangers.
    """

    def __init__(self, *, tells_request_id: bool = False, **options: Any) -> None:
        super().__init__(**options)
        self._tells_request_id = tells_request_id

    async def send(self, request: httpx.Request, **options: Any) -> httpx.Response:
        """Send *request* as httpx does."""
        if self._tells_request_id and HEADER not in request.headers and (current := request_id()) is not None:
            request.headers[HEADER] = current
        if not is_collecting():
            return await super().send(request, **options)
        started_ns, status, error = time.time_ns(), 0, "cancelled"
        try:
            response = await super().send(request, **options)
            status, error = response.status_code, ""
        except Exception as failure:
            error = type(failure).__name__
            raise
        finally:
            # The host alone: paths and queries hold tokens.
            about = {"http.request.method": request.method, "server.address": request.url.host}
            record(SpanKind.HTTP, request.method, started_ns, about | {"http.response.status_code": status}, error)
        return response
