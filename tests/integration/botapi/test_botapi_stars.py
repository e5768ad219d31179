"""Stars: invoice, pre-checkout, payment, refund and the list of transactions."""

from datetime import timedelta
from typing import Any

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup, LabeledPrice, Message, Update

from orbit_sandbox.clock import SandboxClock
from orbit_sandbox.telegram.people import Customer
from orbit_sandbox.telegram.refusals import NoSuchButton
from orbit_sandbox.telegram.sim_telegram import SimTelegram


async def send_invoice(bot: Bot, chat_id: int, **changes: object) -> Message:
    terms: dict[str, object] = {
        "title": "One month",
        "description": "VPN for 30 days",
        "payload": "payment-1",
        "currency": "XTR",
        "prices": [LabeledPrice(label="One month", amount=96)],
    }
    return await bot.send_invoice(chat_id, **(terms | changes))  # type: ignore[arg-type]


async def received_updates(bot: Bot, telegram: SimTelegram) -> list[Update]:
    updates = await bot.get_updates()
    telegram.updates.clear()
    return updates


async def test_a_paid_invoice_becomes_a_successful_payment(bot: Bot, telegram: SimTelegram, anna: Customer) -> None:
    """Pay, pre_checkout_query, ok, successful_payment: with amount, payload and a charge id."""
    invoice = await send_invoice(bot, anna.id)
    assert invoice.reply_markup is not None
    assert invoice.reply_markup.inline_keyboard[0][0].pay
    telegram.tap(anna.id, invoice.message_id, "Pay ⭐️96")
    [update] = await received_updates(bot, telegram)
    assert update.pre_checkout_query is not None
    assert (update.pre_checkout_query.total_amount, update.pre_checkout_query.invoice_payload) == (96, "payment-1")
    await bot.answer_pre_checkout_query(update.pre_checkout_query.id, ok=True)
    [paid] = await received_updates(bot, telegram)
    assert paid.message is not None
    assert paid.message.successful_payment is not None
    payment = paid.message.successful_payment
    assert (payment.currency, payment.total_amount, payment.invoice_payload) == ("XTR", 96, "payment-1")
    assert payment.telegram_payment_charge_id in telegram.checkouts.charges
    with pytest.raises(NoSuchButton, match="is paid"):
        telegram.pay_invoice(anna.id, invoice.message_id)


async def test_a_refused_checkout_takes_nothing(bot: Bot, telegram: SimTelegram, anna: Customer) -> None:
    """The customer sees the bot's words and keeps the Stars."""
    invoice = await send_invoice(bot, anna.id)
    checkout = telegram.pay_invoice(anna.id, invoice.message_id)
    await bot.answer_pre_checkout_query(checkout.id, ok=False, error_message="Sold out")
    assert telegram.checkouts.charges == {}
    assert [(toast.text, toast.alert) for toast in telegram.toasts] == [("Sold out", True)]


async def test_a_late_answer_takes_nothing(
    bot: Bot, telegram: SimTelegram, clock: SandboxClock, anna: Customer
) -> None:
    """After ten seconds the payment is cancelled; a second answer is refused too."""
    invoice = await send_invoice(bot, anna.id)
    checkout = telegram.pay_invoice(anna.id, invoice.message_id)
    clock.advance(timedelta(seconds=11))
    for _ in range(2):
        with pytest.raises(TelegramBadRequest, match="query is too old"):
            await bot.answer_pre_checkout_query(checkout.id, ok=True)
    assert telegram.checkouts.charges == {}


async def test_a_forwarded_invoice_can_be_paid_again(bot: Bot, telegram: SimTelegram, anna: Customer) -> None:
    """Another customer may pay an invoice that is paid: same payload, new charge, another chat."""
    boris = telegram.add_customer("Boris")
    invoice = await send_invoice(bot, anna.id)
    for payer in (anna, boris):
        checkout = telegram.pay_invoice(payer.id, invoice.message_id, chat_id=anna.id)
        await bot.answer_pre_checkout_query(checkout.id, ok=True)
    charges = list(telegram.checkouts.charges.values())
    assert [charge.payer.id for charge in charges] == [anna.id, boris.id]
    assert len({charge.id for charge in charges}) == 2
    assert len({charge.invoice.payload for charge in charges}) == 1


async def test_a_link_can_be_paid_any_number_of_times(bot: Bot, telegram: SimTelegram, anna: Customer) -> None:
    """createInvoiceLink gives an address that opens the same checkout, any number of times."""
    terms: dict[str, Any] = {"title": "T", "description": "D", "payload": "link-1", "currency": "XTR"}
    link = await bot.create_invoice_link(prices=[LabeledPrice(label="T", amount=5)], **terms)
    for _ in range(2):
        checkout = telegram.pay_link(anna.id, link)
        await bot.answer_pre_checkout_query(checkout.id, ok=True)
    assert (await bot.get_my_star_balance()).amount == 10
    with pytest.raises(NoSuchButton):
        telegram.pay_link(anna.id, link + "x")


async def test_transactions_survive_lost_updates(
    bot: Bot, telegram: SimTelegram, clock: SandboxClock, anna: Customer
) -> None:
    """A payment whose update is lost is in the list, and its refund is there under the same id."""
    invoice = await send_invoice(bot, anna.id)
    checkout = telegram.pay_invoice(anna.id, invoice.message_id)
    await bot.answer_pre_checkout_query(checkout.id, ok=True)
    telegram.updates.clear()
    [payment] = (await bot.get_star_transactions()).transactions
    clock.advance(timedelta(minutes=1))
    assert await bot.refund_star_payment(anna.id, payment.id)
    rows = (await bot.get_star_transactions()).transactions
    assert [(row.id, row.source is not None, row.receiver is not None) for row in rows] == [
        (payment.id, True, False),
        (payment.id, False, True),
    ]
    assert (await bot.get_star_transactions(offset=1, limit=1)).transactions == rows[1:]
    [update] = await received_updates(bot, telegram)
    assert update.message is not None
    assert update.message.refunded_payment is not None
    assert (await bot.get_my_star_balance()).amount == 0


async def test_a_charge_is_refunded_once_and_only_to_its_payer(bot: Bot, telegram: SimTelegram, anna: Customer) -> None:
    """A repeat has its own refusal: the money is already refunded."""
    invoice = await send_invoice(bot, anna.id)
    checkout = telegram.pay_invoice(anna.id, invoice.message_id)
    await bot.answer_pre_checkout_query(checkout.id, ok=True)
    [charge] = telegram.checkouts.charges
    with pytest.raises(TelegramBadRequest, match="CHARGE_ID_INVALID"):
        await bot.refund_star_payment(anna.id + 1, charge)
    await bot.refund_star_payment(anna.id, charge)
    with pytest.raises(TelegramBadRequest, match="CHARGE_ALREADY_REFUNDED"):
        await bot.refund_star_payment(anna.id, charge)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"currency": "RUB"}, "CURRENCY_INVALID"),
        ({"provider_token": "1:TEST"}, "PAYMENT_PROVIDER_INVALID"),
        ({"payload": "я" * 65}, "INVOICE_PAYLOAD_INVALID"),
        ({"title": "x" * 33}, "title"),
        ({"description": "x" * 256}, "description"),
        ({"prices": [LabeledPrice(label="a", amount=1)] * 2}, "STARS_INVOICE_INVALID"),
        ({"prices": [LabeledPrice(label="a", amount=0)]}, "STARS_INVOICE_INVALID"),
        (
            {
                "reply_markup": InlineKeyboardMarkup(
                    inline_keyboard=[[InlineKeyboardButton(text="B", callback_data="b")]]
                )
            },
            "REPLY_MARKUP_BUY_EMPTY",
        ),
    ],
)
async def test_bad_invoices_are_refused(bot: Bot, anna: Customer, changes: dict[str, object], words: str) -> None:
    """Stars have one price, no provider, short words, and a Pay button that comes first."""
    with pytest.raises(TelegramBadRequest, match=words):
        await send_invoice(bot, anna.id, **changes)


async def test_a_subscription_is_charged_again_each_month(bot: Bot, telegram: SimTelegram, anna: Customer) -> None:
    """Same payload, new charge: is_recurring, and the list's rows name the period; without Stars, or when
    the bot has cancelled it, nothing is taken. Only thirty days are a period.
    """
    terms: dict[str, Any] = {
        "title": "T", "description": "D", "payload": "p-1", "currency": "XTR",
        "prices": [LabeledPrice(label="T", amount=96)],
    }  # fmt: skip
    with pytest.raises(TelegramBadRequest, match="SUBSCRIPTION_PERIOD_INVALID"):
        await bot.create_invoice_link(**terms, subscription_period=86_400)
    telegram.pay_link(anna.id, await bot.create_invoice_link(**terms, subscription_period=2_592_000))
    [asked] = await received_updates(bot, telegram)
    assert asked.pre_checkout_query is not None
    await bot.answer_pre_checkout_query(asked.pre_checkout_query.id, ok=True)
    [first] = await received_updates(bot, telegram)
    telegram.clock.advance(timedelta(days=30))
    [again] = await received_updates(bot, telegram)
    paid = [update.message.successful_payment for update in (first, again) if update.message]
    assert [one and (one.invoice_payload, one.is_recurring, one.is_first_recurring) for one in paid] == [
        ("p-1", True, True), ("p-1", True, None),
    ]  # fmt: skip
    [one, other] = telegram.checkouts.transactions()
    assert one["source"]["subscription_period"] == 2_592_000
    assert one["id"] != other["id"]
    telegram.checkouts.without_stars.add(anna.id)
    telegram.clock.advance(timedelta(days=30))
    [failed] = await received_updates(bot, telegram)
    assert failed.subscription is not None
    assert (failed.subscription.invoice_payload, failed.subscription.state) == ("p-1", "failed")
    telegram.checkouts.without_stars.clear()
    with pytest.raises(TelegramBadRequest, match="CHARGE_ID_INVALID"):
        await bot.edit_user_star_subscription(anna.id, other["id"], is_canceled=True)
    with pytest.raises(TelegramBadRequest, match="USER_ID_INVALID"):
        await bot.edit_user_star_subscription(77, one["id"], is_canceled=True)
    assert await bot.edit_user_star_subscription(anna.id, one["id"], is_canceled=True)
    telegram.clock.advance(timedelta(days=30))
    assert await received_updates(bot, telegram) == []
    assert len(telegram.checkouts.charges) == 2
