"""`orbit unmatched assign`."""

import asyncio
import getpass

from rich.console import Console

from orbit_adapters.system.clock import SystemClock
from orbit_domain.errors import Refusal
from orbit_domain.ids import TelegramId
from orbit_domain.payment.ports import RateUnavailable
from orbit_domain.use_cases.assign_receipt import AssignReceipt
from orbit_entry.config.reading import read_settings
from orbit_entry.config.settings import Settings


def assign_receipt(ref: str, user: int, reason: str) -> int:
    """Credit the receipt *ref* to *user*. Returns 1 and prints the reason when that is refused."""
    return asyncio.run(_assign(read_settings(Settings), ref, user, reason))


async def _assign(settings: Settings, ref: str, user: int, reason: str) -> int:
    # aiogram takes seconds to load: bad settings are reported before.
    from orbit_entry.wiring.container import shop_container

    source, _, external_id = ref.partition("|")
    container = shop_container(settings, SystemClock())
    try:
        use_case = await container.get(AssignReceipt)
        credited = await use_case(source, external_id, TelegramId(user), f"cli:{getpass.getuser()}", reason)
    except Refusal as refusal:
        Console(stderr=True).print(f"Refused, nothing was changed: {refusal}", markup=False)
        return 1
    except RateUnavailable as error:
        Console(stderr=True).print(
            f"No rate is available ({error}); nothing was changed. Next: try again later.", markup=False
        )
        return 1
    finally:
        await container.close()
    Console().print(f"{credited.units} kopecks were credited to user {user}.")
    return 0
