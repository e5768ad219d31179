"""What the owner changes while the shop runs: each setting, where it comes from, and how customers will see it."""

from itertools import groupby

from orbit_adapters.telegram.i18n import Translator
from orbit_adapters.telegram.sanitize import Html, code, escape_html
from orbit_adapters.telegram.screen import Row, Screen, TapButton, keyboard, link, tap
from orbit_adapters.telegram.screens.buttons import back_row, in_twos, lines, paragraphs, terms_row
from orbit_adapters.telegram.screens.home import welcome_text
from orbit_adapters.telegram.screens.paging import actor_name, admin_row
from orbit_adapters.telegram.setting_callbacks import (
    PlaceMethod,
    ResetSetting,
    SaveSetting,
    SeeShopSetting,
    SeeShopSettings,
    SwitchMethod,
    SwitchSetting,
)
from orbit_domain.money import Currency
from orbit_domain.payment.amount import parse_amount
from orbit_domain.payment.payment import Method
from orbit_domain.shop_setting.checks import named_methods
from orbit_domain.shop_setting.setting import OFF, ON, SettingKind, SettingName
from orbit_domain.shop_setting.telegram_html import visible_text
from orbit_domain.use_cases.draft_shop_setting import SettingPreview
from orbit_domain.use_cases.show_shop_settings import ShopSettingsView, ShownSetting

_EXCERPT_CHARS = 60
_WIDE = frozenset({SettingKind.TEXT, SettingKind.AMOUNT})


def shop_settings_screen(view: ShopSettingsView) -> Screen:
    """Each setting with its value and where it comes from; a tap opens one."""
    translate, base = Translator(view.user.language), _base(view)
    said = [
        translate(
            "shop-setting-line",
            name=_name(one.setting.name, translate),
            value=_value(one.setting.name, one.setting.value, base, translate),
            origin=_origin(one, translate),
        )
        for one in view.shown
    ]
    return Screen(
        paragraphs(translate("shop-settings"), lines(*said)),
        keyboard(*_setting_rows(view, translate), admin_row(translate)),
    )


def _setting_rows(view: ShopSettingsView, translate: Translator) -> list[Row]:
    """A button each; welcomes and rewards have long names and rows of their own."""
    rows: list[Row] = []
    for is_wide, group in groupby((one.setting.name for one in view.shown), key=lambda name: name.kind in _WIDE):
        buttons = [TapButton(_name(name, translate), SeeShopSetting(name)) for name in group]
        rows += [(button,) for button in buttons] if is_wide else in_twos(buttons)
    return rows


def shop_setting_screen(view: ShopSettingsView) -> Screen:
    """One setting, what it does, and how it is changed: by a message, or by a button."""
    translate, setting = Translator(view.user.language), view.shown[0].setting
    name = setting.name
    reset = tap(translate.label(f"b-reset-{setting.given_origin}"), ResetSetting(name)) if setting.stored else ()
    text = paragraphs(
        translate("shop-setting", name=_name(name, translate)),
        translate(f"setting-about-{_key(name)}"),
        _now(view, translate),
        lines(translate("shop-setting-origin", origin=_origin(view.shown[0], translate)), _given(view, translate)),
        translate(f"setting-ask-{name.kind}") if name.is_typed else "",
    )
    return Screen(text, keyboard(*_change_rows(view, translate), reset, back_row(translate, SeeShopSettings())))


def setting_saved_screen(view: ShopSettingsView) -> Screen:
    """The setting after a change, which a toast confirms."""
    return shop_setting_screen(view).with_toast(Translator(view.user.language).label("setting-saved"))


def setting_preview_screen(preview: SettingPreview) -> Screen:
    """What customers will see, and the button that saves it."""
    translate, name = Translator(preview.user.language), preview.draft.name
    text, row = _preview(preview, translate)
    return Screen(
        paragraphs(translate("setting-preview", name=_name(name, translate)), text),
        keyboard(
            row,
            tap(translate.label("b-save-setting"), SaveSetting(preview.draft.request)),
            back_row(translate, SeeShopSetting(name)),
        ),
    )


def _preview(preview: SettingPreview, translate: Translator) -> tuple[Html, Row]:
    shop, name = preview.shop, preview.draft.name
    match name.kind:
        case SettingKind.TEXT:
            language = name.removeprefix("welcome_")
            return welcome_text(shop.welcome[language], Translator(language)), ()
        case SettingKind.ACCOUNT:
            button = translate.label("b-support")
            text = translate("setting-preview-support", button=button, account=code(f"@{shop.support}"))
            return text, link(button, shop.support_url)
        case SettingKind.LINK:
            text = translate("setting-preview-terms", button=translate.label("b-terms"))
            return text, terms_row(shop.terms, translate)
        case _:
            terms = shop.referral
            rules = translate("invite-rules", inviter=terms.inviter, invited=terms.invited, least=terms.least_price)
            return paragraphs(rules, "" if terms.is_on else translate("setting-referrals-off")), ()


def _change_rows(view: ShopSettingsView, translate: Translator) -> list[Row]:
    setting = view.shown[0].setting
    match setting.name.kind:
        case SettingKind.SWITCH:
            to = OFF if setting.value == ON else ON
            return [tap(translate.label(f"b-turn-{to}"), SwitchSetting(setting.name, to))]
        case SettingKind.METHODS:
            shown = view.shop.offered(view.methods)
            return [_method_row(method, shown, translate) for method in view.methods]
        case _:
            return []


def _method_row(method: Method, shown: tuple[Method, ...], translate: Translator) -> Row:
    name = translate.method(method)
    if method not in shown:
        return (TapButton(translate.label("b-method-off", method=name), SwitchMethod(method, ON)),)
    at = shown.index(method)
    up = (TapButton(translate.label("b-method-up"), PlaceMethod(method, at - 1)),) if at else ()
    return (TapButton(translate.label("b-method-on", method=name), SwitchMethod(method, OFF)), *up)


def _now(view: ShopSettingsView, translate: Translator) -> Html:
    """What the setting says now, in full."""
    setting = view.shown[0].setting
    if setting.name.kind is SettingKind.METHODS:
        names = enumerate((translate.method(method) for method in view.shop.offered(view.methods)), 1)
        return lines(*(escape_html(f"{number}. {name}") for number, name in names))
    if setting.name.kind is SettingKind.TEXT and setting.value:
        return paragraphs(translate("shop-setting-text-now"), Html(setting.value))
    return translate("shop-setting-now", value=_value(setting.name, setting.value, _base(view), translate))


def _given(view: ShopSettingsView, translate: Translator) -> Html:
    """What it would say without the change, if it was changed."""
    setting = view.shown[0].setting
    if setting.stored is None:
        return Html("")
    value = _value(setting.name, setting.given, _base(view), translate)
    return translate(f"shop-setting-given-{setting.given_origin}", value=value)


def _value(name: SettingName, value: str, base: Currency, translate: Translator) -> Html:
    """A value in a few words."""
    match name.kind:
        case SettingKind.SWITCH:
            return translate(f"setting-{value}")
        case SettingKind.AMOUNT:
            return escape_html(translate.amount(parse_amount(value, base)))
        case SettingKind.METHODS:
            return escape_html(", ".join(translate.method(method) for method in named_methods(value)), _EXCERPT_CHARS)
        case kind if not value:
            return translate(f"setting-none-{kind}")
        case SettingKind.TEXT:
            return escape_html(visible_text(value), _EXCERPT_CHARS)
        case SettingKind.ACCOUNT:
            return code(f"@{value}")
        case _:
            return code(value, _EXCERPT_CHARS)


def _origin(one: ShownSetting, translate: Translator) -> Html:
    stored = one.setting.stored
    if stored is None:
        return translate(f"origin-{one.setting.origin}")
    who = actor_name(stored.changed_by, one.username, translate)
    return translate("origin-stored", who=who, day=translate.day(stored.changed_at))


def _base(view: ShopSettingsView) -> Currency:
    return view.shop.referral.inviter.currency


def _name(name: SettingName, translate: Translator) -> str:
    return translate.label(f"setting-name-{_key(name)}")


def _key(name: SettingName) -> str:
    return name.replace("_", "-")
