"""`orbit setting list`, `set` and `reset`."""

import asyncio

from orbit_domain.shop_setting.setting import Origin, SettingName, SettingValue, setting_named
from orbit_domain.use_cases.change_shop_setting import ChangeShopSetting
from orbit_domain.use_cases.show_shop_settings import ShowShopSettings
from orbit_entry.commands.actor import this_actor
from orbit_entry.commands.amounts import moment
from orbit_entry.commands.opened_shop import opened_shop
from orbit_entry.commands.terminal import one_line, show, show_json, show_table
from orbit_entry.config.reading import read_settings
from orbit_entry.config.settings import Settings

_COLUMNS = ("name", "value", "origin", "changed")


def list_settings(*, as_json: bool) -> int:
    """Print every setting. Raises StorageError, CannotStart."""
    values = asyncio.run(_list(read_settings(Settings)))
    facts = [_facts(one) for one in values]
    if as_json:
        show_json(facts)
    else:
        show_table(_COLUMNS, (tuple(one_line(fact[name]) for name in _COLUMNS) for fact in facts))
    return 0


def set_setting(typed_name: str, typed: str) -> int:
    """Change one. Raises NoSuchSetting, SettingNotTaken, StorageError, CannotStart."""
    name = setting_named(typed_name)
    return _tell(asyncio.run(_change(read_settings(Settings), name, typed)))


def reset_setting(typed_name: str) -> int:
    """Forget the value of one. Raises NoSuchSetting, StorageError, CannotStart."""
    name = setting_named(typed_name)
    return _tell(asyncio.run(_change(read_settings(Settings), name, None)))


async def _list(settings: Settings) -> tuple[SettingValue, ...]:
    async with opened_shop(settings) as container:
        return await (await container.get(ShowShopSettings)).all()


async def _change(settings: Settings, name: SettingName, typed: str | None) -> SettingValue:
    async with opened_shop(settings) as container:
        change, actor = await container.get(ChangeShopSetting), f"cli:{this_actor()}"
        await (change.reset(actor, name) if typed is None else change(actor, name, typed))
        values = await (await container.get(ShowShopSettings)).all()
    return next(one for one in values if one.name is name)


def _tell(one: SettingValue) -> int:
    facts = _facts(one)
    show(one_line(f"{one.name}: {facts['value'] or 'nothing'} ({facts['origin']})"))
    show("Running processes follow within seconds.")
    return 0


def _facts(one: SettingValue) -> dict[str, str]:
    stored = one.stored
    origins = {Origin.DEFAULT: "default", Origin.ENVIRONMENT: "from .env", Origin.STORED: "changed"}
    changed = f"{moment(stored.changed_at)} by {stored.changed_by}" if stored else ""
    return {"name": one.name.value, "value": one.value, "origin": origins[one.origin], "changed": changed}
