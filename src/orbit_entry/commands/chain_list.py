"""`orbit chain list`: the wallets that are watched."""

import asyncio
from typing import Any

from orbit_adapters.sql.schema_check import require_schema
from orbit_adapters.system.clock import SystemClock
from orbit_adapters.ton.settings import TonSettings
from orbit_adapters.ton.source_names import account_of
from orbit_domain.storage import Storage
from orbit_domain.use_cases.list_sources import ListSources, ReadSource
from orbit_entry.commands.terminal import show, show_json, show_table
from orbit_entry.config.reading import read_settings
from orbit_entry.config.settings import Settings
from orbit_entry.runtime.failures import CannotStart
from orbit_entry.wiring.database import database_container


def list_wallets(*, as_json: bool) -> int:
    """Print every wallet of this network that was ever read. Raises CannotStart, StorageError."""
    return asyncio.run(_list(read_settings(Settings), as_json=as_json))


async def _list(settings: Settings, *, as_json: bool) -> int:
    await require_schema(settings.database)
    ton = settings.of(TonSettings)
    if ton is None:
        raise CannotStart("no chain is read: this shop takes no coins", "to take them, set ORBIT_TON_ADDRESS")
    container = database_container(settings, SystemClock())
    try:
        sources = await ListSources(await container.get(Storage), SystemClock())()
    finally:
        await container.close()
    rows = [facts for one in sources if (facts := _facts(ton, one)) is not None]
    if not any(row["is_current"] for row in rows):
        rows.insert(0, {"address": _friendly(ton), "is_current": True, "lt": None, "watermark_age_s": None})
    if as_json:
        show_json(rows)
        return 0
    show_table(
        ("wallet", "customers pay to it", "read up to lt", "behind"),
        ([row["address"], "yes" if row["is_current"] else "no", str(row["lt"]), _behind(row)] for row in rows),
    )
    show("", "Money that arrives at any of them is credited. One by one: orbit chain show --account WALLET")
    return 0


def _facts(ton: TonSettings, one: ReadSource) -> dict[str, Any] | None:
    account = account_of(ton.network, one.cursor.source)
    if account is None:
        return None
    age = one.watermark_age
    return {
        "address": account.friendly(ton.network, bounceable=False),
        "is_current": account == ton.account,
        "lt": int(one.cursor.position.partition(":")[0] or 0),
        "watermark_age_s": None if age is None else round(age.total_seconds()),
    }


def _friendly(ton: TonSettings) -> str:
    return ton.account.friendly(ton.network, bounceable=False)


def _behind(row: dict[str, Any]) -> str:
    if row["lt"] is None:
        return "it wasn't read yet: orbit run"
    return "nothing is proved yet" if row["watermark_age_s"] is None else f"{row['watermark_age_s']} s"
