"""A setting gets another value, or its own is forgotten, with a line in the log."""

from datetime import datetime

from orbit_domain.ids import Ids
from orbit_domain.shop_setting.setting import SettingName, StoredSetting, setting_subject
from orbit_domain.shop_setting.shop_settings import GivenSettings
from orbit_domain.storage import AdminAction, Transaction

CHANGED, RESET = "change_setting", "reset_setting"


async def record_setting(
    tx: Transaction, given: GivenSettings, name: SettingName, value: str | None, actor: str, now: datetime, ids: Ids
) -> tuple[StoredSetting, ...]:
    """Record *value*; None: that of the environment holds again. The rows as they stand afterwards.

    What holds already is neither recorded nor logged again.
    """
    rows = await tx.settings.all()
    before = given.value(name, rows)
    is_there = any(row.name == name for row in rows)
    if (before.stored is not None and before.value == value) or (value is None and not is_there):
        return rows
    if value is None:
        await tx.settings.drop(name)
    else:
        await tx.settings.put(StoredSetting(name, value, now, actor))
    what = f"{before.value} → {before.given if value is None else value}"
    action = CHANGED if value is not None else RESET
    await tx.admin_log.add(AdminAction(ids.uuid(), actor, action, setting_subject(name), what, now))
    return await tx.settings.all()
