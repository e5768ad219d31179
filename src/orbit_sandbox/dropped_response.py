"""A response that breaks off."""

import httpx
from starlette.responses import Response
from starlette.types import Receive, Scope, Send


class DroppedResponse(Response):
    """An incomplete response: over a socket the connection drops, in process the request times out."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Begin the answer and end it nowhere."""
        headers = [(b"content-type", b"application/json"), (b"content-length", b"1024")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"{", "more_body": True})
        raise httpx.ReadTimeout("the simulator stopped responding")
