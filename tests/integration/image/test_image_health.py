"""The health check of the image tells a healthy web process from a broken or an absent one."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator

import pytest
from starlette.applications import Starlette

from orbit_entry.web.app import web_app
from orbit_entry.web.health import Health
from orbit_entry.web.server import serving
from tests.integration.image.dockerfile import health_command, instructions
from tests.support.health import AllWell


async def exit_code(dockerfile: str, port: str) -> int:
    """The exit code of the image's own health check against the server at *port*."""
    _, *arguments = health_command(instructions(dockerfile))
    # A proxy of this machine must not be used for a server on this machine.
    environment = {**os.environ, "ORBIT_WEB_PORT": port, "http_proxy": "http://127.0.0.1:9"}
    process = await asyncio.create_subprocess_exec(
        sys.executable, *arguments, env=environment, stderr=asyncio.subprocess.DEVNULL
    )
    return await process.wait()


@pytest.fixture
async def living_port() -> AsyncIterator[str]:
    """The port of Orbit's real web server."""
    app = web_app(Health(AllWell()))
    async with serving(app, "127.0.0.1", 0) as address:
        yield address.rpartition(":")[2]


async def test_a_living_door_is_healthy(dockerfile: str, living_port: str) -> None:
    """Orbit's own `/health/live` satisfies the check."""
    assert await exit_code(dockerfile, living_port) == 0


async def test_another_answer_is_unhealthy(dockerfile: str) -> None:
    """A server that answers anything but 200 fails the check."""
    async with serving(Starlette(), "127.0.0.1", 0) as address:
        assert await exit_code(dockerfile, address.rpartition(":")[2]) == 1


async def test_no_answer_is_unhealthy(dockerfile: str, living_port: str) -> None:
    """A closed port fails the check, whichever error Python raises."""
    closed_port = "1"
    assert closed_port != living_port
    assert await exit_code(dockerfile, closed_port) != 0
