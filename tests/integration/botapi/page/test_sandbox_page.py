"""The sandbox page in a real browser, with the simulated Telegram and a fake control panel."""

from functools import partial

import pytest
from playwright.async_api import Page, expect

from orbit_sandbox.telegram.params import Upload
from tests.integration.botapi.conftest import AppServer, until
from tests.integration.botapi.page.fake_control_panel import FakeControlPanel
from tests.integration.botapi.test_botapi_messages import PNG

LINK = ["a", "href", "target", "rel"]
HOSTILE: list[tuple[str, list[list[str]], str]] = [
    ("<b>x</b> &lt;i&gt;", [["b"]], "x <i>"),
    ("<script>alert(1)</script>", [], "<script>alert(1)</script>"),
    ('<img src=x onerror="alert(1)">', [], '<img src=x onerror="alert(1)">'),
    ('<a href="javascript:alert(1)">x</a>', [], '<a href="javascript:alert(1)">x</a>'),
    ('<a href="https://e.org" onclick="y">x</a>', [], '<a href="https://e.org" onclick="y">x</a>'),
    ('<a href="https://e.org/&quot; onclick=&quot;y">x</a>', [LINK], "x"),
    ('<b onclick="alert(1)">x</b>', [], '<b onclick="alert(1)">x</b>'),
    ("<svg><b>x</b></svg>", [["b"]], "<svg>x</svg>"),
    ("<b><i>x</b></i>", [["b"], ["i"]], "x</b>"),
    ("<<b>>", [["b"]], "<>"),
]
PHONE_ROWS = [
    ["📋 Сумма", "📋 Адрес"],
    ["📋 Комментарий"],
    ["💰 Баланс: 71,50 ₽", "🤝 Пригласить"],
    ["+200\xa0₽", "+500\xa0₽", "+1\xa0000\xa0₽"],
]
BROKEN_WORDS = """(keys) => keys.flatMap((key) => {
  const text = key.firstChild;
  return [...text.data.matchAll(/[^ ]+/g)].filter((word) => {
    const range = document.createRange();
    range.setStart(text, word.index);
    range.setEnd(text, word.index + word[0].length);
    return new Set([...range.getClientRects()].map((line) => Math.round(line.top / 8))).size > 1;
  }).map((word) => word[0]);
})"""


def paid_times(control_panel: FakeControlPanel, count: int) -> bool:
    return [what for what, _ in control_panel.actions].count("pay") == count


def last_action(control_panel: FakeControlPanel, what: str) -> dict[str, object]:
    return next(body for name, body in reversed(control_panel.actions) if name == what)


async def test_a_new_customer_presses_start(page: Page, control_panel: FakeControlPanel) -> None:
    """The first minute: add a customer, press Start, see one's own message and the bot's answer."""
    await page.get_by_test_id("new-customer").click()
    await page.get_by_test_id("start").click()
    await expect(page.get_by_test_id("bubble")).to_contain_text(["/start"])
    [customer] = control_panel.telegram.customers
    await control_panel.bot("sendMessage", chat_id=customer, text="<b>Welcome</b>", parse_mode="HTML")
    await expect(page.get_by_test_id("bubble").last.locator("b")).to_have_text("Welcome")
    await expect(page.get_by_test_id("start")).to_have_count(1)
    assert control_panel.actions[1:] == [("say", {"customer": customer, "text": "/start"})]


async def test_writing_needs_no_mouse(page: Page, control_panel: FakeControlPanel, anna: int) -> None:
    """Enter sends, Shift with Enter begins a new line, and the field is ready for the next message."""
    composer = page.get_by_test_id("composer")
    await composer.focus()
    await composer.press_sequentially("two")
    await composer.press("Shift+Enter")
    await composer.press_sequentially("lines")
    await composer.press("Enter")
    await expect(page.get_by_test_id("bubble").last).to_contain_text("two\nlines", use_inner_text=True)
    await expect(composer).to_be_focused()
    assert last_action(control_panel, "say") == {"customer": anna, "text": "two\nlines"}


async def test_a_tapped_key_reaches_the_bot(page: Page, control_panel: FakeControlPanel, anna: int) -> None:
    """A callback button sends its data for the selected customer."""
    await page.get_by_test_id("key").filter(has_text="Баланс").click()
    await until(
        control_panel.telegram, lambda: any(tap.data == "balance" for tap in control_panel.telegram.taps.values())
    )
    assert last_action(control_panel, "tap") == {"customer": anna, "message_id": 2, "data": "balance"}


async def test_an_edit_changes_the_bubble_in_place(page: Page, control_panel: FakeControlPanel, anna: int) -> None:
    """An edited message keeps its place and says that it was edited; a deleted one goes."""
    count = await page.get_by_test_id("bubble").count()
    home = page.locator('[data-testid=bubble][data-id="2"]')
    await control_panel.bot("editMessageText", chat_id=anna, message_id=2, text="New home")
    await expect(home).to_contain_text("New home")
    await expect(home).to_contain_text("edited")
    await expect(page.get_by_test_id("bubble")).to_have_count(count)
    await control_panel.bot("deleteMessage", chat_id=anna, message_id=2)
    await expect(home).to_have_count(0)
    assert await page.get_by_test_id("bubble").count() == count - 1


async def test_answers_flash_or_ask_to_be_closed(page: Page, control_panel: FakeControlPanel, anna: int) -> None:
    """A callback's answer is a line that goes away, an alert waits for OK; old ones aren't shown again."""
    control_panel.telegram.toast(anna, "Saved", alert=False)
    await expect(page.get_by_test_id("note")).to_have_text("Saved")
    control_panel.telegram.toast(anna, "Are you sure?", alert=True)
    await expect(page.get_by_test_id("alert")).to_contain_text("Are you sure?")
    await page.get_by_test_id("alert-ok").click()
    await expect(page.get_by_test_id("alert")).to_be_hidden()
    await page.reload()
    await expect(page.get_by_test_id("bubble").first).to_be_visible()
    assert not await page.get_by_test_id("alert").is_visible()


async def test_an_invoice_is_paid_by_its_button(page: Page, control_panel: FakeControlPanel, anna: int) -> None:
    """The invoice shows its price, and its Pay button sends the payment of this message to the control panel."""
    await expect(page.get_by_test_id("invoice")).to_contain_text("Orbit VPN, 1 месяц")
    await page.locator("[data-testid=key][data-kind=pay]").click()
    await until(control_panel.telegram, lambda: control_panel.performed("pay_invoice"))
    assert control_panel.actions[-1][1]["customer"] == anna


async def test_a_link_to_the_bot_itself_is_followed_here(
    page: Page, control_panel: FakeControlPanel, anna: int
) -> None:
    """The real Telegram doesn't know the sandbox's bot, so an invitation opens in this chat."""
    invite = 'Invite: <a href="https://t.me/orbit_demo_bot?start=ref_7">link</a>'
    await control_panel.bot("sendMessage", chat_id=anna, text=invite, parse_mode="HTML")
    await page.get_by_test_id("bubble").last.locator("a").click()
    await until(control_panel.telegram, lambda: control_panel.performed("say"))
    assert control_panel.actions[-1][1] == {"customer": anna, "text": "/start ref_7"}


async def test_a_link_to_an_invoice_pays_here(page: Page, control_panel: FakeControlPanel, anna: int) -> None:
    """The button of an invoice inside Telegram sends its address to the control panel, and opens no other page."""
    url = "https://t.me/$6f03675a1600a35a099950d8"
    key = {"inline_keyboard": [[{"text": "Pay 96 ⭐", "url": url}]]}
    await control_panel.bot("sendMessage", chat_id=anna, text="Invoice", reply_markup=key)
    await page.get_by_test_id("key").filter(has_text="Pay 96").click()
    await until(control_panel.telegram, lambda: control_panel.performed("pay_link"))
    assert control_panel.actions[-1][1] == {"customer": anna, "url": url}
    assert len(page.context.pages) == 1


async def test_a_picture_can_be_seen_large(page: Page, anna: int) -> None:
    """A tap opens the QR picture over the page, Escape closes it."""
    await page.get_by_test_id("photo").click()
    await expect(page.locator("#picture")).to_be_visible()
    assert "/sandbox/file/" in (await page.locator("#picture-image").get_attribute("src") or "")
    await page.keyboard.press("Escape")
    await expect(page.locator("#picture")).to_be_hidden()


async def test_every_way_to_pay_is_a_button(page: Page, control_panel: FakeControlPanel, anna: int) -> None:
    """The wallet can pay right and in seven wrong ways."""
    scenarios = ["exact", "half", "double", "twice", "no_comment", "wrong_comment", "sloppy", "late"]
    for paid, scenario in enumerate(scenarios, start=1):
        await page.get_by_test_id(f"pay-{scenario.replace('_', '-')}").click(click_count=1 + (scenario == "late"))
        await until(control_panel.telegram, partial(paid_times, control_panel, paid))
    assert [body for what, body in control_panel.actions if what == "pay"] == [
        {"customer": anna, "scenario": scenario} for scenario in scenarios
    ]
    await expect(page.get_by_test_id("note").last).to_have_text("Sent to the chain")


async def test_paying_late_says_first_that_the_clock_moves(
    page: Page, control_panel: FakeControlPanel, anna: int
) -> None:
    """One press says so and does nothing; the next one pays."""
    late = page.get_by_test_id("pay-late")
    await late.click()
    await expect(late).to_have_text("The clock moves past the deadline. Send?")
    assert not control_panel.performed("pay")
    await late.click()
    await until(control_panel.telegram, partial(paid_times, control_panel, 1))
    await expect(late).to_have_text("Late")


async def test_the_page_says_what_it_and_its_picture_are(page: Page, anna: int) -> None:
    """A reader of the page by ear finds one main heading, and hears that the picture is a QR code."""
    await expect(page.get_by_role("heading", level=1)).to_have_text("Orbit sandbox")
    picture = page.get_by_test_id("photo").get_by_role("img")
    assert await picture.get_attribute("alt") == "The picture of this message"


async def test_a_tall_message_is_shown_from_its_picture(page: Page, control_panel: FakeControlPanel, anna: int) -> None:
    """On a phone a new invoice begins at the top of the chat: its keyboard doesn't push its QR code out of sight."""
    await page.set_viewport_size({"width": 390, "height": 700})
    keys = {"inline_keyboard": [[{"text": f"{number}", "callback_data": f"{number}"}] for number in range(12)]}
    photo = {"chat_id": anna, "photo": "attach://qr", "caption": "Pay", "reply_markup": keys}
    await control_panel.bot("sendPhoto", {"qr": Upload("qr.png", PNG)}, **photo)
    pictures = page.get_by_test_id("photo")
    await expect(pictures).to_have_count(2)
    await expect(pictures.last).to_be_in_viewport(ratio=0.9)
    below = "(one) => one.getBoundingClientRect().top - one.closest('.log').getBoundingClientRect().top"
    assert await pictures.last.evaluate(below) >= 0


@pytest.mark.parametrize("width", [360, 390])
async def test_no_key_breaks_in_a_word(page: Page, control_panel: FakeControlPanel, anna: int, width: int) -> None:
    """On a phone two buttons share a row and their words stay whole."""
    await page.set_viewport_size({"width": width, "height": 800})
    buttons = [[{"text": text, "callback_data": text} for text in row] for row in PHONE_ROWS]
    await control_panel.bot("sendMessage", chat_id=anna, text="How to pay", reply_markup={"inline_keyboard": buttons})
    await expect(page.get_by_test_id("key").last).to_have_text(PHONE_ROWS[-1][-1])
    assert await page.get_by_test_id("key").evaluate_all(BROKEN_WORDS) == []


async def test_without_an_invoice_nothing_can_be_paid(page: Page, control_panel: FakeControlPanel, anna: int) -> None:
    """The wallet's buttons are disabled without an invoice, and a refusal of the control panel is shown."""
    control_panel.open_payment = None
    await page.get_by_test_id("pay-half").click()
    await expect(page.get_by_test_id("note")).to_have_text("nothing to pay")
    control_panel.changed()
    await expect(page.get_by_test_id("pay-exact")).to_be_disabled()
    assert [what for what, _ in control_panel.actions].count("pay") == 1


async def test_the_clock_can_be_moved(page: Page, control_panel: FakeControlPanel, anna: int) -> None:
    """An hour, a day, thirty days, or to the last day of the subscription."""
    for button in ("clock-hour", "clock-day", "clock-month", "clock-to-last-day"):
        await page.get_by_test_id(button).click()
        await expect(page.get_by_test_id("note").last).to_have_text("The clock has moved")
    await expect(page.get_by_test_id("card-clock")).to_contain_text("31 d 1 h ahead")
    moves = [body for what, body in control_panel.actions if what == "clock"]
    assert moves == [{"seconds": 3600}, {"seconds": 86400}, {"seconds": 2592000}, {"to": "last_day", "customer": anna}]


async def test_faults_are_switched_on_and_cleared(page: Page, control_panel: FakeControlPanel, anna: int) -> None:
    """A switch starts one fault, Clear all faults ends all of them, the worker can be killed and started."""
    switch = page.get_by_test_id("fault-panel.down")
    await switch.click()
    await expect(page.get_by_test_id("card-faults")).to_contain_text("Active faults: 1")
    assert control_panel.faults.is_on("panel.down")
    await page.get_by_test_id("clear-faults").click()
    await expect(switch).not_to_be_checked()
    await page.get_by_test_id("fault-once-chain.hole").click()
    await page.get_by_test_id("worker").click()
    await expect(page.get_by_test_id("worker")).to_have_text("Start the worker")
    await expect(page.get_by_test_id("faults-mark")).to_have_text("Active faults: 1")
    await page.get_by_test_id("clear-faults").click()
    await expect(page.get_by_test_id("faults-mark")).to_have_text("Worker stopped")
    assert last_action(control_panel, "fault") == {"name": "chain.hole", "on": True, "times": 1}
    assert last_action(control_panel, "worker") == {"running": False}


async def test_no_switch_is_clipped(page: Page, anna: int) -> None:
    """The list of faults is as long as it is: nothing of it scrolls inside its card."""
    clipped = "(list) => list.scrollHeight > list.clientHeight + 1"
    assert await page.locator(".fault-list").evaluate(clipped) is False


async def test_money_keys_and_ledger_are_shown(page: Page, control_panel: FakeControlPanel, anna: int) -> None:
    """Balance, transfers, accounts and entries are on their cards; an unbalanced ledger is marked."""
    await expect(page.get_by_test_id("wallet-balance")).to_have_text("25 TON (GRAM), 7.5 USDT")
    await expect(page.get_by_test_id("chain-transfers").locator("> li")).to_have_count(2)
    await expect(page.get_by_test_id("panel-accounts")).to_contain_text("orbit_700000001_a1")
    await expect(page.get_by_test_id("ledger-entries")).to_contain_text("−₽129")
    await expect(page.get_by_test_id("ledger-balanced")).to_have_attribute("data-balanced", "true")
    control_panel.balanced = False
    control_panel.changed()
    await expect(page.get_by_test_id("ledger-balanced")).to_have_text("✗ NOT BALANCED")
    assert await page.get_by_test_id("ledger-balanced").get_attribute("data-balanced") == "false"


async def test_several_customers_live_side_by_side(page: Page, control_panel: FakeControlPanel, anna: int) -> None:
    """Each customer has a separate chat, and a badge counts unread messages."""
    boris = page.get_by_test_id(f"customer-{anna + 1}")
    await expect(boris.locator(".badge")).to_have_text("1")
    await boris.click()
    await expect(page.get_by_test_id("bubble").last).to_contain_text("Hello <Boris>")
    await expect(boris.locator(".badge")).to_have_count(0)
    assert control_panel.telegram.customers[anna + 1].seen_up_to == 2


async def test_the_page_speaks_both_languages(page: Page, anna: int) -> None:
    """One tap changes every word, and the choice is stored."""
    await page.get_by_test_id("language").click()
    await expect(page.get_by_test_id("pay-exact")).to_have_text("Отправить точно")
    await page.reload()
    await expect(page.get_by_test_id("ledger-balanced")).to_have_text("✓ Сходится")
    gaps = await page.evaluate(
        """async () => {
          const source = await (await fetch("words.js")).text();
          return [...source.matchAll(/: \\["([^"]*)", "([^"]*)"\\]/g)].filter(([, ru, en]) => !ru || !en).length;
        }"""
    )
    assert gaps == 0


async def test_hostile_html_stays_text(page: Page) -> None:
    """Anything except the nine known tags, spelt exactly, is shown as text and never run."""
    read = """async (html) => {
      const { safeHtml } = await import("/sanitise.js");
      const box = document.createElement("div");
      box.append(safeHtml(html));
      const tags = [...box.querySelectorAll("*")].map((node) => [node.localName, ...node.getAttributeNames()]);
      return [tags, box.textContent];
    }"""
    for html, tags, text in HOSTILE:
        assert await page.evaluate(read, html) == [tags, text]


@pytest.mark.parametrize("width", [360, 390, 768, 1024, 1440])
async def test_the_page_fits_every_screen(page: Page, anna: int, width: int) -> None:
    """From a small phone to a desktop, nothing scrolls sideways, and the control panel is one tap away."""
    await page.set_viewport_size({"width": width, "height": 844})
    wide = """() => [...document.querySelectorAll("body, .log, .control-panel, .card")]
        .filter((node) => node.scrollWidth > node.clientWidth + 1).length"""
    assert await page.evaluate(wide) == 0
    if width < 760:
        await page.get_by_test_id("view-control-panel").click()
    await expect(page.get_by_test_id("pay-exact")).to_be_visible()
    assert await page.evaluate(wide) == 0


async def test_a_lost_connection_is_shown_and_restored(
    page: Page, control_panel: FakeControlPanel, app_server: AppServer, anna: int
) -> None:
    """While the sandbox doesn't respond the page says so, and it continues by itself afterwards."""
    await page.route("**/sandbox/state*", lambda route: route.fulfill(status=502, body="down"))
    control_panel.changed()
    await expect(page.get_by_test_id("connection")).to_have_text("the sandbox does not answer")
    await page.unroute("**/sandbox/state*")
    await expect(page.get_by_test_id("connection")).to_have_text("")
    assert await page.get_by_test_id("bubble").count() > 0
