"""One message for each invoice, which says the truth whatever happens; receipts and keys stay what they are."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.methods import TelegramMethod

from orbit_domain.ids import PaymentId, TelegramId
from orbit_domain.notice.notice import InvoiceChanged
from orbit_domain.notice.ports import RetryLater
from orbit_domain.payment.payment import Method
from orbit_domain.payment.ports import MethodUnavailable, PaymentGateway
from orbit_sandbox.telegram.messages import Message
from tests.integration.telegram.bot_harness import BotHarness, ChatUser
from tests.support.world import COIN

ASKS = ("Отправьте", "Send")
NOT_MODIFIED = "message is not modified: specified new message content and reply markup are exactly the same"


@pytest.fixture(autouse=True)
def notices(bot_harness: BotHarness) -> None:
    """Notices are sent into the chat."""
    bot_harness.send_notices_to_chats()


async def request_invoice(user: ChatUser) -> Message:
    """From the home screen to the invoice for a month."""
    await user.tap("plans")
    await user.tap("buy:sub_1m")
    return await user.tap("pay:")


def about_invoices(user: ChatUser) -> list[Message]:
    """The messages that are, or were, an invoice, oldest first."""
    words = (*ASKS, "Деньги получены", "Счёт", "счёт", "Получена часть", "Время счёта")
    return [one for one in user.messages if any(word in one.content.words.text for word in words)]


def inviting(user: ChatUser) -> list[Message]:
    """The messages that ask for money."""
    return [one for one in user.messages if any(word in one.content.words.text for word in ASKS)]


def labels(message: Message) -> str:
    return " ".join(button.text for row in message.content.keyboard for button in row)


def now(user: ChatUser, message: Message) -> Message:
    """*message* as the chat shows it now."""
    return user.bot_harness.telegram.chats[user.user_id].messages[message.id]


async def test_one_message_from_the_invoice_to_its_end(vera: ChatUser, bot_harness: BotHarness) -> None:
    """Half, then a quarter, then the rest: the same message says each time what is left, then that it is paid."""
    invoice = await request_invoice(vera)
    comment = vera.copied(2)
    for units, left in ((COIN // 2, "0.5"), (COIN // 4, "0.25")):
        bot_harness.world.chain.deposit(units, comment)
        await bot_harness.shop.work()
        assert [one.id for one in about_invoices(vera)] == [invoice.id]
        assert vera.copied(0) == left
        assert "ровно" not in vera.text
    bot_harness.world.chain.deposit(COIN // 4, comment)
    await bot_harness.shop.work()
    paid = now(vera, invoice)
    assert "Деньги получены" in paid.content.words.text
    assert "Отменить" not in labels(paid)
    assert inviting(vera) == []
    after = [one.content.words.text for one in vera.messages if one.id > invoice.id]
    assert ["Оплачено: 1 месяц" in text for text in after] == [True, False]
    assert "Ключ готов" in after[1]


async def test_an_expired_invoice_says_so(vera: ChatUser, bot_harness: BotHarness) -> None:
    """Nobody taps anything: the message loses amount, QR code and Cancel by itself, without a new message."""
    invoice = await request_invoice(vera)
    picture = invoice.content.photo
    bot_harness.world.clock.advance(minutes=30)
    await bot_harness.shop.work()
    over = now(vera, invoice)
    assert "Время счёта вышло" in over.content.words.text
    assert over.content.photo != picture
    assert "Отменить" not in labels(over)
    assert vera.newest.id == invoice.id


async def test_half_paid_and_expired_is_credited_and_no_invitation(vera: ChatUser, bot_harness: BotHarness) -> None:
    """The half is on the balance, which is told aloud, and the invoice says that it is over."""
    invoice = await request_invoice(vera)
    bot_harness.world.chain.deposit(COIN // 2, vera.copied(2))
    await bot_harness.shop.work()
    bot_harness.world.clock.advance(minutes=30)
    await bot_harness.shop.work()
    assert "Время счёта вышло" in now(vera, invoice).content.words.text
    assert "Зачислено" in vera.text
    assert inviting(vera) == []


async def test_a_new_request_replaces_the_older_invoice(vera: ChatUser, bot_harness: BotHarness) -> None:
    """A request for another order: the older message points below, the newer one asks."""
    older = await request_invoice(vera)
    await vera.tap("order:")
    await vera.tap("plans")
    await vera.tap("buy:sub_3m")
    newer = await vera.tap("pay:")
    await bot_harness.shop.work()
    assert newer.id > older.id
    assert "заменён" in now(vera, older).content.words.text
    assert [one.id for one in inviting(vera)] == [newer.id]


async def test_the_same_request_again_moves_the_invoice(vera: ChatUser, bot_harness: BotHarness) -> None:
    """Back to the order and the same method again: one live invoice, the newest message; later news reaches it."""
    older = await request_invoice(vera)
    comment = vera.copied(2)
    await vera.tap("order:")
    newer = await vera.tap("pay:")
    assert vera.copied(2) == comment
    assert "заменён" in now(vera, older).content.words.text
    bot_harness.world.chain.deposit(COIN, comment)
    await bot_harness.shop.work()
    assert "Деньги получены" in now(vera, newer).content.words.text
    assert "заменён" in now(vera, older).content.words.text
    assert inviting(vera) == []


async def test_a_new_invoice_after_an_expired_one(vera: ChatUser, bot_harness: BotHarness) -> None:
    """The expired message stays, says that it is replaced, and doesn't become the new invoice."""
    older = await request_invoice(vera)
    bot_harness.world.clock.advance(minutes=30)
    await bot_harness.shop.work()
    newer = await vera.tap("pay:", now(vera, older))
    await bot_harness.shop.work()
    assert newer.id > older.id
    assert "заменён" in now(vera, older).content.words.text
    assert [one.id for one in inviting(vera)] == [newer.id]


async def test_an_order_paid_otherwise_ends_its_invoice(vera: ChatUser, bot_harness: BotHarness) -> None:
    """A top-up pays the order: its own invoice isn't needed any more, the top-up's is paid, and both say so."""
    invoice = await request_invoice(vera)
    await vera.write("/balance")
    topup = await vera.tap("500")
    await bot_harness.shop.work()
    assert "заменён" in now(vera, invoice).content.words.text
    bot_harness.world.chain.deposit(10 * COIN, vera.copied(2))
    await bot_harness.shop.work()
    assert "больше не нужен" in now(vera, invoice).content.words.text
    assert "Деньги получены" in now(vera, topup).content.words.text
    assert inviting(vera) == []


async def test_cancel_keeps_its_promise(vera: ChatUser, bot_harness: BotHarness) -> None:
    """Money that comes after Cancel stays on the balance; one tap then finishes the order."""
    invoice = await request_invoice(vera)
    comment = vera.copied(2)
    await vera.tap("drop:")
    assert "Счёт отменён" in now(vera, invoice).content.words.text
    assert "останутся там" in vera.text
    bot_harness.world.chain.deposit(COIN, comment)
    await bot_harness.shop.work()
    assert "Зачислено 129" in vera.text.replace("\xa0", " ")
    assert "Деньги остаются на балансе" in vera.text
    await vera.tap("Завершить заказ")
    assert "Оплачено: 1 месяц" in vera.text
    await bot_harness.shop.work()
    assert "Ключ готов" in vera.text
    assert inviting(vera) == []


async def test_a_removed_invoice_comes_again_only_to_ask_for_the_rest(vera: ChatUser, bot_harness: BotHarness) -> None:
    """A message that the customer has deleted is sent anew for the rest, and from then on it is the invoice."""
    invoice = await request_invoice(vera)
    comment = vera.copied(2)
    await bot_harness.bot.delete_message(vera.user_id, invoice.id)
    bot_harness.world.chain.deposit(COIN // 2, comment)
    await bot_harness.shop.work()
    again = vera.newest
    assert again.id > invoice.id
    assert vera.copied(0) == "0.5"
    bot_harness.world.clock.advance(minutes=30)
    await bot_harness.shop.work()
    assert "Время счёта вышло" in now(vera, again).content.words.text


async def test_home_leaves_receipt_and_key_where_they_are(vera: ChatUser, bot_harness: BotHarness) -> None:
    """Every button of a receipt, a key or a paid invoice opens a new message; none of the three changes."""
    await request_invoice(vera)
    bot_harness.world.chain.deposit(COIN, vera.copied(2))
    await bot_harness.shop.work()
    invoice, receipt, key = vera.messages[-3:]
    assert key.content.photo is not None
    for kept in (invoice, receipt, key):
        for button in ("home", "connect"):
            newest = await vera.tap(button, kept)
            assert newest.id > key.id
    assert [now(vera, kept) for kept in (invoice, receipt, key)] == [invoice, receipt, key]


async def test_home_leaves_the_connect_screen_with_its_qr_code(vera: ChatUser, bot_harness: BotHarness) -> None:
    """A picture with a key isn't deleted when the customer goes home."""
    await vera.tap("trial")
    await bot_harness.shop.work()
    connect = await vera.tap("connect")
    await vera.tap("home", connect)
    assert now(vera, connect) == connect


async def test_a_trial_is_told_once(vera: ChatUser, bot_harness: BotHarness) -> None:
    """The tap says that it has begun, the key comes in a message, and nothing else does."""
    await vera.tap("trial")
    before = len(vera.messages)
    await bot_harness.shop.work()
    assert [("Ключ готов" in one.content.words.text) for one in vera.messages[before:]] == [True]
    assert sum("Пробный период начался" in one.content.words.text for one in vera.messages) == 1


async def test_a_late_tap_promises_no_key(vera: ChatUser, bot_harness: BotHarness) -> None:
    """ "I have paid" on an old keyboard, after the key came: the invoice stays as it is, and nothing is posted."""
    invoice = await request_invoice(vera)
    bot_harness.world.chain.deposit(COIN, vera.copied(2))
    await bot_harness.shop.work()
    before = [one.id for one in vera.messages]
    await vera.tap(next(data for data in invoice.old_data if data.startswith("check:")), invoice)
    assert [one.id for one in vera.messages] == before
    assert "придёт" not in now(vera, invoice).content.words.text


async def test_paying_from_the_balance_gives_one_receipt(vera: ChatUser, bot_harness: BotHarness) -> None:
    """The tapped checkout says that the order is paid; price and balance stand in the receipt alone."""
    await vera.buyer.add_balance(20_000)
    await bot_harness.shop.work(1)
    await vera.write("/buy")
    await vera.tap("buy:sub_1m")
    await vera.tap("Оплатить с баланса")
    await bot_harness.shop.work()
    texts = [one.content.words.text.replace("\xa0", " ") for one in vera.messages]
    assert sum("71 ₽" in text for text in texts) == 1


class Refusing:
    """Telegram's edits of pictures, refused with a text: a middleware of the bot's session."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.calls = 0

    async def __call__(self, make_request: Any, bot: Bot, method: TelegramMethod[Any]) -> Any:
        if not edits_picture(method):
            return await make_request(bot, method)
        self.calls += 1
        raise TelegramBadRequest(method=method, message=f"Bad Request: {self.text}")


def edits_picture(method: TelegramMethod[Any]) -> bool:
    return method.__api_method__ == "editMessageMedia"


@pytest.mark.parametrize(
    ("refusal", "new"), [("message can't be edited", True), ("message to edit not found", False), (NOT_MODIFIED, False)]
)
async def test_an_invoice_that_cannot_be_edited_is_sent_anew(
    vera: ChatUser, bot_harness: BotHarness, refusal: str, new: bool
) -> None:
    """What Telegram doesn't let us edit is followed by the truth; what is gone, or right already, needs no message."""
    invoice = await request_invoice(vera)
    refusing = Refusing(refusal)
    bot_harness.bot.session.middleware(refusing)
    bot_harness.world.clock.advance(minutes=30)
    await bot_harness.shop.work()
    assert refusing.calls == 1
    assert (vera.newest.id > invoice.id) is new
    assert ("Время счёта вышло" in vera.text) is new


async def test_another_refusal_is_tried_again(vera: ChatUser, bot_harness: BotHarness) -> None:
    """A refusal that says nothing of the message itself is no reason for a second message: the edit waits."""
    invoice = await request_invoice(vera)
    refusing = Refusing("can't parse entities")
    bot_harness.bot.session.middleware(refusing)
    bot_harness.world.clock.advance(minutes=30)
    await bot_harness.shop.work()
    bot_harness.bot.session.middleware.unregister(refusing)
    assert (refusing.calls, vera.newest.id) == (1, invoice.id)
    bot_harness.world.clock.advance(hours=6)
    await bot_harness.shop.work()
    assert "Время счёта вышло" in now(vera, invoice).content.words.text


async def test_a_silent_provider_delays_the_edit_alone(vera: ChatUser, bot_harness: BotHarness) -> None:
    """While the provider doesn't say how to pay, the edit is tried again later, and no other notice waits for it."""
    invoice = await request_invoice(vera)
    shop = bot_harness.shop
    notifier = shop.deliver_notices.notifier
    notifier.show_payment = replace(shop.show_payment, gateways=NoGateways())
    with pytest.raises(RetryLater) as raised:
        await notifier.send(TelegramId(vera.user_id), "ru", InvoiceChanged(_payment_id(invoice), "replaced"))
    assert not raised.value.keeps_place
    assert now(vera, invoice) == invoice


class NoGateways:
    """A shop whose provider is silent."""

    def get(self, method: Method) -> PaymentGateway:
        raise MethodUnavailable(method, "no answer")

    def all(self) -> tuple[PaymentGateway, ...]:
        return ()

    def offered(self) -> tuple[PaymentGateway, ...]:
        return ()


def _payment_id(invoice: Message) -> PaymentId:
    """The payment that the invoice's buttons name."""
    data = next(data for data in invoice.old_data if data.startswith("check:"))
    return PaymentId(UUID(data.removesuffix("+").removeprefix("check:")))


async def test_a_part_that_is_told_before_the_invoice_is_known(vera: ChatUser, bot_harness: BotHarness) -> None:
    """Half arrives while the invoice is on its way: the chat ends with one invoice, which asks for the rest."""
    await vera.tap("plans")
    await vera.tap("buy:sub_1m")
    harness, middleware = bot_harness, bot_harness.bot.session.middleware

    async def paid_meanwhile(make_request: Any, bot: Bot, method: TelegramMethod[Any]) -> Any:
        if not edits_picture(method):
            return await make_request(bot, method)
        middleware.unregister(paid_meanwhile)
        async with harness.world.storage.transaction() as tx:
            (payment,) = await tx.payments.of_user(TelegramId(vera.user_id), 1)
        harness.world.chain.deposit(COIN // 2, payment.comment)
        await harness.shop.work()
        return await make_request(bot, method)

    middleware(paid_meanwhile)
    await vera.tap("pay:")
    await harness.shop.work()
    (invitation,) = inviting(vera)
    assert "Получена часть" in invitation.content.words.text
