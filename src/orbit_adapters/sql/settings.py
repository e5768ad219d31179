"""Settings that were changed at run time, in SQL."""

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from orbit_adapters.sql.query import dialect_insert, execute, fetch_all, rowcount
from orbit_adapters.sql.setting_tables import settings
from orbit_domain.shop_setting.setting import SettingName, StoredSetting


class SqlStoredSettings:
    """The port `StoredSettings`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def all(self) -> tuple[StoredSetting, ...]:
        """Every row. They are sorted here: collations differ about `_`."""
        rows = await fetch_all(self._connection, select(settings))
        found = (StoredSetting(row["name"], row["value"], row["changed_at"], row["changed_by"]) for row in rows)
        return tuple(sorted(found, key=lambda one: one.name))

    async def put(self, setting: StoredSetting) -> None:
        """Record the value: one statement."""
        said = {"value": setting.value, "changed_at": setting.changed_at, "changed_by": setting.changed_by}
        row = dialect_insert(self._connection, settings).values(name=setting.name, **said)
        await execute(self._connection, row.on_conflict_do_update(index_elements=["name"], set_=said))

    async def drop(self, name: SettingName) -> bool:
        """Forget the value."""
        return bool(await rowcount(self._connection, delete(settings).where(settings.c.name == name)))
