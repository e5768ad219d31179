"""A Marzban gives subscriptions as the port promises, in each of its formats."""

from datetime import timedelta

import pytest

from orbit_adapters.marzban.subscription import MarzbanSubscriptions
from orbit_adapters.subscription_content.reading import FormatReader
from orbit_domain.access.account import Account, AccountState, TrafficQuota
from orbit_domain.ids import KeyId
from orbit_domain.subscription_link.formats import SubscriptionFormat
from orbit_sandbox.marzban.fault_injection import DOWN
from orbit_testing import samples
from orbit_testing.contracts.subscription_source import SubscriptionSourceContract
from tests.integration.marzban.harness import PLACES, PanelHarness

KEY = KeyId(samples.identity(1))
NAME = "orbit_1001"


class TestMarzbanSubscriptions(SubscriptionSourceContract):
    """The simulated panel."""

    formats = frozenset(SubscriptionFormat)
    harness: PanelHarness

    @pytest.fixture
    def source(self, harness: PanelHarness) -> MarzbanSubscriptions:
        self.harness = harness
        return MarzbanSubscriptions(harness.settings, harness.http)

    @pytest.fixture
    def reader(self) -> FormatReader:
        return FormatReader()

    async def make_account(self) -> AccountState:
        end = self.harness.clock.now() + timedelta(days=30)
        wanted = Account(KEY, NAME, samples.identity(2), PLACES[0], end, TrafficQuota(50 * 1024**3))
        return await self.harness.panel.ensure(wanted)

    async def remove_account(self) -> None:
        await self.harness.panel.delete(NAME, KEY)

    def use_traffic(self, traffic_bytes: int) -> None:
        self.harness.sim.carry(NAME, 1, down=traffic_bytes)

    def take_down(self) -> None:
        self.harness.faults.turn_on(DOWN)
