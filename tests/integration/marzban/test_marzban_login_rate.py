"""A panel that refuses our password hears it seldom: each try shows it in the panel's own notifications."""

import asyncio
from contextlib import suppress

from orbit_domain.access.ports import PanelError
from orbit_domain.ids import KeyId
from orbit_testing.contracts.vpn_panel_hooks import KEY_ID
from tests.integration.marzban.harness import PanelHarness

KEY: KeyId = KEY_ID
MINUTES, CALLERS = 5, 3
PAUSE_S = 30


async def test_a_changed_password_is_tried_once_in_thirty_seconds(harness: PanelHarness) -> None:
    """Somebody changes it, every token dies, and three workers call each second: ten logins are tried in five minutes.

    With the right password again the next call after the pause is served.
    """
    assert await harness.panel.get("orbit_5", KEY) is None
    (admin,) = [admin for admin in harness.sim.admins.values() if admin.username == harness.settings.username]
    right, admin.password = admin.password, "changed"
    harness.sim.forget_tokens()
    before = harness.sim.logins

    async def call() -> None:
        with suppress(PanelError):
            await harness.panel.get("orbit_5", KEY)

    for _ in range(MINUTES * 60):
        await asyncio.gather(*(call() for _ in range(CALLERS)))
        harness.clock.advance(seconds=1)
    assert harness.sim.logins - before <= MINUTES * 60 / PAUSE_S
    admin.password = right
    harness.clock.advance(seconds=PAUSE_S)
    assert await harness.panel.get("orbit_5", KEY) is None
