"""Settings that are changed while the shop runs."""

from dishka import Provider, Scope, provide_all

from orbit_domain.use_cases.change_shop_setting import ChangeShopSetting
from orbit_domain.use_cases.draft_shop_setting import DraftShopSetting
from orbit_domain.use_cases.read_shop_settings import ReadShopSettings
from orbit_domain.use_cases.show_shop_settings import ShowShopSettings


class ShopSettingsProvider(Provider):
    """They are read, shown, and changed by the staff."""

    scope = Scope.APP
    use_cases = provide_all(ReadShopSettings, ShowShopSettings, ChangeShopSetting, DraftShopSetting)
