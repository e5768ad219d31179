"""What a process says when it has started: its bot, the ways to pay with its wallet, its panel."""

import asyncio
from collections.abc import Sequence

from aiogram.types import User

from orbit_adapters.ton.settings import TonSettings
from orbit_domain.access.ports import PanelError, Panels, VpnPanel
from orbit_domain.payment.ports import Gateways
from orbit_entry.config.settings import Settings

_PANEL_LIMIT_S = 5


async def start_report(settings: Settings, account: User | None, gateways: Gateways, panels: Panels) -> Sequence[str]:
    """One line each for the bot, the ways to pay and the panel. None of them is changed; a silent panel is named."""
    nodes = await asyncio.gather(*(_nodes(panel) for panel in panels.all()))
    return (
        f"Bot: {_bot(settings, account)}",
        _ways_to_pay(settings.of(TonSettings), ", ".join(str(gateway.method) for gateway in gateways.all())),
        f"Panel: {settings.panel_url}, {'; '.join(nodes)}",
    )


def _ways_to_pay(ton: TonSettings | None, methods: str) -> str:
    if ton is None:
        return f"Customers pay with {methods}"
    return f"Wallet: {ton.address} on {ton.network}; customers pay with {methods}"


def _bot(settings: Settings, account: User | None) -> str:
    name = "Telegram gives no answer yet" if account is None else f"@{account.username}"
    return f"{name}, updates by {'polling' if settings.webhook_url is None else 'webhook'}"


async def _nodes(panel: VpnPanel) -> str:
    try:
        async with asyncio.timeout(_PANEL_LIMIT_S):
            nodes = await panel.nodes()
    except TimeoutError:
        return "no answer yet; keys wait for it. Next: orbit doctor"
    except PanelError as error:
        reason = getattr(error, "reason", type(error).__name__)
        return f"can't be used now ({reason}); keys wait for it. Next: orbit doctor"
    names = ", ".join(reading.name for reading in nodes)
    return f"nodes: {names}" if names else "no node that customers could use. Next: orbit doctor"
