"""A load balancer before several bots: passes each update to the next one that takes it, and its answer back."""

from itertools import cycle

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from orbit_entry.bot.webhook import PATH


def balancer(bots: list[str], http: httpx.AsyncClient) -> Starlette:
    """Round robin over the addresses of *bots*; 503 when none answers."""
    turns = cycle(range(len(bots)))

    async def forward(request: Request) -> Response:
        body = await request.body()
        secret = request.headers.get("x-telegram-bot-api-secret-token", "")
        for _ in bots:
            try:
                answer = await http.post(
                    bots[next(turns)] + PATH, content=body, headers={"x-telegram-bot-api-secret-token": secret}
                )
            except httpx.TransportError:
                continue
            return Response(answer.content, answer.status_code, media_type=answer.headers.get("content-type"))
        return Response(status_code=503)

    return Starlette(routes=[Route(PATH, forward, methods=["POST"])])
