"""A family of panels that are reached over HTTP, from what differs between families."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Protocol, TypeVar

import httpx
from pydantic import BaseModel

from orbit_adapters.panel_plugin.http_client import HttpSettings, panel_client
from orbit_adapters.panel_plugin.plugin import PanelCheck, PanelPlugin, PanelTools
from orbit_domain.access.ports import VpnPanel
from orbit_domain.clock import Clock
from orbit_domain.subscription_link.ports import SubscriptionSource

_SUBSCRIPTIONS_AT_ONCE = 16
"""How many subscriptions a panel is asked for at once: they cost it little."""


class CheckedPanel(VpnPanel, Protocol):
    """A panel that can say how it is."""

    async def check(self) -> Sequence[PanelCheck]:
        """The lines of `orbit panel add` and of the doctor. Never raises PanelError."""


class FamilySettings(HttpSettings, Protocol):
    """A pydantic model: the owner's connection with the panel's name in the shop."""

    def model_copy(self: "S", *, update: dict[str, object]) -> "S":
        """The same with other values."""


C = TypeVar("C", bound=BaseModel)
S = TypeVar("S", bound=FamilySettings)


def http_family(
    connection: type[C],
    settings: Callable[..., S],
    panel: Callable[[S, httpx.AsyncClient, Clock], CheckedPanel],
    subscriptions: Callable[[S, httpx.AsyncClient], SubscriptionSource],
) -> PanelPlugin[C]:
    """The plug-in of a family.

    *connection* is what the owner gives; *settings* is the same with `panel_id`, `timeout_s`, `in_flight` and
    `attempts`. *panel* and *subscriptions* get clients of their own, which are closed with them.
    """

    def settings_from(given: C, tools: PanelTools, **changes: object) -> S:
        return settings(panel_id=tools.panel_id, **dict(given)).model_copy(update=changes)

    @asynccontextmanager
    async def open_panel(given: C, tools: PanelTools) -> AsyncIterator[VpnPanel]:
        its = settings_from(given, tools)
        # A client of its own: it may trust another authority, and a panel that hangs holds no other's connections.
        async with panel_client(its) as http:
            yield panel(its, http, tools.clock)

    @asynccontextmanager
    async def open_subscriptions(given: C, tools: PanelTools) -> AsyncIterator[SubscriptionSource]:
        # Connections of its own: customers' apps never wait behind the worker's calls, nor the other way round.
        its = settings_from(given, tools, in_flight=_SUBSCRIPTIONS_AT_ONCE)
        async with panel_client(its) as http:
            yield subscriptions(its, http)

    async def check(given: C, tools: PanelTools) -> Sequence[PanelCheck]:
        # Nothing is sent twice: a retry would be logged among the results.
        its = settings_from(given, tools, attempts=1)
        async with panel_client(its) as http:
            return await panel(its, http, tools.clock).check()

    return PanelPlugin(settings=connection, open=open_panel, check=check, open_subscriptions=open_subscriptions)
