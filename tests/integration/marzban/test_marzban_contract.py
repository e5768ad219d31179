"""The Marzban adapter keeps the panel contract, in this process and through real sockets."""

from collections.abc import AsyncIterator

import httpx
import pytest

from orbit_adapters.marzban.client import panel_client
from orbit_adapters.marzban.panel import MarzbanPanel
from orbit_sandbox.marzban.fault_injection import BROKEN, CUT_JSON, LOSE_ANSWER, TIMEOUT
from orbit_testing.contracts.vpn_panel import Break
from tests.integration.marzban.rig import MarzbanContract, Rig, panel_settings, served


class TestMarzbanInProcess(MarzbanContract):
    """The adapter against the stand-in without sockets."""

    @pytest.fixture
    def panel(self, rig: Rig) -> MarzbanPanel:
        """The adapter under test."""
        self.rig = rig
        return rig.panel


class TestMarzbanOverHttp(MarzbanContract):
    """The adapter, with the client it has in a shop, against the stand-in behind uvicorn."""

    @pytest.fixture
    async def panel(self, rig: Rig) -> AsyncIterator[MarzbanPanel]:
        """The adapter under test; its troubles are those of real sockets."""
        self.rig = rig
        with served(rig.app) as base_url:
            rig.settings = panel_settings(base_url=base_url)
            async with panel_client(rig.settings) as rig.http:
                yield rig.another()

    def break_once(self, kind: Break) -> None:
        """Let the server itself cut or garble."""
        faults = {Break.NOTHING_DONE: TIMEOUT, Break.ANSWER_LOST: LOSE_ANSWER, Break.ANSWER_CUT: CUT_JSON}
        self.rig.faults.turn_on(faults[kind], 1)

    async def test_connection_is_dropped_after_a_500(self, panel: MarzbanPanel) -> None:
        """The panel closes the connection behind a 500 unannounced; nothing after it stumbles over that."""
        await panel.ensure(self.account())
        dropped: list[str] = []

        async def look(response: httpx.Response) -> None:
            dropped.append(f"{response.status_code}")

        self.rig.http.event_hooks = {"response": [look]}
        for _ in range(5):
            self.rig.faults.turn_on(BROKEN, 1)
            assert await panel.find("orbit_1001", self.account().key_id) is not None
        assert dropped == ["500", "200"] * 5
