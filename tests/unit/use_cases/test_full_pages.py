"""What can't be done now, or is done already, never fills a page so that what comes behind it is forgotten."""

from dataclasses import replace
from datetime import timedelta

import pytest

from orbit_adapters.memory.storage import MemoryStorage
from orbit_domain.ids import TelegramId
from orbit_domain.money import RUB
from orbit_domain.payment.recurrence import Recurrence, RecurrenceState
from orbit_domain.referral.referral import Referral
from orbit_domain.shop_chat.shop_chat import Place, Purpose, ShopChat
from orbit_domain.use_cases.settle_referrals import SettleReferrals
from orbit_domain.use_cases.tell_events import TellEvents
from orbit_testing import samples
from tests.support.buyer import Buyer
from tests.support.clock import FakeClock
from tests.support.shop import Shop
from tests.support.world import PRICE, CountedIds, World

OWNER = TelegramId(1)


async def test_every_sale_of_a_crowded_minute_is_told(world: World) -> None:
    """However many were paid in the time that is read twice, each is told, and once."""
    clock, storage = FakeClock(), MemoryStorage(base=RUB)
    tell_events = TellEvents(storage, clock, CountedIds(), OWNER)
    async with storage.transaction() as tx:
        await tx.users.add_if_absent(samples.new_user())
        await tx.shop_chats.put(ShopChat(Purpose.EVENTS, Place(-1, None, "sales"), OWNER, clock.now(), clock.now()))
        for number in range(120):
            order = await tx.orders.add_if_absent(samples.order(number))
            await tx.orders.save(order.pay(clock.now()))
    assert (await tell_events(), await tell_events()) == (120, 0)
    clock.advance(minutes=1)
    async with storage.transaction() as tx:
        order = await tx.orders.add_if_absent(samples.order(999))
        await tx.orders.save(order.pay(clock.now()))
    assert (await tell_events(), await tell_events()) == (1, 0)


async def test_who_is_charged_elsewhere_holds_up_no_renewal(alice: Buyer, bob: Buyer, world: World) -> None:
    """A customer whose period renews in the messenger stays listed; the one behind is renewed in the same run."""
    for buyer in (alice, bob):
        await buyer.buy()
        await buyer.add_balance(2 * PRICE)
        await buyer.shop.switch_auto_renewal(buyer.tg_id, on=True)
        world.clock.advance(seconds=1)
    world.clock.advance(days=29.5)
    now, ends_at = world.clock.now(), await bob.ends_at()
    assert ends_at is not None
    async with world.storage.transaction() as tx:
        first, *_ = await tx.subscriptions.renewable(now, None, 1)
        assert first.tg_id == alice.tg_id
        (paid, *_) = await tx.payments.of_user(alice.tg_id, 1)
        await tx.payments.save(paid.recur(Recurrence(RecurrenceState.ACTIVE, now, now)))
    assert await replace(alice.shop.renew_subscriptions, page=1)() == 1
    assert await bob.ends_at() == ends_at + timedelta(days=30)


async def test_a_reward_that_fails_holds_up_no_other(shop: Shop, alice: Buyer, world: World) -> None:
    """Those behind it are paid in the same run, and the failure is seen."""
    friends = [Buyer(shop, world, TelegramId(700 + number)) for number in range(3)]
    for friend in friends:
        await shop.register_user(friend.tg_id, None, "ru", (await shop.show_invite(alice.tg_id)).code)
        view = await friend.start_purchase()
        friend.send(view, view.payment.quote.due.units)
        await shop.scan_and_settle()
        await shop.provision_keys()

    class OneFails(SettleReferrals):
        async def _settle(self, listed: Referral) -> None:
            if listed.invited == friends[0].tg_id:
                raise OverflowError
            await SettleReferrals._settle(self, listed)

    whole = shop.settle_referrals
    async with world.storage.transaction() as tx:
        assert len(await tx.referrals.due(None, 9)) == 3
    with pytest.raises(OverflowError):
        await OneFails(whole.storage, whole.clock, whole.ids, whole.settings, page=1)()
    async with world.storage.transaction() as tx:
        assert [one.invited for one in await tx.referrals.due(None, 9)] == [friends[0].tg_id]
