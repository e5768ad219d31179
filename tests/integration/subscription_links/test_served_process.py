"""A running process of the shop serves its links over HTTP, from its own database, with its own wiring."""

from pathlib import Path

import httpx

from orbit_domain.ids import TelegramId
from orbit_domain.use_cases.deliver_notices import DeliverNotices
from orbit_domain.use_cases.give_link import GiveLink
from orbit_domain.use_cases.provision_keys import ProvisionKeys
from orbit_domain.use_cases.register_user import RegisterUser
from orbit_domain.use_cases.seed_shop import SeedShop
from orbit_domain.use_cases.start_trial import StartTrial
from orbit_entry.config.process import ProcessRole
from orbit_entry.config.reading import shop_settings
from orbit_entry.demo.environment import INTERVALS, sandbox_settings
from orbit_entry.process import run_process
from orbit_entry.runtime.schema import prepare_database
from orbit_entry.web.server import serving
from orbit_entry.wiring.container import shop_container
from orbit_sandbox.app import sandbox_app
from orbit_sandbox.sandbox import Sandbox
from tests.integration.subscription_links.linked_shop import links_in
from tests.support.clock import StillSandboxClock
from tests.support.servers.watchdog import free_port

ANNA = TelegramId(42)


async def test_a_link_of_a_running_shop(tmp_path: Path) -> None:
    """What was bought is behind the link of the settings; bombs and methods that aren't meant get nothing."""
    sandbox = Sandbox(clock=StillSandboxClock())
    async with serving(sandbox_app(sandbox), "127.0.0.1", 0) as address:
        port = free_port()
        public = f"http://127.0.0.1:{port}"
        variables = sandbox_settings(address, sandbox, tmp_path, None)
        settings = shop_settings(variables | {"ORBIT_PUBLIC_URL": public, "ORBIT_WEB_PORT": port})
        await prepare_database(settings)
        container = shop_container(settings, sandbox.clock)
        await (await container.get(SeedShop))()
        await (await container.get(RegisterUser))(ANNA, "anna", "en")
        await (await container.get(StartTrial))(ANNA)
        assert await (await container.get(ProvisionKeys))() == 1
        assert await (await container.get(DeliverNotices))() >= 0
        own = await (await container.get(GiveLink))(ANNA)
        assert own is not None
        assert own.url.startswith(f"{public}/s/")
        async with (
            run_process(settings, sandbox.clock, INTERVALS, frozenset({ProcessRole.WEB})),
            httpx.AsyncClient() as app,
        ):
            served = await app.get(own.url, headers={"user-agent": "v2rayNG/1.9"})
            assert served.status_code == 200
            assert links_in(served)[0].startswith("vless://")
            assert (await app.get(f"{public}/s/{'A' * 32}")).status_code == 404
            assert (await app.post(own.url)).status_code == 405
            assert (await app.get(own.url, headers={"x-bomb": "a" * 10_000})).status_code == 431
            assert (await app.get(own.url, headers={"x-bomb": "a" * 100_000})).status_code == 431
        await container.close()
