"""Marzban as a family of panels."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from orbit_adapters.marzban.client import panel_client
from orbit_adapters.marzban.panel import MarzbanPanel
from orbit_adapters.marzban.settings import MarzbanConnection, MarzbanSettings
from orbit_adapters.marzban.subscription import MarzbanSubscriptions
from orbit_adapters.panel_plugin.plugin import PanelCheck, PanelPlugin, PanelTools
from orbit_domain.access.ports import VpnPanel
from orbit_domain.subscription_link.ports import SubscriptionSource

_SUBSCRIPTIONS_AT_ONCE = 16
"""How many subscriptions a panel is asked for at once: they cost it little."""


def settings_from(connection: MarzbanConnection, tools: PanelTools) -> MarzbanSettings:
    """The adapter's settings of the panel that *tools* are for."""
    return MarzbanSettings(panel_id=tools.panel_id, **dict(connection))


@asynccontextmanager
async def _open(connection: MarzbanConnection, tools: PanelTools) -> AsyncIterator[VpnPanel]:
    settings = settings_from(connection, tools)
    # A client of its own: it may trust another authority, and a panel that hangs holds no other's connections.
    async with panel_client(settings) as http:
        yield MarzbanPanel(settings, http, tools.clock)


@asynccontextmanager
async def _open_subscriptions(connection: MarzbanConnection, tools: PanelTools) -> AsyncIterator[SubscriptionSource]:
    # Connections of its own: customers' apps never wait behind the worker's calls, nor the other way round.
    settings = settings_from(connection, tools).model_copy(update={"in_flight": _SUBSCRIPTIONS_AT_ONCE})
    async with panel_client(settings) as http:
        yield MarzbanSubscriptions(settings, http)


async def _check(connection: MarzbanConnection, tools: PanelTools) -> Sequence[PanelCheck]:
    # Nothing is sent twice: a retry would be logged among the results.
    settings = settings_from(connection, tools).model_copy(update={"attempts": 1})
    async with panel_client(settings) as http:
        return await MarzbanPanel(settings, http, tools.clock).check()


PLUGIN = PanelPlugin(settings=MarzbanConnection, open=_open, check=_check, open_subscriptions=_open_subscriptions)
