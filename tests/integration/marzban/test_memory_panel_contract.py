"""The panel in memory fulfils the panel contract, so that tests can rely on it."""

from copy import deepcopy
from datetime import datetime, timedelta

import pytest

from orbit_adapters.memory.panel import MemoryPanel, MemoryPanels
from orbit_domain.access.ports import PanelUnavailable
from orbit_domain.ids import PanelId
from orbit_domain.node.fleet import NodeReading
from orbit_testing.contracts.vpn_panel import VpnPanelContract
from orbit_testing.contracts.vpn_panel_hooks import CallFault
from tests.integration.marzban.harness import START
from tests.support.clock import FakeClock


class TestMemoryPanel(VpnPanelContract):
    """The panel in memory."""

    placements = (("frankfurt",), ("amsterdam",))

    @pytest.fixture
    def panel(self) -> MemoryPanel:
        """The panel under test, with two nodes."""
        self.clock = FakeClock(START)
        nodes = [NodeReading(place[0], True, place, 0) for place in self.placements]
        self.memory = MemoryPanel(PanelId("m"), self.clock, nodes, frozenset({"frankfurt", "amsterdam"}))
        return self.memory

    def now(self) -> datetime:
        return self.clock.now()

    def pass_time(self, by: timedelta) -> None:
        self.clock.at += by

    def exhaust_traffic(self, username: str) -> None:
        wanted = self.memory.accounts[username].wanted
        assert wanted is not None
        self.memory.use(username, wanted.traffic.limit_bytes or 0)

    def use_traffic(self, username: str, traffic_bytes: int) -> None:
        self.memory.use(username, traffic_bytes)

    def disable(self, username: str) -> None:
        self.memory.disable(username)

    def drop_account(self, username: str) -> None:
        self.memory.lose(username)

    def add_foreign(self, username: str) -> None:
        self.memory.add_foreign(username)

    def snapshot(self, username: str) -> object:
        return deepcopy(self.memory.accounts.get(username))

    def usernames(self) -> set[str]:
        return set(self.memory.accounts)

    def device_limit(self, username: str) -> int | None:
        wanted = self.memory.accounts[username].wanted
        return wanted.device_limit if wanted else None

    def inject_fault(self, kind: CallFault) -> None:
        if kind == CallFault.NOTHING_DONE:
            self.memory.unavailable_once = True
        else:
            self.memory.lose_next_answer = True

    async def subscription_links(self, subscription_url: str) -> tuple[str, ...]:
        return self.memory.links(subscription_url.rpartition("/")[2])

    async def test_unavailable_until_healed(self, panel: MemoryPanel) -> None:
        """A panel that is switched off does nothing at all, and works again when switched on."""
        panel.unavailable = True
        calls = (panel.ensure(self.account()), panel.get("a", self.account().key_id), panel.list_owned(0, 2))
        for call in (*calls, panel.nodes()):
            with pytest.raises(PanelUnavailable):
                await call
        panel.unavailable = False
        assert self.usernames() == set()
        assert (await panel.ensure(self.account())).links


def test_panels_are_found_by_their_ids() -> None:
    """A panel is found by its id, an unknown id is None, and all come in the order given."""
    first, second = (MemoryPanel(PanelId(name), FakeClock(START)) for name in ("one", "two"))
    panels = MemoryPanels(first, second)
    assert (panels.get(PanelId("two")), panels.get(PanelId("three"))) == (second, None)
    assert panels.all() == (first, second)
