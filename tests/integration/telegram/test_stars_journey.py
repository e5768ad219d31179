"""Paying with Stars, from the plan to the key, and every way in which it must not be paid."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramNetworkError
from aiogram.methods import AnswerPreCheckoutQuery, TelegramMethod

from orbit_domain.ids import TelegramId
from orbit_domain.order.order import OrderState
from orbit_domain.payment.payment import PaymentStatus
from orbit_sandbox.telegram.session import InProcessSession
from tests.integration.telegram.bot_harness import ChatUser
from tests.integration.telegram.stars_shop import DUE, StarsHarness, open_stars_shop
from tests.support.world import COIN, PRICE


@pytest.fixture
async def stars() -> AsyncIterator[StarsHarness]:
    stars = await open_stars_shop()
    yield stars
    stars.give_back()


@pytest.fixture
async def vera(stars: StarsHarness) -> ChatUser:
    vera = stars.new_user()
    await vera.write("/start")
    return vera


async def test_a_month_is_bought_with_stars(stars: StarsHarness, vera: ChatUser) -> None:
    """The invoice opens in Telegram; once it is paid the key comes, the receipt says the Stars, the owner nothing."""
    url = await stars.invoice(vera)
    invoice = vera.newest.id
    assert f"Оплатите {DUE}\xa0⭐ прямо в Telegram" in vera.text
    assert url.startswith("https://t.me/$")
    await stars.pay(vera, url)
    assert (await stars.payment(vera)).status is PaymentStatus.CONFIRMED
    await stars.shop.work()
    assert "Деньги получены" in stars.telegram.chats[vera.user_id].messages[invoice].content.words.text
    assert any("Telegram Stars: 129\xa0₽" in one.content.words.text for one in vera.messages)
    assert "пополнение · Telegram Stars" in (await vera.write("/balance")).content.words.text
    assert await stars.outcome(vera) == (OrderState.DELIVERED, 0)
    assert [charge.invoice.stars for charge in stars.charges] == [DUE]
    assert await stars.told_owner() == []


async def test_news_of_a_payment_that_comes_twice_is_one_payment(stars: StarsHarness, vera: ChatUser) -> None:
    """Telegram repeats successful_payment, and it repeats under another number: it is paid once."""
    url = await stars.invoice(vera)
    stars.telegram.pay_link(vera.user_id, url)
    await stars.process_updates()
    (paid,) = await stars.process_updates()
    for number in (paid["update_id"], paid["update_id"] + 1000):
        await stars.feed(paid | {"update_id": number})
    await stars.shop.work()
    assert await stars.outcome(vera) == (OrderState.DELIVERED, 0)
    assert await stars.told_owner() == []


async def test_lost_news_of_a_payment_loses_nothing(stars: StarsHarness, vera: ChatUser) -> None:
    """The list of transactions is the truth: the payment is found there without its update."""
    stars.telegram.pay_link(vera.user_id, await stars.invoice(vera))
    await stars.process_updates()
    stars.telegram.updates.clear()
    await stars.shop.work()
    assert await stars.outcome(vera) == (OrderState.DELIVERED, 0)


class LosesAnswers(InProcessSession):
    """Loses the next answer to the question before a payment, before or after Telegram has got it."""

    def __init__(self, stars: StarsHarness, *, after: bool) -> None:
        super().__init__(stars.telegram)
        self.after = after
        self.lost = 0

    async def make_request(self, bot: Bot, method: TelegramMethod[Any], timeout: int | None = None) -> Any:  # noqa: ASYNC109 - aiogram's signature
        if not isinstance(method, AnswerPreCheckoutQuery) or self.lost:
            return await super().make_request(bot, method, timeout)
        self.lost += 1
        if self.after:
            await super().make_request(bot, method, timeout)
        raise TelegramNetworkError(method, "lost")


@pytest.mark.parametrize("after", [False, True], ids=["never came", "came, and nobody knows"])
async def test_a_lost_answer_before_the_payment(stars: StarsHarness, vera: ChatUser, after: bool) -> None:
    """Without our yes nothing is taken, and a minute later the invoice can be paid; with it, it is paid, once."""
    url = await stars.invoice(vera)
    stars.bot.session = LosesAnswers(stars, after=after)
    await stars.pay(vera, url)
    assert len(stars.charges) == int(after)
    stars.world.clock.advance(seconds=30)
    await stars.pay(vera, url)
    assert len(stars.charges) == int(after)
    stars.world.clock.advance(seconds=31)
    await stars.pay(vera, url)
    await stars.shop.work()
    assert len(stars.charges) == 1
    assert await stars.outcome(vera) == (OrderState.DELIVERED, 0)


async def test_two_payments_at_once_are_one(stars: StarsHarness, vera: ChatUser) -> None:
    """Pay is pressed on two devices before either is done: the second one is told to wait, and keeps the Stars."""
    url = await stars.invoice(vera)
    for _ in range(2):
        stars.telegram.pay_link(vera.user_id, url)
    await stars.process_updates()
    assert len(stars.charges) == 1
    assert "прямо сейчас оплачивается" in vera.toasts[-1]


async def expired(stars: StarsHarness, _: ChatUser) -> None:
    stars.world.clock.advance(minutes=60)


async def cancelled(_: StarsHarness, vera: ChatUser) -> None:
    await vera.tap("drop:")


async def paid_with_coins(stars: StarsHarness, vera: ChatUser) -> None:
    await vera.tap("order:")
    await vera.tap("TON (GRAM)")
    stars.world.chain.deposit(COIN, vera.copied(2))
    await stars.shop.work()


async def paid_with_stars(stars: StarsHarness, vera: ChatUser) -> None:
    await stars.pay(vera, stars.link(vera))


async def changed(stars: StarsHarness, _: ChatUser) -> None:
    links = stars.telegram.checkouts.links
    links.update({url: replace(invoice, stars=1) for url, invoice in links.items()})


async def unknown(stars: StarsHarness, _: ChatUser) -> None:
    links = stars.telegram.checkouts.links
    links.update({url: replace(invoice, payload="a bot before us") for url, invoice in links.items()})


@pytest.mark.parametrize(
    ("happens", "words"),
    [
        (expired, "Время этого счёта вышло"),
        (cancelled, "отменён или заменён"),
        (paid_with_coins, "уже оплачен или закрыт"),
        (paid_with_stars, "уже оплачен"),
        (changed, "Сумма счёта изменилась"),
        (unknown, "Такого счёта у нас нет"),
    ],
)
async def test_what_must_not_be_paid_is_refused(
    stars: StarsHarness,
    vera: ChatUser,
    happens: Callable[[StarsHarness, ChatUser], Awaitable[None]],
    words: str,
) -> None:
    """The customer reads why, in their language, and keeps the Stars; the question is recorded with its answer."""
    url = await stars.invoice(vera)
    await happens(stars, vera)
    taken = len(stars.charges)
    await stars.pay(vera, url)
    assert len(stars.charges) == taken
    assert words in vera.toasts[-1]
    async with stars.world.storage.transaction() as tx:
        assert any(entry.external_id.startswith("refused:") for entry in await tx.inbox.newest(10))


async def test_another_person_s_invoice_is_refused(stars: StarsHarness, vera: ChatUser) -> None:
    """A forwarded link is no invoice of whoever opens it, also of somebody whom the shop has never met."""
    url = await stars.invoice(vera)
    await stars.pay(stranger := stars.new_user("en", "Tom"), url)
    assert stars.charges == []
    assert "somebody else's" in stranger.toasts[-1]
    assert await stars.outcome(vera) == (OrderState.OPEN, 0)


async def test_what_was_approved_before_cancelling_stays_on_the_balance(stars: StarsHarness, vera: ChatUser) -> None:
    """Telegram takes the Stars on a yes that came before Cancel: they are on the balance, and the order isn't paid."""
    url = await stars.invoice(vera)
    stars.telegram.pay_link(vera.user_id, url)
    await stars.process_updates()
    await stars.shop.cancel_payment(  # type: ignore[attr-defined]
        TelegramId(vera.user_id), (await stars.payment(vera)).id
    )
    await stars.process_updates()
    await stars.shop.work()
    assert len(stars.charges) == 1
    assert await stars.outcome(vera) == (OrderState.OPEN, PRICE)


@pytest.mark.parametrize("is_told", [True, False], ids=["with its update", "in the list alone"])
async def test_s11_stars_that_went_back_end_what_they_bought(
    stars: StarsHarness, vera: ChatUser, is_told: bool
) -> None:
    """S9, S11: a refund under the id of its payment is booked once, however it is told, and each one hears of it once.

    The day that had begun isn't owed, so nothing is; no reminder says that the key works for another day.
    """
    await stars.pay(vera, await stars.invoice(vera))
    await stars.shop.work()
    stars.world.clock.advance(minutes=5)
    (charge,) = stars.charges
    await stars.bot.refund_star_payment(vera.user_id, charge.id)
    if not is_told:
        stars.telegram.updates.clear()
    await stars.process_updates()
    for _ in range(2):
        await stars.shop.work()
    told: list[Any] = await stars.told_owner()
    assert [(one.kind, one.tg_id, one.units, one.stopped) for one in told] == [("money_reversed", vera.user_id, DUE, 1)]
    assert await stars.outcome(vera) == (OrderState.REFUNDED, 0)
    assert "Ваш платёж вернулся к вам" in vera.text
    assert "ключи отключены" in vera.text


async def test_an_invoice_is_asked_for_again_without_a_second_link(stars: StarsHarness, vera: ChatUser) -> None:
    """Half an hour later the same order has the same link, and it can still be paid."""
    url = await stars.invoice(vera)
    stars.world.clock.advance(minutes=30)
    await stars.shop.work()
    await vera.tap("order:")
    await vera.tap("Telegram Stars")
    assert stars.link(vera) == url
    await stars.pay(vera, url)
    await stars.shop.work()
    assert await stars.outcome(vera) == (OrderState.DELIVERED, 0)
