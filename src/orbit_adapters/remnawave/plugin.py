"""Remnawave as a family of panels."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from orbit_adapters.panel_plugin.plugin import PanelCheck, PanelPlugin, PanelTools
from orbit_adapters.remnawave.client import panel_client
from orbit_adapters.remnawave.panel import RemnawavePanel
from orbit_adapters.remnawave.settings import RemnawaveConnection, RemnawaveSettings
from orbit_adapters.remnawave.subscription import RemnawaveSubscriptions
from orbit_domain.access.ports import VpnPanel
from orbit_domain.subscription_link.ports import SubscriptionSource

_SUBSCRIPTIONS_AT_ONCE = 16
"""How many subscriptions a panel is asked for at once: they cost it little."""


def settings_from(connection: RemnawaveConnection, tools: PanelTools) -> RemnawaveSettings:
    """The adapter's settings of the panel that *tools* are for."""
    return RemnawaveSettings(panel_id=tools.panel_id, **dict(connection))


@asynccontextmanager
async def _open(connection: RemnawaveConnection, tools: PanelTools) -> AsyncIterator[VpnPanel]:
    settings = settings_from(connection, tools)
    # A client of its own: it may trust another authority, and a panel that hangs holds no other's connections.
    async with panel_client(settings) as http:
        yield RemnawavePanel(settings, http, tools.clock)


@asynccontextmanager
async def _open_subscriptions(connection: RemnawaveConnection, tools: PanelTools) -> AsyncIterator[SubscriptionSource]:
    # Connections of its own: customers' apps never wait behind the worker's calls, nor the other way round.
    settings = settings_from(connection, tools).model_copy(update={"in_flight": _SUBSCRIPTIONS_AT_ONCE})
    async with panel_client(settings) as http:
        yield RemnawaveSubscriptions(settings, http)


async def _check(connection: RemnawaveConnection, tools: PanelTools) -> Sequence[PanelCheck]:
    # Nothing is sent twice: a retry would be logged among the results.
    settings = settings_from(connection, tools).model_copy(update={"attempts": 1})
    async with panel_client(settings) as http:
        return await RemnawavePanel(settings, http, tools.clock).check()


PLUGIN = PanelPlugin(settings=RemnawaveConnection, open=_open, check=_check, open_subscriptions=_open_subscriptions)
