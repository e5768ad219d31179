"""A shop whose prices and balances are in dollars, from its plans to its statistics."""

from decimal import Decimal

import pytest

from orbit_adapters.telegram.callbacks import TopUpAmount
from orbit_domain.ids import TelegramId
from orbit_domain.money import EUR, TON, USD, Currency, Money
from orbit_domain.order.order import OrderState
from orbit_domain.payment.payment import TON_METHOD
from orbit_entry.commands.amounts import in_everyday_units
from tests.integration.telegram.bot_harness import BotHarness, ChatUser
from tests.support.invariants import check_ledger
from tests.support.shop import OWNER, Shop
from tests.support.world import COIN, World

CENTS_PER_COIN = 250


async def opened(base: Currency) -> BotHarness:
    """An open shop in *base*, where a coin costs 2.50, that sends its notices into the chats."""
    world = World(base=base)
    world.rates.kopecks_per_coin = CENTS_PER_COIN
    shop = Shop(world.ports())
    await shop.open()
    bot_harness = BotHarness(shop, world)
    bot_harness.send_notices_to_chats()
    return bot_harness


@pytest.mark.parametrize(
    ("base", "language", "prices"),
    [
        (USD, "en", ("$1.99", "$4.99", "$13.99", "$3.01", "+$5", "−$1.99", "$2", "$1,000")),
        (USD, "ru", ("1,99 $", "4,99 $", "13,99 $", "3,01 $", "+5 $", "−1,99 $", "2 $", "1 000 $")),
        (EUR, "en", ("€1.99", "€4.99", "€13.99", "€3.01", "+€5", "−€1.99", "€2", "€1,000")),
    ],
    ids=["dollars", "доллары", "euros"],
)
async def test_buying_topping_up_and_renewing_is_in_the_shop_s_currency(
    base: Currency, language: str, prices: tuple[str, ...]
) -> None:
    """Coins at the rate of that currency pay it, every screen and notice shows it, and no rouble appears anywhere."""
    month, quarter, year, left, topped_up, renewed, minimum, maximum = prices
    bot_harness = await opened(base)
    shop, world = bot_harness.shop, bot_harness.world
    vera = bot_harness.new_user(language, "Vera")
    await vera.write("/start")
    await vera.tap("plans")
    assert all(price in plain(vera) for price in (month, quarter, year))
    await vera.tap("buy:sub_1m")
    await vera.tap("pay:")
    # 1.99 at 2.50 a coin are 0.796 coins.
    assert Decimal(vera.copied(0)) * CENTS_PER_COIN == 199
    world.chain.deposit(796_000_000, vera.copied(2))
    await vera.tap("check:")
    await shop.work()
    assert month in everything(vera)

    await vera.write("/start")
    await vera.tap("balance")
    await vera.tap("sum")
    assert f"{minimum} " in plain(vera)
    assert maximum in plain(vera)
    await vera.write("5")
    world.chain.deposit(2 * COIN, vera.copied(2))
    await vera.tap("check:")
    world.clock.advance(days=29.1)
    await shop.work()
    reminder = next(one for one in vera.messages if "renew:" in str(one.content.keyboard))
    await vera.tap("renew:", reminder)
    await shop.work()
    assert left in everything(vera)
    await vera.write("/start")
    await vera.tap("balance")
    assert all(amount in plain(vera) for amount in (topped_up, renewed, left))

    assert "₽" not in everything(vera)
    buyer = vera.buyer
    assert (await shop.show_statement(buyer.tg_id)).user.balance == Money(301, base)
    await check_ledger(world)
    async with world.storage.transaction() as tx:
        assert await tx.ledger.base_currency() == base


async def test_the_amount_on_a_button_is_in_the_shop_s_currency() -> None:
    """A top-up button holds smallest units and no currency: it asks for cents in a shop that counts cents."""
    bot_harness = await opened(USD)
    vera = bot_harness.new_user("en", "Vera")
    await vera.write("/start")
    await vera.tap("balance")
    assert [amount for amount in ("$2", "$5", "$10") if f"{amount}'" not in plain(vera)] == []
    await vera.tap("$10")
    assert "$10" in plain(vera)
    assert await vera.send_data(TopUpAmount(500).pack()) == 1
    assert "$5" in plain(vera)
    assert await vera.send_data(TopUpAmount(20_000_000).pack()) == 1
    assert "$1,000" in plain(vera)


async def test_the_owner_is_told_dollars() -> None:
    """Statistics, the story of a customer and money given by hand are in the currency of the shop."""
    bot_harness = await opened(USD)
    shop, world = bot_harness.shop, bot_harness.world
    vera = bot_harness.new_user("en", "Vera")
    await vera.write("/start")
    order = await vera.buyer.buy("sub_3m")
    assert order.state is OrderState.DELIVERED
    world.chain.deposit(2 * COIN, "no comment of ours")
    await shop.work()
    (found,) = await shop.list_unmatched()
    given = await shop.assign_receipt(
        found.receipt.source, found.receipt.external_id, TelegramId(vera.user_id), "owner", "hers"
    )
    assert given == Money(500, USD)

    payments = (await shop.read_stats()).payments
    assert (payments.ever.total, payments.by_method[TON_METHOD].total) == (Money(499, USD), Money(499, USD))
    assert (await shop.show_stats(OWNER)).stats.payments.today.total == Money(499, USD)
    story = [in_everyday_units(event.what) for event in await shop.show_timeline(TelegramId(vera.user_id))]
    assert {"sub_3m for $4.99 opened", "+$4.99 (credit)", "-$4.99 (order)", "+$5 (credit)"} <= set(story)
    assert found.receipt.amount == Money(2 * COIN, TON)
    await check_ledger(world)


def plain(vera: ChatUser) -> str:
    """The newest message and its buttons, with ordinary spaces."""
    return f"{vera.text} {[button.text for button in vera.buttons]}".replace("\xa0", " ")


def everything(vera: ChatUser) -> str:
    """Every message in the chat with its buttons, with ordinary spaces."""
    return " ".join(f"{one.content.words.text} {one.content.keyboard}" for one in vera.messages).replace("\xa0", " ")
