"""The Marzban adapter fulfils the panel contract, inside this process and over real sockets."""

from collections.abc import AsyncIterator
from datetime import datetime

import httpx
import pytest

from orbit_adapters.marzban.panel import MarzbanPanel
from orbit_adapters.panel_plugin.http_client import panel_client
from orbit_sandbox.marzban.fault_injection import BROKEN, CUT_JSON, LOSE_ANSWER, TIMEOUT
from orbit_testing.contracts.vpn_panel_hooks import CallFault
from tests.integration.marzban.harness import MarzbanContract, PanelHarness, panel_settings, served


class TestMarzbanInProcess(MarzbanContract):
    """The adapter against the simulated panel without sockets."""

    @pytest.fixture
    def panel(self, harness: PanelHarness) -> MarzbanPanel:
        """The adapter under test."""
        self.harness = harness
        return harness.panel


class TestMarzbanByARunningClock(TestMarzbanInProcess):
    """The contract holds by a clock that runs on between any two looks, as every real one does."""

    @pytest.fixture(autouse=True)
    def _running(self, harness: PanelHarness, monkeypatch: pytest.MonkeyPatch) -> None:
        clock = harness.clock

        def look() -> datetime:
            clock.advance(milliseconds=70)
            return clock.at

        monkeypatch.setattr(clock, "now", look)


class TestMarzbanOverHttp(MarzbanContract):
    """The adapter, with the client it has in a shop, against the simulated panel behind uvicorn."""

    @pytest.fixture
    async def panel(self, harness: PanelHarness) -> AsyncIterator[MarzbanPanel]:
        """The adapter under test; its faults are those of real sockets."""
        self.harness = harness
        with served(harness.app) as base_url:
            harness.settings = panel_settings(base_url=base_url)
            async with panel_client(harness.settings) as harness.http:
                yield harness.new_panel()

    def inject_fault(self, kind: CallFault) -> None:
        """Make the server itself cut or garble its answer."""
        faults = {CallFault.NOTHING_DONE: TIMEOUT, CallFault.ANSWER_LOST: LOSE_ANSWER, CallFault.ANSWER_CUT: CUT_JSON}
        self.harness.faults.turn_on(faults[kind], 1)

    async def test_connection_is_dropped_after_a_500(self, panel: MarzbanPanel) -> None:
        """The panel closes the connection after a 500 without notice; later calls don't fail because of it."""
        await panel.ensure(self.account())
        statuses: list[str] = []

        async def record_status(response: httpx.Response) -> None:
            statuses.append(f"{response.status_code}")

        self.harness.http.event_hooks = {"response": [record_status]}
        for _ in range(5):
            self.harness.faults.turn_on(BROKEN, 1)
            assert await panel.get("orbit_1001", self.account().key_id) is not None
        assert statuses == ["500", "200"] * 5
