"""The harness of the Remnawave tests: the simulated panel of either version, and the contract's hooks."""

import asyncio
from copy import deepcopy
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from urllib.parse import urlsplit
from uuid import UUID

import httpx
from pydantic import SecretStr

from orbit_adapters.remnawave.panel import RemnawavePanel
from orbit_adapters.remnawave.settings import RemnawaveSettings
from orbit_domain.access.account import Account, TrafficQuota
from orbit_domain.ids import KeyId
from orbit_sandbox.faults import Faults
from orbit_sandbox.marzban.in_process import InProcess
from orbit_sandbox.remnawave import users
from orbit_sandbox.remnawave.app import remnawave_app
from orbit_sandbox.remnawave.sim_remnawave import TOKEN, V2, demo_remnawave
from orbit_sandbox.remnawave.slow_answers import FAULTS
from orbit_testing.contracts.vpn_panel import VpnPanelContract
from orbit_testing.contracts.vpn_panel_hooks import CallFault
from tests.integration.marzban.harness import START, RecordingTransport
from tests.support.clock import FakeClock

BASE_URL = "http://remnawave.test:3000"
SECRET = "a-secret-of-our-own-with-40-characters!!"
HELSINKI, WARSAW = (str(UUID(int=0xB1)),), (str(UUID(int=0xB2)),)
KEY = KeyId(UUID(int=5))
NAME = "orbit_5"
CREDENTIAL = UUID("55555555-0000-4000-8000-000000000000")
LIMIT = 1_000_000
PROXIED = {"x-forwarded-for": "127.0.0.1", "x-forwarded-proto": "https"}


class PanelHarness:
    """A simulated panel, the transport to it and the adapter."""

    def __init__(self, version: str = V2) -> None:
        self.clock = FakeClock(START)
        self.sim = demo_remnawave(self.clock, Random(7), version)
        self.faults = Faults(FAULTS)
        self.app = remnawave_app(self.sim, self.faults, _for_ever)
        self.transport = RecordingTransport(InProcess(self.app))
        self.http = httpx.AsyncClient(transport=self.transport)
        self.settings = panel_settings()
        self.panel = self.new_panel()

    def new_panel(self, **settings: object) -> RemnawavePanel:
        """One more adapter on the same transport, like that of another replica."""
        return RemnawavePanel(panel_settings(**settings) if settings else self.settings, self.http, self.clock)


async def _for_ever(_: float) -> None:
    """What a drop of a slow answer takes."""
    await asyncio.Event().wait()


def month_in_helsinki() -> Account:
    """A month with a limit."""
    return Account(KEY, NAME, CREDENTIAL, HELSINKI, START + timedelta(days=30), traffic=TrafficQuota(LIMIT))


def numbered(wanted: Account, number: int) -> Account:
    """Another key's account."""
    key_id, credential = KeyId(UUID(int=100 + number)), UUID(int=0xC0000 + number)
    return replace(wanted, key_id=key_id, credential=credential, username=f"orbit_{100 + number}")


def panel_settings(**changes: object) -> RemnawaveSettings:
    """The settings of the demo's panel with *changes*."""
    plain: dict[str, object] = {
        "panel_id": "hel-waw",
        "base_url": BASE_URL,
        "token": SecretStr(TOKEN),
        "secret": SecretStr(SECRET),
    }
    return RemnawaveSettings.model_validate(plain | changes)


class RemnawaveContract(VpnPanelContract):
    """The contract's hooks over the simulated panel, which hides links of accounts that are off."""

    placements = (HELSINKI, WARSAW)
    lists_links = False
    shows_links_when_off = False
    # The day of the month counts, from ten past midnight on.
    reset_slack = timedelta(days=1)
    harness: PanelHarness

    def now(self) -> datetime:
        return self.harness.clock.now()

    def pass_time(self, by: timedelta) -> None:
        self.harness.clock.at += by
        self.harness.sim.settle()

    def exhaust_traffic(self, username: str) -> None:
        self.use_traffic(username, self.harness.sim.users[username].traffic_limit)

    def use_traffic(self, username: str, traffic_bytes: int) -> None:
        self.harness.sim.carry(username, traffic_bytes)
        self.pass_time(timedelta(seconds=45))

    def disable(self, username: str) -> None:
        self.harness.sim.users[username].status = "DISABLED"

    def drop_account(self, username: str) -> None:
        del self.harness.sim.users[username]

    def add_foreign(self, username: str) -> None:
        body = {"username": username, "expireAt": "2027-01-01T00:00:00Z", "description": "another owner"}
        users.create(self.harness.sim, body)

    def snapshot(self, username: str) -> object:
        return deepcopy(self.harness.sim.users.get(username))

    def usernames(self) -> set[str]:
        return set(self.harness.sim.users)

    def device_limit(self, username: str) -> int | None:
        return self.harness.sim.users[username].hwid_device_limit

    def inject_fault(self, kind: CallFault) -> None:
        self.harness.transport.fail_next(kind)

    async def subscription_links(self, subscription_url: str) -> tuple[str, ...]:
        short = urlsplit(subscription_url).path.rpartition("/")[2]
        url = f"{self.harness.settings.base_url}/api/sub/{short}/info"
        response = await self.harness.http.get(url, headers=PROXIED)
        return tuple(response.json()["response"]["links"]) if response.status_code == 200 else ()
