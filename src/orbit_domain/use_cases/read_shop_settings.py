"""What the shop's settings say now."""

from dataclasses import dataclass

from orbit_domain.plan.plan import TRIAL
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
    """Read what any process has recorded: two statements."""

    storage: Storage
    settings: CurrentSettings

    async def __call__(self) -> None:
        async with self.storage.transaction() as tx:
            stored = await tx.settings.all()
            trial = await tx.plans.get(TRIAL)
        self.settings.renew(stored)
        self.settings.has_trial = trial is not None and trial.active
