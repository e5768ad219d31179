"""The whole sandbox as one ASGI application: seven simulators, the control panel and its page."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

from orbit_sandbox.bank.app import bank_app
from orbit_sandbox.bank.push import bank_push
from orbit_sandbox.chain.tonapi import tonapi_app
from orbit_sandbox.chain.toncenter import toncenter_app
from orbit_sandbox.control_panel import ControlPanel, control_panel_routes
from orbit_sandbox.cryptopay.app import cryptopay_app
from orbit_sandbox.cryptopay.push import cryptopay_push
from orbit_sandbox.local_only import LocalOnly
from orbit_sandbox.marzban.app import marzban_app
from orbit_sandbox.owner_actions import OwnerActions, owner_routes
from orbit_sandbox.provider_push import ProviderPush, unsigned
from orbit_sandbox.sandbox import Sandbox
from orbit_sandbox.telegram.app import bot_api_app
from orbit_sandbox.telegram.push import WebhookPush
from orbit_sandbox.yookassa.app import yookassa_app

TELEGRAM_PATH = "/telegram"
CHAIN_PATH = "/ton"
SECOND_CHAIN_PATH = "/tonapi"
BANK_PATH = "/bank"
CRYPTOPAY_PATH = "/cryptopay"
YOOKASSA_PATH = "/yookassa"
PANEL_PATH = "/panel"
_PAGE = Path(__file__).parent / "page"


def sandbox_app(
    sandbox: Sandbox, control_panel: ControlPanel | None = None, owner: OwnerActions | None = None
) -> FastAPI:
    """Serve *sandbox*. With a *control_panel*, serve its page at `/` too, to this machine only.

    With an *owner* the page can refund.

    Its lifespan pushes updates and the providers' news.
    """

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        pushes = (
            WebhookPush(sandbox.telegram, sandbox.faults),
            bank_push(sandbox.bank, sandbox.faults),
            cryptopay_push(sandbox.cryptopay, sandbox.faults),
            ProviderPush("yookassa", sandbox.yookassa, sandbox.faults, unsigned),
        )
        pushing = {asyncio.create_task(push.run()) for push in pushes}
        yield
        while pushing:
            for task in pushing:
                task.cancel()
            pushing = (await asyncio.wait(pushing, timeout=0.5))[1]

    app = FastAPI(title="Orbit sandbox", docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan)
    app.mount(TELEGRAM_PATH, bot_api_app(sandbox.telegram, sandbox.faults))
    app.mount(CHAIN_PATH, toncenter_app(sandbox.chain, sandbox.faults))
    app.mount(SECOND_CHAIN_PATH, tonapi_app(sandbox.chain, sandbox.faults))
    app.mount(BANK_PATH, bank_app(sandbox.bank, sandbox.faults))
    app.mount(CRYPTOPAY_PATH, cryptopay_app(sandbox.cryptopay, sandbox.faults))
    app.mount(YOOKASSA_PATH, yookassa_app(sandbox.yookassa, sandbox.faults))
    app.mount(PANEL_PATH, marzban_app(sandbox.panel, sandbox.faults))
    if control_panel is not None:
        app.add_middleware(LocalOnly)
        # Not `include_router`, which would build each route a second time.
        app.router.routes += control_panel_routes(control_panel).routes
        if owner is not None:
            app.router.routes += owner_routes(owner).routes
        app.mount("/", StaticFiles(directory=_PAGE, html=True))
    return app
