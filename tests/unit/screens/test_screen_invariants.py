"""What holds for every screen."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from orbit_adapters.telegram.account_callbacks import StartAgain
from orbit_adapters.telegram.callbacks import SeeHome
from orbit_adapters.telegram.i18n import Translator
from orbit_adapters.telegram.notices import notice_screen
from orbit_adapters.telegram.picture import Picture, picture_png
from orbit_adapters.telegram.refusals import refusal_screen
from orbit_adapters.telegram.screen import CopyButton, LinkButton, Screen, TapButton
from orbit_adapters.telegram.screens.connect import connect_screen, platform_screen
from orbit_adapters.telegram.screens.keys import ask_delete_screen, ask_name_screen, keys_screen, region_screen
from orbit_adapters.telegram.screens.plans import plans_screen
from orbit_domain.ids import Nonce
from orbit_domain.money import RUB
from orbit_domain.notice.notice import DeliveryDelayed, KeyReady, UnmatchedMoney
from orbit_domain.payment.amount import NotAnAmount
from orbit_domain.user.user import LANGUAGES
from orbit_testing.samples import SEEDED_PLANS
from tests.unit.screens import view_examples
from tests.unit.screens.readable import every_screen, read, visible_units, visible_words
from tests.unit.screens.screen_examples import SCREENS

MAX_TEXT, MAX_CAPTION, MAX_LABEL, MAX_TOAST = 4096, 1024, 64, 200
# Proper names, which are the same in every language.
NAMES = {
    "VPN", "TON", "GRAM", "QR", "UTC", "Telegram", "Android", "Windows", "macOS", "Linux", "iPhone", "iPad", "Happ",
    "Frankfurt", "Amsterdam", "Plus", "Hiddify", "Orbit", "start", "English", "USDT", "vera", "SberPay", "Stars",
    "EQ", "UQ", "orbit", "payouts", "cancel",
}  # fmt: skip
QUOTED = {"unmatched_unknown_asset", "promos"}  # an asset without a name is shown by its id; codes are on buttons
HOSTILE = "<b>\u202e&\u200b<a href='tg://x'>Ｅvil\nline\ud800</b>" + "z\u0301\u0301\u0301\u0301\u0301" * 400


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_screen_is_within_telegrams_limits(language: str) -> None:
    """Text, caption, label, toast, data and copied text are within the Bot API's limits, and the HTML is valid."""
    for name, screen in every_screen(language):
        assert_within_limits(name, screen)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_screen_is_a_dead_end(language: str) -> None:
    """Every screen has a button, and every screen but home leads home in one tap."""
    for name, screen in every_screen(language):
        taps = [button.tap for row in screen.rows for button in row if isinstance(button, TapButton)]
        if name.startswith("group_"):
            continue  # In a group a button opens the private chat, or switches what the group takes.
        assert taps, name
        assert name.startswith("home") or SeeHome() in taps or taps == [StartAgain()], name


def test_russian_screens_are_in_russian() -> None:
    """A Russian screen has no Latin words but proper names."""
    for name, screen in every_screen("ru"):
        words = set(re.findall(r"[A-Za-z]{2,}", visible_words(screen)))
        assert name in QUOTED or words <= NAMES, f"{name}: {words - NAMES}"


def test_english_screens_are_in_english() -> None:
    """An English screen has no Cyrillic words but the name of the other language."""
    for name, screen in every_screen("en"):
        words = set(re.findall(r"[А-Яа-яЁё]+", visible_words(screen))) - {"Русский", "Папа"}
        assert not words or name == "not_an_amount", f"{name}: {words}"


def test_both_languages_have_the_same_texts_and_buttons() -> None:
    """A screen differs between languages only in its texts, never in its buttons."""
    for name, example in SCREENS.items():
        ru, en = ([[type(button) for button in row] for row in example(language).rows] for language in LANGUAGES)
        assert ru == en, name


@pytest.mark.parametrize("language", LANGUAGES)
def test_hostile_names_are_inert(language: str) -> None:
    """Names, titles, comments and reasons from outside are shown as plain text, cut, without direction marks."""
    key = replace(view_examples.key(), name=HOSTILE)
    plan = replace(SEEDED_PLANS[1], terms=replace(SEEDED_PLANS[1].terms, titles={"ru": HOSTILE, "en": HOSTILE}))
    translate = Translator(language)
    screens = (
        keys_screen(view_examples.key_list(language, keys=(key, view_examples.key(2)))),
        ask_name_screen(view_examples.key_list(language, keys=(key,)), key.id),
        ask_delete_screen(view_examples.key_list(language, keys=(key,)), key.id),
        region_screen(view_examples.key_list(language), Nonce("2"), (HOSTILE, "nl")),
        plans_screen(view_examples.plan_list(language, plans=(plan,))),
        refusal_screen(NotAnAmount(HOSTILE), translate),
        notice_screen(UnmatchedMoney(HOSTILE, HOSTILE, 5, HOSTILE, HOSTILE, HOSTILE), translate, RUB),
        notice_screen(
            DeliveryDelayed(view_examples.ORDER_ID, view_examples.TG_ID, view_examples.NOW, HOSTILE), translate, RUB
        ),
    )
    for screen in screens:
        assert_within_limits("hostile", screen)
        shown = screen.text + "".join(button.text for row in screen.rows for button in row)
        assert not re.search("[\u202a-\u202e\u2066-\u2069\u200b-\u200f\ud800-\udfff]", shown)


@pytest.mark.parametrize("length", [60, 250, 400, 3_000])
def test_a_long_subscription_link_fits(length: int) -> None:
    """With a link of any length the screen is within the limits: what doesn't fit is left out."""
    url = f"https://vpn.example.org/sub/{'a' * length}"
    keys_view = view_examples.keys_view("ru", timedelta(days=9), (view_examples.key(url=url),))
    key_id = keys_view.keys[0].id
    for screen in (
        connect_screen(keys_view), platform_screen(keys_view, key_id, "ios"), platform_screen(keys_view, key_id, "tv"),
        notice_screen(KeyReady(key_id, "Orbit", url, view_examples.NOW, is_new=True), Translator("ru"), RUB),
    ):  # fmt: skip
        assert_within_limits(str(length), screen)


def test_a_partly_paid_invoice_asks_only_for_the_rest() -> None:
    """There is no QR code or wallet link that asks for the full amount a second time."""
    screen = SCREENS["payment_part"]("ru")
    buttons = [button for row in screen.rows for button in row]
    assert screen.photo == picture_png(Picture.MORE)
    assert not [button for button in buttons if isinstance(button, LinkButton)]
    assert next(button.copied for button in buttons if isinstance(button, CopyButton)) == "0.733"


def test_what_is_copied_is_what_is_shown() -> None:
    """The copied amount is the number in the text, with the point that wallets accept, and that in the link."""
    view = view_examples.payment_view("ru", wanted=view_examples.order())
    screen = SCREENS["payment"]("ru")
    copied = {button.copied for row in screen.rows for button in row if isinstance(button, CopyButton)}
    assert copied == {"1.433", view_examples.ADDRESS, view_examples.COMMENT}
    assert copied == {*read(screen.text).coded, "1.433"}
    assert "1,433" in screen.text
    assert f"amount={view.payment.quote.due.units}" in view.instructions.transfer_uri


def assert_within_limits(name: str, screen: Screen) -> None:
    """Assert that Telegram would take *screen*."""
    reader = read(screen.text)
    assert not reader.faults, f"{name}: {reader.faults}"
    assert 0 < visible_units(screen.text) <= (MAX_CAPTION if screen.photo else MAX_TEXT), name
    assert not isinstance(screen.photo, bytes) or screen.photo.startswith(b"\x89PNG"), name
    assert screen.toast is None or len(screen.toast) <= MAX_TOAST, name
    assert all(screen.rows), name
    for button in (button for row in screen.rows for button in row):
        assert 0 < len(button.text) <= MAX_LABEL, name
        match button:
            case TapButton():
                assert 0 < len(button.tap.pack().encode()) <= 64, name
            case LinkButton():
                assert button.url.startswith("https://"), name
            case CopyButton():
                assert 0 < len(button.copied) <= 256, name
