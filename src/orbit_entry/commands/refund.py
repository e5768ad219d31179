"""`orbit refund`."""

import asyncio
from uuid import UUID

from orbit_adapters.system.clock import SystemClock
from orbit_domain.ids import OrderId
from orbit_domain.use_cases.read_base_currency import ReadBaseCurrency
from orbit_domain.use_cases.refund_order import RefundOrder
from orbit_entry.commands.actor import this_actor
from orbit_entry.commands.amounts import amount
from orbit_entry.commands.terminal import show
from orbit_entry.config.reading import read_settings
from orbit_entry.config.settings import Settings
from orbit_entry.runtime.base_currency import require_base_currency


def refund_order(order: str, reason: str) -> int:
    """Refund *order* to the balance. Returns 1 for what isn't an order's id.

    Raises Refusal, StorageError, CannotStart (the records are in another currency).
    """
    try:
        order_id = OrderId(UUID(order))
    except ValueError:
        show("Refused: that isn't an order's id.", "Next: orbit explain USER", error=True)
        return 1
    return asyncio.run(_refund(read_settings(Settings), order_id, reason))


async def _refund(settings: Settings, order_id: OrderId, reason: str) -> int:
    # aiogram takes seconds to load: bad settings are reported before.
    from orbit_entry.wiring.container import shop_container

    container = shop_container(settings, SystemClock())
    try:
        await require_base_currency(await container.get(ReadBaseCurrency), settings.base)
        given = await (await container.get(RefundOrder))(order_id, f"cli:{this_actor()}", reason)
    finally:
        await container.close()
    show(f"{amount(given.amount)} are on the balance of user {given.tg_id} again.")
    if given.ends_at is not None:
        show(f"Their subscription ends at {given.ends_at.isoformat(timespec='seconds')}.")
    return 0
