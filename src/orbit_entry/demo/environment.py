"""The demo environment: serves the sandbox and runs the real shop against its simulators."""

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from orbit_adapters.sql.engine import open_engine
from orbit_adapters.sql.storage import SqlStorage
from orbit_domain.money import RUB
from orbit_domain.storage import Storage
from orbit_entry.config.given import given_variables
from orbit_entry.config.payment_reading import settings_of_other_packages
from orbit_entry.config.reading import shop_settings
from orbit_entry.demo.owner import DemoOwner
from orbit_entry.demo.providers import connect_providers
from orbit_entry.process import run_process
from orbit_entry.runtime.periodic_job import Intervals
from orbit_entry.runtime.schema import prepare_database
from orbit_entry.web.server import serving
from orbit_entry.worker.worker import Worker
from orbit_sandbox.app import BANK_PATH, CHAIN_PATH, PANEL_PATH, SECOND_CHAIN_PATH, TELEGRAM_PATH, sandbox_app
from orbit_sandbox.bank.sim_bank import KEY as BANK_KEY
from orbit_sandbox.bank.sim_bank import WEBHOOK_SECRET as BANK_WEBHOOK_SECRET
from orbit_sandbox.control_panel import ControlPanel
from orbit_sandbox.marzban.sim_marzban import PASSWORD, USERNAME
from orbit_sandbox.sandbox import BOT_TOKEN, Sandbox

RATE_RUB = "250"
STAR_RUB = "1.35"
_OTHER_RATES = (
    "ORBIT_TON_RATE_MINIMUM", "ORBIT_TON_RATE_MAXIMUM",
    "ORBIT_TON_RATE_RUB", "ORBIT_TON_RATE_RUB_MINIMUM", "ORBIT_TON_RATE_RUB_MAXIMUM",
)  # fmt: skip
_USDT = ("ORBIT_USDT_TON", "ORBIT_USDT_TON_MASTER", "ORBIT_USDT_TON_RATE", "ORBIT_USDT_TON_WALLET")
INTERVALS = Intervals(chain_s=0.4, panel_s=0.3, notices_s=0.2, sweep_s=0.8, panels_s=0.8)
_LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class DemoEnvironment:
    """The parts of a running demo: the sandbox, the shop's database, the worker, and the page's address."""

    sandbox: Sandbox
    storage: Storage
    worker: Worker
    address: str


class _DeferredWorkerSwitch:
    """The worker switch of the control panel. The panel is built before the worker, which is set later."""

    def __init__(self) -> None:
        self.worker: Worker | None = None

    @property
    def running(self) -> bool:
        return self.worker is not None and self.worker.running

    async def kill(self) -> None:
        if self.worker is not None:
            await self.worker.kill()

    async def start(self) -> None:
        if self.worker is not None:
            await self.worker.start()


def sandbox_settings(address: str, sandbox: Sandbox, folder: Path, owner_id: int | None) -> dict[str, Any]:
    """The settings of a shop that uses the sandbox at *address* for everything. None: not set."""
    return {
        "BOT_TOKEN": BOT_TOKEN,
        "DATABASE_URL": f"sqlite+aiosqlite:///{folder / 'orbit.db'}",
        "ORBIT_DATA_DIR": str(folder),
        "REDIS_URL": None,
        "ORBIT_OWNER_ID": owner_id,
        "ORBIT_SUPPORT": "",
        "ORBIT_PANEL_URL": address + PANEL_PATH,
        "ORBIT_PANEL_USERNAME": USERNAME,
        "ORBIT_PANEL_PASSWORD": PASSWORD,
        "ORBIT_PANEL_CA_FILE": None,
        "ORBIT_PANEL_SUBSCRIPTION_URL": None,
        "ORBIT_PANEL_NODES": "{}",
        "ORBIT_SECRET_KEYS": None,
        # A backup is made by a process that reads the real shop's settings.
        "ORBIT_BACKUP_PUBLIC_KEY": "",
        "ORBIT_BACKUP_EVERY_HOURS": 0,
        "ORBIT_PUBLIC_URL": None,
        "ORBIT_DEVICE_LIMIT": None,
        "ORBIT_SUBSCRIPTION_TITLE": "Orbit",
        "ORBIT_TON_ADDRESS": sandbox.shop_wallet,
        "ORBIT_TON_NETWORK": sandbox.chain.network,
        "ORBIT_TON_API_URL": f"{address}{CHAIN_PATH}/api/v3",
        "ORBIT_TON_API_KEY": None,
        "ORBIT_TON_SECOND_API_URL": address + SECOND_CHAIN_PATH,
        "ORBIT_TON_SECOND_API_KEY": None,
        "ORBIT_TON_CONFIRM_FROM": None,
        **dict.fromkeys(_USDT),
        "ORBIT_CURRENCY": RUB.code,
        "ORBIT_TON_RATE": RATE_RUB,
        **dict.fromkeys(_OTHER_RATES),
        "ORBIT_STARS_PRICE": STAR_RUB,
        "ORBIT_STARS_SUBSCRIPTIONS": "on",
        "ORBIT_BANK_URL": address + BANK_PATH,
        "ORBIT_BANK_KEY": BANK_KEY,
        "ORBIT_BANK_WEBHOOK_SECRET": BANK_WEBHOOK_SECRET,
        "ORBIT_TELEGRAM_API_URL": address + TELEGRAM_PATH,
        "ORBIT_WEBHOOK_URL": None,
        "ORBIT_WEBHOOK_SECRET": None,
        "ORBIT_WEB_HOST": _LOOPBACK,
        "ORBIT_WEB_PORT": 0,
        "ORBIT_METRICS_PORT": None,
        "ORBIT_METRICS_HOST": _LOOPBACK,
        "ORBIT_LOG_LEVEL": "error",
    }


@asynccontextmanager
async def open_environment(
    sandbox: Sandbox, folder: Path, port: int, owner_id: int | None, *, pushed: bool = False
) -> AsyncIterator[DemoEnvironment]:
    """Serve the sandbox on *port* (0: a free one) and run the shop while the block runs.

    With *pushed* updates come through the webhook instead of polling. Raises OSError.
    """
    database = f"sqlite+aiosqlite:///{folder / 'orbit.db'}"
    switch, owner = _DeferredWorkerSwitch(), DemoOwner()
    engine = open_engine(database)
    try:
        storage = SqlStorage(engine, base=RUB)
        app = sandbox_app(sandbox, ControlPanel(sandbox, storage, switch), owner)
        async with serving(app, _LOOPBACK, port) as address:
            web_port = _free_port()
            shop_address = f"http://{_LOOPBACK}:{web_port}"
            variables = sandbox_settings(address, sandbox, folder, owner_id) | {"ORBIT_WEB_PORT": web_port}
            variables |= connect_providers(sandbox, address, shop_address)
            variables |= settings_of_other_packages(given_variables())
            settings = shop_settings(variables | (_pushed(shop_address) if pushed else {}))
            await prepare_database(settings)
            async with run_process(settings, sandbox.clock, INTERVALS) as worker:
                switch.worker = worker
                async with owner.of_shop(settings, sandbox.clock):
                    yield DemoEnvironment(sandbox, storage, worker, address)
    finally:
        await engine.dispose()


def _free_port() -> int:
    """A port for the shop's web server, which the simulators send their webhooks to."""
    with socket.create_server((_LOOPBACK, 0)) as free:
        return int(free.getsockname()[1])


def _pushed(shop_address: str) -> dict[str, Any]:
    return {"ORBIT_WEBHOOK_URL": shop_address, "ORBIT_WEBHOOK_SECRET": "a-secret-of-the-sandbox"}
