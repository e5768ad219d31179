"""Messages that never become another screen, and the pictures that keep an invoice the same message."""

import json
import struct
import zlib

import pytest

from orbit_adapters.telegram.callback_data import KEPT_MARK, MAX_BYTES
from orbit_adapters.telegram.callbacks import BuyPlan, PayBy, SeeHome
from orbit_adapters.telegram.i18n import Translator
from orbit_adapters.telegram.notices import notice_screen
from orbit_adapters.telegram.picture import Picture, picture_png
from orbit_adapters.telegram.screens.payment import replaced_screen
from orbit_adapters.telegram.show import keyboard_json
from orbit_domain.ids import Nonce, PlanCode
from orbit_domain.money import RUB
from orbit_domain.notice.notice import KeyReady, MoneyCredited, OrderPaid, PeriodEnding
from tests.unit.screens.notice_examples import NOTICES
from tests.unit.screens.screen_examples import SCREENS
from tests.unit.screens.view_examples import payment_view


def test_the_mark_changes_no_meaning() -> None:
    """A marked button is read as the same button; the mark alone, or twice, is no button."""
    assert SeeHome.unpack(f"home{KEPT_MARK}") == SeeHome()
    assert PayBy.unpack(f"pay:{'0' * 32}:ton{KEPT_MARK}") == PayBy.unpack(f"pay:{'0' * 32}:ton")
    assert SeeHome.unpack(KEPT_MARK) is None
    assert SeeHome.unpack(f"home{KEPT_MARK}{KEPT_MARK}") is None


def test_the_longest_button_has_room_for_the_mark() -> None:
    """Telegram takes 64 bytes, the mark included."""
    longest = BuyPlan(PlanCode("p" * 32), Nonce("f" * 16)).pack()
    assert len(f"{longest}{KEPT_MARK}".encode()) <= MAX_BYTES


@pytest.mark.parametrize("name", [name for name in SCREENS if name.startswith("payment")])
def test_every_invoice_is_kept(name: str) -> None:
    """Whatever an invoice says, each of its buttons carries the mark, and so do those of an older message of it."""
    for screen in (SCREENS[name]("ru"), replaced_screen(payment_view("ru"))):
        rows = json.loads(keyboard_json(screen) or "")["inline_keyboard"]
        data = [button["callback_data"] for row in rows for button in row if "callback_data" in button]
        assert data
        assert all(one.endswith(KEPT_MARK) for one in data)


@pytest.mark.parametrize("name", NOTICES)
def test_receipts_and_keys_are_kept(name: str) -> None:
    """A receipt, a credit and a key stay what they are; a reminder may become another screen."""
    notice = NOTICES[name]
    is_kept = notice_screen(notice, Translator("ru"), RUB).kept
    if isinstance(notice, OrderPaid | KeyReady | MoneyCredited):
        assert is_kept
    if isinstance(notice, PeriodEnding):
        assert not is_kept


def test_every_picture_is_its_own_valid_png() -> None:
    """Width, height and pixels agree, and no two signs look alike."""
    pictures = {picture: picture_png(picture) for picture in Picture}
    assert len(set(pictures.values())) == len(Picture)
    for png in pictures.values():
        width, height = struct.unpack(">II", png[16:24])
        start = png.index(b"IDAT")
        (length,) = struct.unpack(">I", png[start - 4 : start])
        assert len(zlib.decompress(png[start + 4 : start + 4 + length])) == height * (width + 1)
