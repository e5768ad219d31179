"""What the shop's settings say now."""

from dataclasses import dataclass

from orbit_domain.shop_setting.shop_settings import CurrentSettings, ShopSettings
from orbit_domain.storage import Storage


@dataclass(frozen=True, slots=True)
class ReadShopSettings:
    """As this process knows them, without a statement."""

    settings: CurrentSettings

    async def __call__(self) -> ShopSettings:
        return self.settings.now


@dataclass(frozen=True, slots=True)
class RefreshShopSettings:
    """Read what any process has recorded: one statement."""

    storage: Storage
    settings: CurrentSettings

    async def __call__(self) -> None:
        async with self.storage.transaction() as tx:
            stored = await tx.settings.all()
        self.settings.renew(stored)
