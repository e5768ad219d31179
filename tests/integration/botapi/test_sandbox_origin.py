"""The sandbox page is this machine's own: no foreign page reads or moves it through the browser."""

from collections.abc import AsyncIterator
from typing import cast

import httpx
import pytest

from orbit_domain.storage import Storage
from orbit_sandbox.app import sandbox_app
from orbit_sandbox.control_panel import ControlPanel, WorkerSwitch
from orbit_sandbox.sandbox import Sandbox

OWN = ["127.0.0.1:8090", "localhost:8090", "LOCALHOST", "[::1]:8090"]
FOREIGN = ["evil.example", "127.0.0.1.evil.example", "evil.example:8090", "", "127.0.0.1@evil.example", "[::1"]
CUSTOMER = {"name": "Anna", "language": "en"}


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    """A client of the sandbox with its page; neither storage nor worker is used here."""
    sandbox = Sandbox()
    control_panel = ControlPanel(sandbox, cast(Storage, None), cast(WorkerSwitch, None))
    transport = httpx.ASGITransport(sandbox_app(sandbox, control_panel))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8090") as one:
        yield one


@pytest.mark.parametrize("host", OWN)
async def test_its_own_names_are_served(client: httpx.AsyncClient, host: str) -> None:
    """The page opens, and its own scripts may act, under each name of this machine."""
    assert (await client.get("/", headers={"Host": host})).status_code == 200
    own = {"Host": host, "Origin": f"http://{host}"}
    assert (await client.post("/sandbox/customers", json=CUSTOMER, headers=own)).status_code == 200


@pytest.mark.parametrize("host", FOREIGN)
@pytest.mark.parametrize("path", ["/", "/sandbox/file/x", "/panel/api/admin"])
async def test_a_foreign_name_is_refused(client: httpx.AsyncClient, host: str, path: str) -> None:
    """A name that was made to lead here opens nothing."""
    assert (await client.get(path, headers={"Host": host})).status_code == 400


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://127.0.0.1:9999", "https://127.0.0.1:8090", ""]
)
async def test_a_foreign_page_changes_nothing(client: httpx.AsyncClient, origin: str) -> None:
    """A form or a script of another origin, of another port too, adds no customer."""
    refused = await client.post("/sandbox/customers", json=CUSTOMER, headers={"Origin": origin})
    assert refused.status_code == 403


async def test_a_program_without_a_browser_is_let_in(client: httpx.AsyncClient) -> None:
    """The shop itself, and a script in a terminal, send no Origin."""
    assert (await client.post("/sandbox/customers", json=CUSTOMER)).status_code == 200
