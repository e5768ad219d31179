"""Where the settings that were changed at run time are kept."""

from typing import Protocol

from orbit_domain.shop_setting.setting import SettingName, StoredSetting


class StoredSettings(Protocol):
    """One row for each setting that has a value of its own; without a row the environment's holds."""

    async def all(self) -> tuple[StoredSetting, ...]:
        """Every row by name, also of names that this version doesn't know."""

    async def put(self, setting: StoredSetting) -> None:
        """Record the value, in place of an earlier one."""

    async def drop(self, name: SettingName) -> bool:
        """Forget the value; False when there is none."""
