"""The line to a simulated panel on which answers get lost after the panel has done what was asked."""

from random import Random

import httpx

_LOGIN = "/token"


class CuttingLine(httpx.AsyncBaseTransport):
    """Half of the changes that the panel behind *inner* makes are never confirmed. `cut` counts them."""

    def __init__(self, inner: httpx.AsyncBaseTransport, chance: Random) -> None:
        self.cut = 0
        self._inner = inner
        self._chance = chance

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """One exchange. Raises httpx.ReadError or httpx.ReadTimeout, when all is done."""
        response = await self._inner.handle_async_request(request)
        is_change = request.method != "GET" and not request.url.path.endswith(_LOGIN)
        if not is_change or self._chance.random() < 0.5:
            return response
        body = await response.aread()
        await response.aclose()
        self.cut += 1
        end = self._chance.randrange(4)
        if end == 0:
            raise httpx.ReadError("reset by the test", request=request)
        if end == 1:
            raise httpx.ReadTimeout("silent by the test", request=request)
        if end == 2:  # A proxy lost its panel.
            return httpx.Response(502, content=b"<html><h1>Bad Gateway</h1></html>", request=request)
        return httpx.Response(response.status_code, content=body[: self._chance.randrange(len(body) + 1)])
