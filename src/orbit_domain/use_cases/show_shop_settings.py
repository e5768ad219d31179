"""The settings that can be changed while the shop runs: what each says, and who said so."""

from dataclasses import dataclass

from orbit_domain.ids import TelegramId
from orbit_domain.payment.payment import Method
from orbit_domain.payment.ports import Gateways
from orbit_domain.shop_setting.setting import SettingName, SettingValue
from orbit_domain.shop_setting.shop_settings import CurrentSettings, ShopSettings
from orbit_domain.steps.already_done import username_of_actor
from orbit_domain.steps.require_permission import StaffMember, require_permission
from orbit_domain.storage import Storage, Transaction
from orbit_domain.user.permission import PERMISSIONS, Permission
from orbit_domain.user.user import User


@dataclass(frozen=True, slots=True)
class ShownSetting:
    """What it says, and the username of whoever changed it in Telegram."""

    setting: SettingValue
    username: str | None = None


@dataclass(frozen=True, slots=True)
class ShopSettingsView:
    """Who looks, the settings that they may change, what all say together, and every way to pay, offered ones first."""

    user: User
    shown: tuple[ShownSetting, ...]
    shop: ShopSettings
    methods: tuple[Method, ...]


@dataclass(frozen=True, slots=True)
class ShowShopSettings:
    """Read what is recorded. Raises NotPermitted, NoSuchUser."""

    storage: Storage
    settings: CurrentSettings
    gateways: Gateways
    owner: TelegramId | None

    async def __call__(self, staff_id: TelegramId) -> ShopSettingsView:
        async with self.storage.transaction() as tx:
            user = await require_permission(tx, StaffMember(staff_id, self.owner), Permission.CHANGE_TEXTS)
            names = [name for name in SettingName if name.permission in PERMISSIONS[user.role]]
            return await self._view(tx, user, names)

    async def one(self, staff_id: TelegramId, name: SettingName) -> ShopSettingsView:
        """The same with one setting."""
        async with self.storage.transaction() as tx:
            user = await require_permission(tx, StaffMember(staff_id, self.owner), name.permission)
            return await self._view(tx, user, [name])

    async def all(self) -> tuple[SettingValue, ...]:
        """Every setting, for the command line."""
        async with self.storage.transaction() as tx:
            stored = await tx.settings.all()
        return tuple(self.settings.given.value(name, stored) for name in SettingName)

    async def _view(self, tx: Transaction, user: User, names: list[SettingName]) -> ShopSettingsView:
        stored = await tx.settings.all()
        values = [self.settings.given.value(name, stored) for name in names]
        by = {one.stored.changed_by for one in values if one.stored is not None}
        usernames = {actor: await username_of_actor(tx, actor) for actor in by}
        shown = tuple(ShownSetting(one, usernames[one.stored.changed_by] if one.stored else None) for one in values)
        shop, known = self.settings.given.all(stored), [gateway.method for gateway in self.gateways.all()]
        offered = shop.offered(known)
        others = (method for method in known if method not in offered)
        return ShopSettingsView(user, shown, shop, (*offered, *others))
