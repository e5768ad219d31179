"""The screens of the shop's settings, and what customers see of them."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from uuid import UUID

from orbit_adapters.telegram.screen import Screen
from orbit_adapters.telegram.screens.help import help_screen
from orbit_adapters.telegram.screens.home import home_screen
from orbit_adapters.telegram.screens.settings import settings_screen
from orbit_adapters.telegram.screens.shop_settings import (
    setting_preview_screen,
    setting_saved_screen,
    shop_setting_screen,
    shop_settings_screen,
)
from orbit_domain.money import RUB
from orbit_domain.payment.payment import STARS_METHOD, TON_METHOD, USDT_METHOD
from orbit_domain.shop_setting.setting import OFF, ON, SettingName, StoredSetting
from orbit_domain.shop_setting.shop_settings import GivenSettings
from orbit_domain.use_cases.draft_shop_setting import SettingDraft, SettingPreview
from orbit_domain.use_cases.show_shop_settings import ShopSettingsView, ShownSetting
from tests.unit.screens import view_examples
from tests.unit.screens.view_examples import DAY, NOW

_METHODS = (TON_METHOD, STARS_METHOD, USDT_METHOD)
_GIVEN = GivenSettings(
    {
        SettingName.SUPPORT: "orbit_help",
        SettingName.PAYMENT_METHODS: ",".join(_METHODS),
        SettingName.REFERRALS: ON,
        SettingName.REFERRAL_INVITER: "50",
        SettingName.REFERRAL_INVITED: "50",
    },
    RUB,
    frozenset({SettingName.SUPPORT, SettingName.REFERRALS}),
)
_WELCOME = "👋 <b>Orbit</b> &amp; VPN"
_STORED = {
    SettingName.WELCOME_RU: _WELCOME,
    SettingName.SUPPORT: "vera_helps",
    SettingName.TERMS: "https://example.org/terms?a=1&b=2",
    SettingName.PAYMENT_METHODS: f"{STARS_METHOD},{TON_METHOD}",
    SettingName.REFERRALS: OFF,
    SettingName.REFERRAL_INVITER: "49.90",
}


def _view(language: str, names: tuple[SettingName, ...], stored: Mapping[SettingName, str]) -> ShopSettingsView:
    actor = f"telegram:{view_examples.TG_ID}"
    rows = [StoredSetting(name, value, NOW - 12 * DAY, actor) for name, value in stored.items()]
    shown = tuple(ShownSetting(_GIVEN.value(name, rows), "vera") for name in names)
    shop = _GIVEN.all(rows)
    others = tuple(method for method in _METHODS if method not in shop.methods)
    return ShopSettingsView(view_examples.user(language), shown, shop, (*shop.methods, *others))


def _one(language: str, name: SettingName, *, is_stored: bool) -> ShopSettingsView:
    return _view(language, (name,), _STORED if is_stored else {})


def _preview(language: str, name: SettingName, value: str, **stored: str) -> SettingPreview:
    drafted = {name: value, **{SettingName(key): said for key, said in stored.items()}}
    draft = SettingDraft(UUID(int=0xD4), name, value)
    return SettingPreview(view_examples.user(language), draft, _view(language, (), drafted).shop)


SETTING_SCREENS: Mapping[str, Callable[[str], Screen]] = {
    "shop_settings": lambda language: shop_settings_screen(_view(language, tuple(SettingName), {})),
    "shop_settings_changed": lambda language: shop_settings_screen(_view(language, tuple(SettingName), _STORED)),
    "shop_settings_admin": lambda language: shop_settings_screen(
        _view(language, (SettingName.WELCOME_RU, SettingName.WELCOME_EN), {})
    ),
    **{
        f"shop_setting_{name}": lambda language, name=name: shop_setting_screen(_one(language, name, is_stored=False))
        for name in SettingName
    },
    **{
        f"shop_setting_{name}_changed": lambda language, name=name: setting_saved_screen(
            _one(language, name, is_stored=True)
        )
        for name in _STORED
    },
    "setting_preview_welcome": lambda language: setting_preview_screen(
        _preview(language, SettingName(f"welcome_{language}"), _WELCOME)
    ),
    "setting_preview_support": lambda language: setting_preview_screen(
        _preview(language, SettingName.SUPPORT, "vera_helps")
    ),
    "setting_preview_terms": lambda language: setting_preview_screen(
        _preview(language, SettingName.TERMS, "https://example.org/terms")
    ),
    "setting_preview_reward": lambda language: setting_preview_screen(
        _preview(language, SettingName.REFERRAL_INVITED, "75")
    ),
    "setting_preview_reward_off": lambda language: setting_preview_screen(
        _preview(language, SettingName.REFERRAL_INVITER, "75.50", referrals=OFF)
    ),
    "home_welcome": lambda language: home_screen(
        replace(view_examples.home(language), welcome=_WELCOME, terms="https://example.org/terms")
    ),
    "help_terms": lambda language: help_screen(
        replace(view_examples.home(language), terms="https://example.org/terms")
    ),
    "settings_terms": lambda language: settings_screen(language, "https://example.org/terms"),
}
