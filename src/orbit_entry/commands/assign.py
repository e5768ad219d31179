"""`orbit unmatched assign`."""

import asyncio

from orbit_adapters.system.clock import SystemClock
from orbit_domain.ids import TelegramId
from orbit_domain.payment.ports import RateUnavailable
from orbit_domain.use_cases.assign_receipt import AssignReceipt
from orbit_domain.use_cases.read_base_currency import ReadBaseCurrency
from orbit_entry.commands.actor import this_actor
from orbit_entry.commands.amounts import amount
from orbit_entry.commands.terminal import show
from orbit_entry.config.reading import read_settings
from orbit_entry.config.settings import Settings
from orbit_entry.runtime.base_currency import require_base_currency


def assign_receipt(ref: str, user: int, reason: str) -> int:
    """Credit the receipt *ref* to *user*. Returns 1 when there is no rate.

    Raises Refusal, StorageError, CannotStart (the records are in another currency).
    """
    return asyncio.run(_assign(read_settings(Settings), ref, user, reason))


async def _assign(settings: Settings, ref: str, user: int, reason: str) -> int:
    # aiogram takes seconds to load: bad settings are reported before.
    from orbit_entry.wiring.container import shop_container

    source, _, external_id = ref.partition("|")
    container = shop_container(settings, SystemClock())
    try:
        await require_base_currency(await container.get(ReadBaseCurrency), settings.base)
        use_case = await container.get(AssignReceipt)
        credited = await use_case(source, external_id, TelegramId(user), f"cli:{this_actor()}", reason)
    except RateUnavailable as error:
        show(f"No rate is available ({error}); nothing was changed.", "Next: try again later.", error=True)
        return 1
    finally:
        await container.close()
    show(f"{amount(credited)} were credited to user {user}.")
    return 0
