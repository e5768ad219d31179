"""A setting is changed while the shop runs."""

from dataclasses import dataclass

from orbit_domain.clock import Clock
from orbit_domain.ids import Ids, TelegramId
from orbit_domain.payment.payment import Method
from orbit_domain.payment.ports import Gateways
from orbit_domain.shop_setting.checks import checked
from orbit_domain.shop_setting.method_order import placed, switched
from orbit_domain.shop_setting.setting import SettingName, StoredSetting
from orbit_domain.shop_setting.shop_settings import CurrentSettings
from orbit_domain.steps.record_setting import record_setting
from orbit_domain.steps.require_permission import StaffMember, permitted_actor
from orbit_domain.storage import Storage, Transaction


@dataclass(frozen=True, slots=True)
class ChangeShopSetting:
    """Record what was typed; it holds in this process at once. Raises SettingNotTaken, NotPermitted, NoSuchUser.

    *actor* is a name of the command line, or who acts in Telegram.
    """

    storage: Storage
    clock: Clock
    ids: Ids
    settings: CurrentSettings
    gateways: Gateways
    owner: TelegramId | None

    async def __call__(self, actor: TelegramId | str, name: SettingName, typed: str) -> None:
        async with self.storage.transaction() as tx:
            who = await self._permitted(tx, actor, name)
            stored = await self._record(tx, who, name, typed)
        self.settings.renew(stored)

    async def reset(self, actor: TelegramId | str, name: SettingName) -> None:
        """The value of the environment holds again. Raises NotPermitted, NoSuchUser."""
        async with self.storage.transaction() as tx:
            who = await self._permitted(tx, actor, name)
            stored = await record_setting(tx, self.settings.given, name, None, who, self.clock.now(), self.ids)
        self.settings.renew(stored)

    async def switch_method(self, actor: TelegramId | str, method: Method, *, is_on: bool) -> None:
        """Offer *method* for new payments, or not. Raises SettingNotTaken, NotPermitted, NoSuchUser."""
        async with self.storage.transaction() as tx:
            who = await self._permitted(tx, actor, SettingName.PAYMENT_METHODS)
            methods = switched(await self._shown(tx), method, is_on=is_on)
            stored = await self._record(tx, who, SettingName.PAYMENT_METHODS, ",".join(methods))
        self.settings.renew(stored)

    async def place_method(self, actor: TelegramId | str, method: Method, position: int) -> None:
        """Show *method* at *position*, counted from zero. Raises NotPermitted, NoSuchUser."""
        async with self.storage.transaction() as tx:
            who = await self._permitted(tx, actor, SettingName.PAYMENT_METHODS)
            methods = placed(await self._shown(tx), method, position)
            stored = await self._record(tx, who, SettingName.PAYMENT_METHODS, ",".join(methods))
        self.settings.renew(stored)

    async def _permitted(self, tx: Transaction, actor: TelegramId | str, name: SettingName) -> str:
        member = actor if isinstance(actor, str) else StaffMember(actor, self.owner)
        return await permitted_actor(tx, member, name.permission)

    async def _record(self, tx: Transaction, who: str, name: SettingName, typed: str) -> tuple[StoredSetting, ...]:
        value = checked(name, typed, self.settings.given.base, self._known())
        return await record_setting(tx, self.settings.given, name, value, who, self.clock.now(), self.ids)

    async def _shown(self, tx: Transaction) -> tuple[Method, ...]:
        """What customers may choose now."""
        return self.settings.given.all(await tx.settings.all()).offered(self._known())

    def _known(self) -> tuple[Method, ...]:
        return tuple(gateway.method for gateway in self.gateways.all())
