"""What the page says of money and lets a tester open, with a fake control panel."""

from playwright.async_api import Page, expect

from tests.integration.botapi.conftest import until
from tests.integration.botapi.page.fake_control_panel import FakeControlPanel


async def test_the_page_says_where_the_money_is(page: Page, control_panel: FakeControlPanel, anna: int) -> None:
    """Each payment and all money without an owner have words, and the owner's refund names the order."""
    await expect(page.get_by_test_id("money-cryptopay")).to_contain_text("CryptoBot ₽129awaited")
    await expect(page.get_by_test_id("money-yookassa")).to_contain_text("₽129 came")
    await expect(page.get_by_test_id("money-unmatched")).to_contain_text("0.1 TON (GRAM)nobody's yet")
    await expect(page.get_by_test_id("refund-payment")).to_have_count(0)
    await page.get_by_test_id("refund-order").click()
    await until(control_panel.telegram, lambda: control_panel.performed("refund_order"))
    assert control_panel.actions[-1][1] == {"order": "order-1"}


async def test_an_address_in_a_message_can_be_opened(page: Page, control_panel: FakeControlPanel, anna: int) -> None:
    """A bare address is a link, as in Telegram: without the full stop behind it, and not where text is to be copied."""
    text = "Pay at http://127.0.0.1:1/pay/7. <code>https://127.0.0.1/copy</code> javascript:alert(1)"
    await control_panel.bot("sendMessage", chat_id=anna, text=text, parse_mode="HTML")
    links = page.get_by_test_id("bubble").last.locator("a")
    await expect(links).to_have_count(1)
    assert await links.get_attribute("href") == "http://127.0.0.1:1/pay/7"


async def test_focus_deep_in_a_card_leaves_the_page_in_its_place(page: Page, anna: int) -> None:
    """Nothing reaches below the window, so that no switch with the focus can move the page out of it."""
    await page.set_viewport_size({"width": 1440, "height": 240})
    await page.locator(".fault-list input").last.focus()
    assert await page.evaluate("document.scrollingElement.scrollHeight - innerHeight") == 0
