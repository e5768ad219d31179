"""A web server of its own process, for a test that floods it: `python -m tests.integration.entry.flooded_server`."""

import asyncio
import sys

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from orbit_entry.runtime.event_loop import run_in_event_loop
from orbit_entry.runtime.logs import start_logging
from orbit_entry.web.server import serving


async def _live(_: Request) -> JSONResponse:
    return JSONResponse({"status": "healthy"})


async def _echo(request: Request) -> JSONResponse:
    return JSONResponse({"bytes": len(await request.body())})


async def main() -> None:
    """Serve until the input ends; the first line of the output is the address."""
    start_logging("info")
    app = Starlette(routes=[Route("/health/live", _live), Route("/echo", _echo, methods=["POST"])])
    async with serving(app, "127.0.0.1", 0) as address:
        sys.stdout.write(f"{address}\n")
        sys.stdout.flush()
        await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    run_in_event_loop(main())
