"""Payments inside Telegram from end to end: what Telegram says is stored, and the owner reads it."""

from typing import Any

import pytest

from orbit_domain.ids import TelegramId
from orbit_entry.bot.per_user_queue import PerUserQueue
from orbit_entry.bot.update_processor import RetryUpdate, UpdateProcessor
from tests.integration.telegram.bot_harness import BotHarness, ChatUser
from tests.support.shop import OWNER

PAYMENT = {
    "currency": "XTR",
    "total_amount": 96,
    "invoice_payload": "sub_1m",
    "telegram_payment_charge_id": "stx1",
    "provider_payment_charge_id": "",
}


def paid(vera: ChatUser, field: str, content: Any) -> dict[str, Any]:
    """An update of Telegram about *vera*."""
    person = {"id": vera.user_id, "first_name": "Вера"}
    chat, sender = {**person, "type": "private"}, {**person, "is_bot": False}
    return {"update_id": 9_000, "message": {"message_id": 77, "date": 1, "chat": chat, "from": sender, field: content}}


@pytest.mark.parametrize(
    ("field", "content", "event"),
    [
        ("successful_payment", PAYMENT, "paid"),
        ("refunded_payment", PAYMENT, "refunded"),
        ("gift", {"gift": {"id": "5", "star_count": 96, "sticker": {}}}, "gift"),
    ],
)
async def test_the_owner_hears_once_of_money_inside_telegram(
    bot_harness: BotHarness, vera: ChatUser, field: str, content: Any, event: str
) -> None:
    """However often Telegram repeats it: stored once, one notice, no answer to the customer, no money on a balance."""
    shop, storage = bot_harness.shop, bot_harness.world.storage
    processor = UpdateProcessor(
        bot_harness.dispatcher,
        bot_harness.bot,
        PerUserQueue(),
        shop.record_money_update,  # type: ignore[attr-defined]
    )
    before = len(vera.messages)
    for _ in range(3):
        await processor.process(paid(vera, field, content))
    async with storage.transaction() as tx:
        (entry,) = await tx.inbox.newest(10)
        notices = [message.notice for message in await tx.outbox.of_user(OWNER, 10)]
        user = await tx.users.get(TelegramId(vera.user_id))
    assert '"update_id": 9000' in entry.payload
    assert [(notice.event, notice.sender_id, notice.units) for notice in notices] == [(event, vera.user_id, 96)]
    assert len(vera.messages) == before
    assert user is not None
    assert user.balance.is_zero


async def test_the_whole_bot_refuses_to_acknowledge_money_it_could_not_store(
    bot_harness: BotHarness, vera: ChatUser
) -> None:
    """Without the storage the update must come again; a bug of the storage is no exception."""

    async def broken(update: object) -> bool:
        raise KeyError("a bug")

    processor = UpdateProcessor(bot_harness.dispatcher, bot_harness.bot, PerUserQueue(), broken)
    with pytest.raises(RetryUpdate):
        await processor.process(paid(vera, "successful_payment", PAYMENT))
