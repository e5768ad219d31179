"""What a process says when it has started: its bot, the ways to pay with its wallet, its panels."""

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

from orbit_adapters.ton.settings import TonSettings
from orbit_domain.access.ports import PanelError, Panels, VpnPanel
from orbit_domain.payment.ports import Gateways
from orbit_entry.config.settings import Settings

if TYPE_CHECKING:
    from aiogram.types import User

_PANEL_LIMIT_S = 5
_NO_PANEL = "Panel: none, so no key can be delivered. Next: orbit panel add"


async def start_report(settings: Settings, account: "User | None", gateways: Gateways, panels: Panels) -> Sequence[str]:
    """One line each for the bot, the ways to pay and every panel. None of them is changed; a silent one is named."""
    there, first = panels.all(), settings.first_panel
    nodes = await asyncio.gather(*(_nodes(panel) for panel in there))
    names = [
        f": {settings.panel_url}," if first and panel.panel_id == first.panel_id else f" {panel.panel_id}:"
        for panel in there
    ]
    return (
        f"Bot: {_bot(settings, account)}",
        _ways_to_pay(settings.of(TonSettings), ", ".join(str(gateway.method) for gateway in gateways.offered())),
        *([f"Panel{name} {seen}" for name, seen in zip(names, nodes, strict=True)] or [_NO_PANEL]),
    )


def _ways_to_pay(ton: TonSettings | None, methods: str) -> str:
    if ton is None:
        return f"Customers pay with {methods}"
    return f"Wallet: {ton.address} on {ton.network}; customers pay with {methods}"


def _bot(settings: Settings, account: "User | None") -> str:
    name = "Telegram gives no answer yet" if account is None else f"@{account.username}"
    return f"{name}, updates by {'polling' if settings.webhook_url is None else 'webhook'}"


async def _nodes(panel: VpnPanel) -> str:
    try:
        async with asyncio.timeout(_PANEL_LIMIT_S):
            nodes = await panel.nodes()
    except TimeoutError:
        return "no answer yet; keys wait for it. Next: orbit doctor"
    except PanelError as error:
        return f"can't be used now ({error.reason}); keys wait for it. Next: orbit doctor"
    names = ", ".join(reading.name for reading in nodes)
    return f"nodes: {names}" if names else "no node that customers could use. Next: orbit doctor"
