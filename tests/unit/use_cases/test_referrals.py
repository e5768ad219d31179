"""A reward is paid once, for real money, after delivery, and goes back with a refund."""

import asyncio

from orbit_domain.ids import TelegramId
from orbit_domain.money import rub
from orbit_domain.promo.promo import PromoKind
from orbit_domain.referral.referral import ReferralFigures
from orbit_domain.shop_setting.setting import SettingName
from orbit_testing import samples
from tests.support.buyer import ALICE, BOB, Buyer
from tests.support.invariants import check_ledger
from tests.support.shop import OWNER, Shop
from tests.support.world import PRICE, World

REWARD = 5_000


async def invited(shop: Shop, world: World, number: int = 700) -> Buyer:
    """Somebody who opened the bot first by Alice's link."""
    friend = Buyer(shop, world, TelegramId(number))
    code = (await shop.show_invite(ALICE)).code
    await shop.register_user(friend.tg_id, None, "ru", code)
    return friend


async def figures(shop: Shop) -> ReferralFigures:
    """What Alice's invitations have brought."""
    return (await shop.show_invite(ALICE)).figures


async def test_both_sides_are_rewarded_once_after_delivery(alice: Buyer, world: World) -> None:
    """Nothing while the key is missing; then 50 ₽ to each, told to each, and nothing for a second purchase."""
    friend = await invited(alice.shop, world)
    world.panel.unavailable = True
    view = await friend.start_purchase()
    friend.send(view, view.payment.quote.due.units)
    await alice.shop.work()
    assert (await alice.balance(), await figures(alice.shop)) == (0, ReferralFigures(1, 0, 0))
    world.panel.unavailable = False
    world.clock.advance(minutes=10)
    await alice.shop.work()
    await alice.shop.work()
    assert (await alice.balance(), await friend.balance()) == (REWARD, REWARD)
    await friend.buy()
    await asyncio.gather(*(alice.shop.settle_referrals() for _ in range(4)))
    assert await figures(alice.shop) == ReferralFigures(1, 1, REWARD)
    assert (len(alice.notices("referral_reward")), len(friend.notices("referral_reward"))) == (1, 1)
    await check_ledger(world)


async def test_a_refund_takes_the_rewards_back(alice: Buyer, world: World) -> None:
    """Both are taken back once: from the balance as far as they are there, the rest is owed."""
    friend = await invited(alice.shop, world)
    order = await friend.buy()
    await alice.shop.work()
    await alice.add_balance(20_000)
    await alice.pay_from_balance((await alice.choose()).order.id)
    spent = await alice.balance()
    await alice.shop.refund_order(order.id, "cli:owner", "test")
    await alice.shop.work()
    await alice.shop.work()
    assert await alice.balance() == spent - REWARD
    assert await friend.balance() == PRICE
    assert await figures(alice.shop) == ReferralFigures(1, 0, 0)
    assert len(alice.notices("referral_reward")) == 2
    await check_ledger(world)


async def test_a_spent_reward_is_owed(alice: Buyer, world: World) -> None:
    """The inviter has spent it: what is missing is a debt, which the next money pays first."""
    friends = [await invited(alice.shop, world, 700 + number) for number in range(3)]
    orders = [await friend.buy() for friend in friends]
    await alice.shop.work()
    assert await alice.balance() == 3 * REWARD
    await alice.pay_from_balance((await alice.choose()).order.id)
    left = 3 * REWARD - PRICE
    await alice.shop.refund_order(orders[0].id, "cli:owner", "test")
    await alice.shop.work()
    assert (await alice.balance(), (await alice.shop.show_statement(ALICE)).debt) == (0, REWARD - left)
    await alice.add_balance(20_000)
    assert await alice.balance() == 20_000 - (REWARD - left)
    await check_ledger(world)


async def test_a_thousand_throw_away_accounts_earn_nothing(alice: Buyer, world: World) -> None:
    """They open the bot by the link, try it, take a gift code and buy with the gift: not a kopeck is earned."""
    code = (await alice.shop.show_invite(ALICE)).code
    await alice.shop.add_promo(samples.promo("GIFT", kind=PromoKind.BALANCE, value=PRICE), "cli:owner")
    for number in range(1_000):
        await alice.shop.register_user(TelegramId(10_000 + number), None, "ru", code)
    farm = [Buyer(alice.shop, world, TelegramId(10_000 + number)) for number in range(8)]
    for one in farm:
        await alice.shop.start_trial(one.tg_id)
        await alice.shop.apply_promo(one.tg_id, "GIFT")
        await one.pay_from_balance((await one.choose()).order.id)
    for _ in range(3):
        await alice.shop.work()
    assert (await alice.balance(), await figures(alice.shop)) == (0, ReferralFigures(1_000, 0, 0))
    assert {await one.balance() for one in farm} == {0}


async def test_an_almost_free_purchase_earns_nothing(alice: Buyer, world: World) -> None:
    """What costs less than both rewards together would pay for the next account: it earns nothing, for ever."""
    friend = await invited(alice.shop, world)
    await alice.shop.add_promo(samples.promo(value=50), "cli:owner")
    await alice.shop.apply_promo(friend.tg_id, "SPRING")
    await friend.buy()
    await friend.buy()
    await alice.shop.work()
    assert (await alice.balance(), await friend.balance()) == (0, 0)


async def test_only_a_first_start_by_another_s_link_counts(alice: Buyer, bob: Buyer) -> None:
    """Not one's own link, not of somebody who is here already, not back to whoever has invited, not a made-up code."""
    code = (await alice.shop.show_invite(ALICE)).code
    his = (await alice.shop.show_invite(BOB)).code
    assert code != his
    for tg_id, invitation in ((ALICE, code), (ALICE, his), (BOB, code)):
        assert (await alice.shop.register_user(tg_id, None, "ru", invitation)).user.referrer_id is None
    for made_up in ("0", "0" * 13, "0aaaaaaaaa"):
        assert (await alice.shop.register_user(TelegramId(900), None, "ru", made_up)).user.referrer_id is None


async def test_what_was_delivered_while_rewards_were_off_is_never_rewarded(alice: Buyer, world: World) -> None:
    """Switching rewards on pays for no past purchase."""
    friend = await invited(alice.shop, world)
    await alice.shop.change_shop_setting(OWNER, SettingName.REFERRALS, "off")
    await friend.buy()
    await alice.shop.change_shop_setting(OWNER, SettingName.REFERRALS, "on")
    await alice.shop.work()
    assert (await alice.balance(), await friend.balance()) == (0, 0)


def test_a_purchase_must_cost_what_it_earns() -> None:
    """The seeded month earns with the default rewards."""
    assert rub(PRICE).covers(rub(2 * REWARD))
