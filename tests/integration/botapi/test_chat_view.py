"""The view of a chat for the sandbox page."""

from aiogram import Bot
from aiogram.types import BufferedInputFile, LabeledPrice

from orbit_sandbox.telegram.chat_view import chat_view, customers_view
from orbit_sandbox.telegram.people import Customer
from orbit_sandbox.telegram.sim_telegram import SimTelegram
from tests.integration.botapi.test_botapi_messages import KEYS, PNG


async def test_a_chat_is_shown_in_order(bot: Bot, telegram: SimTelegram, anna: Customer) -> None:
    """Messages of both sides follow each other, with escaped HTML, keyboards and the mark of an edit."""
    sent = await bot.send_message(anna.id, "<b>Hi</b> &lt;Anna&gt;", parse_mode="HTML", reply_markup=KEYS)
    await bot.edit_message_text(
        "<i>Hello</i>", chat_id=anna.id, message_id=sent.message_id, parse_mode="HTML", reply_markup=KEYS
    )
    start, hello = chat_view(telegram, anna.id)["messages"]
    assert (start["from"], start["text_html"], start["edited"]) == ("customer", "/start", False)
    assert (hello["from"], hello["text_html"], hello["edited"]) == ("bot", "<i>Hello</i>", True)
    assert [[key["kind"] for key in row] for row in hello["keyboard"]] == [["callback"], ["url", "copy"]]
    assert hello["keyboard"][1][1]["data"] == "comment 42"


async def test_nothing_typed_becomes_markup(telegram: SimTelegram, anna: Customer) -> None:
    """What a customer types is text, whatever it looks like."""
    telegram.say(anna.id, "<script>alert(1)</script>")
    shown = chat_view(telegram, anna.id)["messages"][-1]["text_html"]
    assert shown == "&lt;script&gt;alert(1)&lt;/script&gt;"


async def test_files_and_invoices_are_shown(bot: Bot, telegram: SimTelegram, anna: Customer) -> None:
    """Pictures and documents are addresses, an invoice has its price and whether it is paid."""
    await bot.send_photo(anna.id, BufferedInputFile(PNG, "qr.png"))
    await bot.send_document(anna.id, BufferedInputFile(b"x", "key.conf"))
    sent = await bot.send_invoice(anna.id, "Month", "30 days", "p", "XTR", [LabeledPrice(label="m", amount=96)])
    await bot.answer_pre_checkout_query(telegram.pay_invoice(anna.id, sent.message_id).id, ok=True)
    _, photo, document, invoice, paid = chat_view(telegram, anna.id, "/f/")["messages"]
    assert photo["photo"].removeprefix("/f/") in [row["file_id"] for row in _photos(telegram, anna)]
    assert document["document"]["name"] == "key.conf"
    assert invoice["invoice"] == {"title": "Month", "description": "30 days", "amount": 96, "paid": True}
    assert paid["service"] == {"kind": "successful_payment", "amount": 96}


async def test_unread_counts_the_bots_messages(bot: Bot, telegram: SimTelegram, anna: Customer) -> None:
    """A customer's badge counts the bot's messages until the page shows the chat."""
    await bot.send_message(anna.id, "One")
    await bot.send_message(anna.id, "Two")
    [shown] = customers_view(telegram)
    assert (shown["name"], shown["language"], shown["unread"]) == ("Анна", "ru", 2)
    telegram.mark_read(anna.id)
    assert customers_view(telegram)[0]["unread"] == 0


async def test_strangers_have_an_empty_chat(telegram: SimTelegram) -> None:
    """A customer that doesn't exist is shown as an empty chat."""
    assert chat_view(telegram, 5) == {"messages": [], "toasts": [], "typing": False}


def _photos(telegram: SimTelegram, customer: Customer) -> list[dict[str, object]]:
    files = [m.content.photo for m in telegram.chats[customer.id].messages.values()]
    return [row for file in files if file is not None for row in file.photo_wire()]
