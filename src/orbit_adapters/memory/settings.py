"""Settings that were changed at run time, in memory."""

from orbit_adapters.memory.storable_text import sanitized
from orbit_adapters.memory.tables import Session
from orbit_domain.shop_setting.setting import SettingName, StoredSetting


class MemoryStoredSettings:
    """The port `StoredSettings`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def all(self) -> tuple[StoredSetting, ...]:
        """Every row by name."""
        return tuple(sorted(self._session.tables.settings.values(), key=lambda one: one.name))

    async def put(self, setting: StoredSetting) -> None:
        """Record the value."""
        setting = sanitized(setting)
        self._session.tables.settings[setting.name] = setting

    async def drop(self, name: SettingName) -> bool:
        """Forget the value."""
        settings = self._session.tables.settings
        if name not in settings:
            return False
        del settings[name]
        return True
