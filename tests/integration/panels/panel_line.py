"""The line to one simulated panel: it can be cut, and it can hang."""

import asyncio
from enum import StrEnum

import httpx


class Line(StrEnum):
    """What becomes of a request: it arrives, nobody ever answers it, or it is refused at once."""

    OPEN = "open"
    HUNG = "hung"
    REFUSING = "refusing"


class PanelLine(httpx.AsyncBaseTransport):
    """The transport *inner*, behind a line in one of these states. `hung` counts requests that nobody answered."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self.state = Line.OPEN
        self.hung = 0
        self._inner = inner

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """One exchange. Raises httpx.ConnectError."""
        if self.state is Line.HUNG:
            self.hung += 1
            await asyncio.Event().wait()
        if self.state is Line.REFUSING:
            raise httpx.ConnectError("the connection was refused", request=request)
        return await self._inner.handle_async_request(request)
