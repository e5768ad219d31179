"""A promo code in the chat: typed, by a link, on a button."""

import pytest

from orbit_domain.promo.promo import PromoKind
from orbit_testing import samples
from tests.integration.telegram.bot_harness import ChatUser
from tests.support.shop import Shop


@pytest.fixture
async def shop(shop: Shop) -> Shop:
    """A code for a fifth off, and one for a week."""
    await shop.add_promo(samples.promo(), "cli:owner")
    await shop.add_promo(samples.promo("WEEK", kind=PromoKind.DAYS, value=7), "cli:owner")
    return shop


def plain(text: str) -> str:
    """*text* with ordinary spaces."""
    return text.replace("\xa0", " ")


async def test_a_typed_code_makes_the_order_cheaper(vera: ChatUser) -> None:
    """A wrong code is refused and another may be typed at once; list and order then show the new price."""
    await vera.tap("plans")
    await vera.tap("promo")
    await vera.write("no such code")
    assert "Такого кода нет" in vera.text
    await vera.write("spring")
    assert "скидка 20 %" in plain(vera.text)
    await vera.tap("plans")
    assert "По коду SPRING" in vera.text
    assert "103,20 ₽ вместо 129 ₽" in plain(vera.buttons[0].text)
    await vera.tap("buy:sub_1m")
    assert "103,20 ₽" in plain(vera.text)
    await vera.write("spring")
    assert "читать не умею" in vera.text


async def test_a_link_gives_a_newcomer_the_days(vera: ChatUser) -> None:
    """The link enters the code; opened again, it says that the code was used, and what to do."""
    await vera.write("/start promo_Week")
    assert "+7 дней" in vera.text
    await vera.write("/start promo_WEEK")
    assert "вы им уже воспользовались" in vera.text
    await vera.write("/start promo_" + "X" * 50)
    assert "Такого кода нет" in vera.text


async def test_a_button_enters_its_code(vera: ChatUser) -> None:
    """A code on a button is entered by a tap; a crafted one is an outdated button."""
    await vera.send_data("code:SPRING")
    assert "скидка 20 %" in plain(vera.text)
    await vera.send_data("code:<b>")
    assert "устарела" in " ".join(vera.toasts)
