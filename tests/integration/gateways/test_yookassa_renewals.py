"""Renewals by a card that YooKassa keeps: one charge for one order, whatever happens, and never without consent."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from orbit_adapters.yookassa.gateway import YOOKASSA_METHOD
from orbit_domain.ids import Nonce, PlanCode
from orbit_domain.money import rub
from orbit_domain.notice.notice import Notice, PeriodEnding
from orbit_domain.notice.renewal_notices import CardKept, CardNotCharged
from orbit_domain.order.order import Order, OrderState
from orbit_domain.payment.payment import CardUse, PaymentStatus
from orbit_domain.payment.recurrence import Recurrence
from orbit_sandbox.yookassa.records import BankAnswer, SimPayment
from tests.integration.gateways.yookassa_shop import ANNA, PRICE, YooKassaShop, shop_at_yookassa
from tests.support.shop import OWNER

MONTH = timedelta(days=30)


@pytest.fixture
async def shop() -> AsyncIterator[YooKassaShop]:
    async with shop_at_yookassa(keeps_cards=True) as opened:
        yield opened


async def buy(
    shop: YooKassaShop, card: CardUse | None = CardUse.KEEP, nonce: str = "1", way: str = "bank_card"
) -> None:
    """Anna buys a month, and lets YooKassa keep the card, or not."""
    checkout = await shop.shop.open_checkout(ANNA, PlanCode("sub_1m"), Nonce(nonce))
    view = await shop.shop.request_payment(ANNA, checkout.order.id, YOOKASSA_METHOD, card)
    payment = (await shop.shop.show_payment(ANNA, view.payment.id)).payment
    shop.account.sim.pay(payment.external_id or "", way)
    await shop.shop.work()


async def a_month_later(shop: YooKassaShop, work: bool = True) -> None:
    """Let the last day of the period begin, with everything read."""
    shop.world.clock.at = await ends_at(shop) - timedelta(hours=25)
    await shop.shop.scan_and_settle()
    if work:
        await shop.shop.work()


async def ends_at(shop: YooKassaShop) -> datetime:
    """When Anna's period ends."""
    subscription = (await shop.shop.show_home(ANNA)).subscription
    assert subscription.ends_at is not None
    return subscription.ends_at


def lose(shop: YooKassaShop, fault: str, *, at_call: int) -> None:
    """Let *fault* meet the next calls from *at_call* on."""
    faults, asked = shop.account.faults, 0
    consume = faults.consume

    def at_that_call(name: str) -> bool:
        nonlocal asked
        asked += name == "yookassa.timeout"
        return (name == fault and asked >= at_call) or consume(name)

    shop.account.faults.consume = at_that_call  # type: ignore[method-assign]


def heal(shop: YooKassaShop) -> None:
    """End what *lose* began."""
    del shop.account.faults.consume  # type: ignore[method-assign]


async def give(shop: YooKassaShop, units: int) -> None:
    """The owner puts something on Anna's balance."""
    await shop.shop.adjust_balance(shop.world.ids.uuid(), ANNA, units, "cli:owner", "a present")


def charges(shop: YooKassaShop) -> list[SimPayment]:
    """What YooKassa was asked for without Anna: everything but the first payment."""
    return list(shop.account.sim.payments.values())[1:]


def told(shop: YooKassaShop, kind: str) -> list[Notice]:
    """What Anna was told of that kind."""
    return shop.world.notices(ANNA, kind)


async def newest(shop: YooKassaShop) -> Order:
    """Anna's newest order, in a ledger that balances."""
    await shop.balance()
    return await shop.order()


async def test_a_card_renews_once_for_a_period(shop: YooKassaShop) -> None:
    """Anna agrees once; each month the price is taken once, the period grows, and she hears of both."""
    await buy(shop)
    (kept,) = told(shop, "card_kept")
    assert isinstance(kept, CardKept)
    assert (kept.card, kept.limit_kopecks) == ("Bank card *4444", PRICE)
    view = await shop.shop.show_card(ANNA)
    assert (view.title, view.limit.units if view.limit else 0) == ("Bank card *4444", PRICE)
    for month in (1, 2):
        end = await ends_at(shop)
        await a_month_later(shop)
        await shop.shop.work(3)
        assert [one.units for one in charges(shop)] == [PRICE] * month
        assert (await newest(shop)).state is OrderState.DELIVERED
        assert await ends_at(shop) == end + MONTH
        assert len(told(shop, "order_paid")) == 1 + month
        assert await shop.balance() == 0
    assert told(shop, "card_not_charged") == []


async def test_the_reminder_names_the_card(shop: YooKassaShop) -> None:
    """Three days before the end Anna reads what will happen; the last day's reminder is void once it has."""
    await buy(shop)
    end = await ends_at(shop)
    for left in (timedelta(days=2), timedelta(hours=25), timedelta(hours=23)):
        shop.world.clock.at = end - left
        await shop.shop.scan_and_settle()
        await shop.shop.work()
    reminders = [one for one in told(shop, "period_ending") if isinstance(one, PeriodEnding)]
    assert [(one.reminder, one.card) for one in reminders] == [("three_days", "Bank card *4444")]


async def test_nothing_is_kept_without_consent(shop: YooKassaShop) -> None:
    """Paid by the ordinary button, YooKassa isn't asked to keep anything, and nothing is ever charged."""
    await buy(shop, card=None)
    await a_month_later(shop)
    assert (charges(shop), told(shop, "card_kept"), (await shop.shop.show_card(ANNA)).title) == ([], [], "")


async def test_nothing_is_charged_beside_a_subscription_elsewhere(shop: YooKassaShop) -> None:
    """Telegram charges Anna for the next month already: the card isn't asked for the same month."""
    await buy(shop)
    elsewhere = Recurrence(charged_at=await ends_at(shop) - MONTH)
    async with shop.world.storage.transaction() as tx:
        (payment,) = await tx.payments.of_user(ANNA, 9)
        await tx.payments.save(replace(payment, recurrence=elsewhere))
    await a_month_later(shop)
    assert charges(shop) == []


async def test_only_what_the_balance_lacks_is_charged(shop: YooKassaShop) -> None:
    """What is on the balance goes first; when it is enough, the card isn't asked at all."""
    await buy(shop)
    await give(shop, 5_000)
    await a_month_later(shop)
    assert [one.units for one in charges(shop)] == [PRICE - 5_000]
    await give(shop, PRICE)
    await a_month_later(shop)
    assert (len(charges(shop)), (await newest(shop)).state, await shop.balance()) == (1, OrderState.DELIVERED, 0)


@pytest.mark.parametrize(
    ("fault", "call"),
    [("yookassa.timeout", 1), ("yookassa.timeout", 2), ("yookassa.cut", 2), ("yookassa.http_500", 2)],
    ids=["before looking at the card", "before charging", "after charging", "500 after charging"],
)
async def test_a_lost_answer_charges_once(shop: YooKassaShop, fault: str, call: int) -> None:
    """While nobody knows what became of the charge it is asked for again under the same key: it is taken once."""
    await buy(shop)
    await a_month_later(shop, work=False)
    await shop.shop.start_card_renewals()
    for _ in range(3):
        lose(shop, fault, at_call=call)
        assert await shop.shop.charge_cards() == 0
        heal(shop)
    await shop.shop.work(3)
    assert [one.status for one in charges(shop)] == ["succeeded"]
    assert ((await newest(shop)).state, await shop.balance()) == (OrderState.DELIVERED, 0)


async def test_what_was_taken_unheard_pays_all_the_same(shop: YooKassaShop) -> None:
    """The charge succeeds, its answer is lost, and the worker asks no more: the list brings the money."""
    await buy(shop)
    await a_month_later(shop, work=False)
    await shop.shop.start_card_renewals()
    lose(shop, "yookassa.cut", at_call=2)
    await shop.shop.charge_cards()
    heal(shop)
    await shop.shop.scan_and_settle()
    assert ((await newest(shop)).state, len(charges(shop))) == (OrderState.PAID, 1)


@pytest.mark.parametrize("bank", [BankAnswer.DECLINES, BankAnswer.WANTS_CUSTOMER, BankAnswer.REVOKES])
async def test_a_charge_that_fails_is_never_repeated(shop: YooKassaShop, bank: BankAnswer) -> None:
    """Anna hears once and can pay by hand; a card that its bank has revoked is forgotten, another one stays."""
    await buy(shop)
    shop.account.sim.bank_answer = bank
    await a_month_later(shop)
    shop.account.sim.bank_answer = BankAnswer.PAYS
    await shop.shop.work(4)
    (notice,) = told(shop, "card_not_charged")
    assert isinstance(notice, CardNotCharged)
    is_revoked = bank is BankAnswer.REVOKES
    assert (notice.reason, notice.price_kopecks) == ("revoked" if is_revoked else "declined", PRICE)
    assert ((await shop.shop.show_card(ANNA)).title == "") is is_revoked
    assert len(charges(shop)) == 1
    assert notice.order_id is not None
    view = await shop.shop.request_payment(ANNA, notice.order_id, YOOKASSA_METHOD)
    shown = (await shop.shop.show_payment(ANNA, view.payment.id)).payment
    shop.account.sim.pay(shown.external_id or "")
    await shop.shop.work()
    assert ((await newest(shop)).state, await shop.balance()) == (OrderState.DELIVERED, 0)


async def test_silence_ends_with_the_hour(shop: YooKassaShop) -> None:
    """A provider that never answers isn't asked for ever; Anna hears once, and nothing was taken."""
    await buy(shop)
    await a_month_later(shop, work=False)
    await shop.shop.start_card_renewals()
    lose(shop, "yookassa.timeout", at_call=2)
    await shop.shop.charge_cards()
    shop.world.clock.advance(minutes=65)
    heal(shop)
    assert await shop.shop.charge_cards() == 0
    await shop.shop.work(3)
    assert [one.reason for one in told(shop, "card_not_charged") if isinstance(one, CardNotCharged)] == ["unknown"]
    assert (charges(shop), (await newest(shop)).state) == ([], OrderState.OPEN)


async def test_a_bank_that_thinks_is_asked_again(shop: YooKassaShop) -> None:
    """A charge that is pending without wanting its customer is neither taken nor declined yet."""
    await buy(shop)
    shop.account.sim.bank_answer = BankAnswer.THINKS
    await a_month_later(shop)
    (pending,) = charges(shop)
    assert (pending.status, told(shop, "card_not_charged")) == ("pending", [])
    shop.account.sim.pay(pending.id)
    await shop.shop.work()
    assert ((await newest(shop)).state, len(charges(shop))) == (OrderState.DELIVERED, 1)


async def test_a_forgotten_card_is_charged_no_more(shop: YooKassaShop) -> None:
    """One tap ends it, also when the charge is recorded and not yet asked for; nobody is told of a failure."""
    await buy(shop)
    await a_month_later(shop, work=False)
    await shop.shop.start_card_renewals()
    await shop.shop.forget_card(ANNA)
    await shop.shop.work(3)
    assert (charges(shop), told(shop, "card_not_charged")) == ([], [])
    assert (await shop.shop.show_card(ANNA)).title == ""


async def test_consent_that_is_withdrawn_before_paying_counts(shop: YooKassaShop) -> None:
    """Anna takes her wish back while the invoice is open: paid, it keeps no card."""
    checkout = await shop.shop.open_checkout(ANNA, PlanCode("sub_1m"), Nonce("1"))
    view = await shop.shop.request_payment(ANNA, checkout.order.id, YOOKASSA_METHOD, CardUse.KEEP)
    payment = (await shop.shop.show_payment(ANNA, view.payment.id)).payment
    await shop.shop.forget_card(ANNA)
    shop.account.sim.pay(payment.external_id or "")
    await shop.shop.work()
    assert ((await shop.order()).state, told(shop, "card_kept")) == (OrderState.DELIVERED, [])


async def test_a_gift_keeps_no_card(shop: YooKassaShop) -> None:
    """Its checkout has no such button, and a crafted one keeps nothing: what is given isn't renewed."""
    checkout = await shop.shop.open_gift(ANNA, "Anna", PlanCode("sub_1m"), Nonce("1"))
    assert [offer.keeps_cards for offer in checkout.offers if offer.method == YOOKASSA_METHOD] == [False]
    view = await shop.shop.request_payment(ANNA, checkout.order.id, YOOKASSA_METHOD, CardUse.KEEP)
    payment = (await shop.shop.show_payment(ANNA, view.payment.id)).payment
    shop.account.sim.pay(payment.external_id or "")
    await shop.shop.work()
    assert (payment.card, (await shop.shop.show_card(ANNA)).title, told(shop, "card_kept")) == (None, "", [])
    assert (await shop.shop.show_gift(ANNA, checkout.order.id)).code is not None


async def test_more_than_was_agreed_to_is_never_taken(shop: YooKassaShop) -> None:
    """When the plan costs more than on the day of the consent, nothing is charged or bought, and Anna hears once."""
    await buy(shop)
    plans = shop.world.storage._tables.plans  # type: ignore[attr-defined]
    code = PlanCode("sub_1m")
    plans[code] = replace(plans[code], price=rub(PRICE + 100))
    await a_month_later(shop)
    await shop.shop.work(2)
    (notice,) = told(shop, "card_not_charged")
    assert isinstance(notice, CardNotCharged)
    assert (notice.reason, notice.order_id, notice.price_kopecks) == ("price", None, PRICE + 100)
    assert (charges(shop), (await shop.shop.show_card(ANNA)).title) == ([], "")


async def test_workers_at_once_charge_once(shop: YooKassaShop) -> None:
    """Eight workers find the same period: one order, one charge, one debit."""
    await buy(shop)
    await a_month_later(shop, work=False)
    for run in (shop.shop.start_card_renewals, shop.shop.charge_cards, shop.shop.charge_cards):
        await asyncio.gather(*(run() for _ in range(8)))
    await shop.shop.work(2)
    assert [one.units for one in charges(shop)] == [PRICE]
    assert ((await newest(shop)).state, await shop.balance()) == (OrderState.DELIVERED, 0)


async def test_whoever_pays_by_hand_isnt_charged(shop: YooKassaShop) -> None:
    """While an invoice for the renewal is open the card isn't asked; once it is paid, nothing is left to renew."""
    await buy(shop)
    await a_month_later(shop, work=False)
    checkout = await shop.shop.open_checkout(ANNA, PlanCode("sub_1m"), Nonce("2"))
    view = await shop.shop.request_payment(ANNA, checkout.order.id, YOOKASSA_METHOD)
    payment = (await shop.shop.show_payment(ANNA, view.payment.id)).payment
    await shop.shop.work()
    assert len(charges(shop)) == 1
    shop.account.sim.pay(payment.external_id or "")
    await shop.shop.work(3)
    assert (len(charges(shop)), await shop.balance()) == (1, 0)


async def test_a_charge_is_refunded_like_any_payment(shop: YooKassaShop) -> None:
    """The owner sends a charged renewal back at YooKassa: the same payment, the same ledger."""
    await buy(shop)
    await a_month_later(shop)
    async with shop.world.storage.transaction() as tx:
        payment = (await tx.payments.of_user(ANNA, 1))[0]
    assert (payment.card, payment.status) == (CardUse.CHARGE, PaymentStatus.CONFIRMED)
    await shop.shop.refund_order((await shop.order()).id, f"cli:{OWNER}", "asked for")
    refund = await shop.shop.refund_payment(payment.id, f"cli:{OWNER}", "asked for")
    assert refund is not None
    assert (shop.account.refunded(), await shop.balance()) == (PRICE, 0)


async def test_the_balance_shows_the_card(shop: YooKassaShop) -> None:
    """Anna finds the card beside her balance, until she has ended it."""
    await buy(shop)
    shown = [(await shop.shop.show_statement(ANNA)).card]
    await shop.shop.forget_card(ANNA)
    shown.append((await shop.shop.show_statement(ANNA)).card)
    assert shown == ["Bank card *4444", ""]


async def test_no_text_holds_the_credential(shop: YooKassaShop) -> None:
    """What YooKassa charges the card by is in no notice, no screen's facts and no representation of an answer."""
    await buy(shop)
    saved = next(iter(shop.account.sim.payments.values()))
    shown = await shop.account.gateway.api.payment(saved.id)
    assert shown.saved is not None
    assert shown.saved.id not in repr(shown.saved)
    assert all(saved.id not in repr(notice) for notice in (*told(shop, "card_kept"), *told(shop, "order_paid")))


async def test_a_shop_that_may_not_keep_cards_offers_nothing() -> None:
    """Without the owner's setting the checkout has no such button, and a crafted one keeps nothing."""
    async with shop_at_yookassa() as shop:
        checkout = await shop.shop.open_checkout(ANNA, PlanCode("sub_1m"), Nonce("1"))
        assert [offer.keeps_cards for offer in checkout.offers if offer.method == YOOKASSA_METHOD] == [False]


async def test_a_card_of_a_way_that_is_switched_off_is_charged_no_more(shop: YooKassaShop) -> None:
    """A charge that is recorded already is asked for; the next period has none before the way is on again."""
    await buy(shop)
    await a_month_later(shop, work=False)
    assert await shop.shop.start_card_renewals() == 1
    await shop.shop.change_shop_setting.switch_method(OWNER, YOOKASSA_METHOD, is_on=False)
    await shop.shop.work(3)
    assert ([one.units for one in charges(shop)], (await newest(shop)).state) == ([PRICE], OrderState.DELIVERED)
    await a_month_later(shop)
    assert len(charges(shop)) == 1
    await shop.shop.change_shop_setting.switch_method(OWNER, YOOKASSA_METHOD, is_on=True)
    await shop.shop.work(3)
    assert [one.units for one in charges(shop)] == [PRICE, PRICE]
