"""An account is deleted and used again: nothing of the person is left, and no money is lost."""

from dataclasses import replace

import pytest

from orbit_domain.access.placement import PlacementState
from orbit_domain.money import rub
from orbit_domain.notice.questions import CustomerWrote
from orbit_domain.order.order import NoSuchOrder, OrderState
from orbit_domain.payment.payment import CardUse
from orbit_domain.steps.leaving import OrderUnderway, StaffStays
from orbit_domain.subscription.subscription import SubscriptionState
from orbit_domain.use_cases.show_deletion import Consent, DeletionOutdated, DeletionStamp
from orbit_domain.user.user import AccountDeleted, CustomerBanned, Role, User
from tests.support.buyer import ALICE, BOB, Buyer
from tests.support.crash_injection import LEASES_OVER_MIN, CrashBudget, CrashHook
from tests.support.invariants import check_ledger, check_panels
from tests.support.port_hooks import with_hook
from tests.support.shop import OWNER, Shop
from tests.support.world import World
from tests.unit.use_cases.test_renewals_stopped import subscribe


async def user_of(world: World) -> User:
    async with world.storage.transaction() as tx:
        return await tx.users.lock(ALICE)


async def come_back(alice: Buyer) -> None:
    """Press /start again, under another name and in another language."""
    await alice.shop.register_user(ALICE, "alice_again", "en", comes_back=True)


async def delete(shop: Shop) -> None:
    """Read what it means, and say yes."""
    await shop.delete_account(ALICE, (await shop.show_deletion(ALICE)).consent)


async def test_nothing_of_the_person_is_left(alice: Buyer, world: World) -> None:
    """Name, language, time, keys with their names, link, devices, notices and questions are gone; a second time too."""
    await alice.shop.start_trial(ALICE)
    await alice.buy()
    key = await alice.key()
    await alice.shop.rename_key(ALICE, key.id, "Alice's phone")
    await alice.shop.ask_owner(ALICE, "It's me, Alice from Kazan")
    await alice.shop.work()
    assert world.notices(OWNER, "customer_wrote")
    await alice.shop.ask_owner(ALICE, "One more word")
    opened = await alice.choose("sub_3m")
    shown = await alice.shop.show_deletion(ALICE)
    assert (shown.customer.user.tg_id, shown.pending, shown.claims) == (ALICE, None, 0)

    for _ in range(2):
        await alice.shop.delete_account(ALICE, shown.consent)
        await alice.shop.work()
    user = await user_of(world)
    assert (user.username, user.language, user.deleted_at) == (None, "ru", world.clock.now())
    async with world.storage.transaction() as tx:
        (left,) = await tx.keys.all_of_user(ALICE)
        assert (left.deleted, left.name) == (True, "Orbit")
        assert {one.state for one in left.placements} == {PlacementState.GONE}
        assert await tx.subscription_links.get(ALICE) is None
        assert all(one.dropped_reason for one in await tx.outbox.of_user(ALICE, 50))
        assert not any(isinstance(one.notice, CustomerWrote) for one in await tx.outbox.of_user(OWNER, 50))
        subscription = await tx.subscriptions.get(ALICE)
        assert (subscription.plan_code, subscription.auto_renew) == (None, False)
        assert [one.state for one in await tx.orders.newest(ALICE, 1)] == [OrderState.CANCELLED]
        deletions = [one for one in await tx.admin_log.newest(20) if one.action == "delete_account"]
        assert [one.actor for one in deletions] == ["telegram:42"]
    assert subscription.state(world.clock.now()) is SubscriptionState.EXPIRED
    assert world.panel.accounts == {}
    assert len(world.notices(OWNER, "customer_wrote")) == 1
    with pytest.raises(AccountDeleted):
        await alice.shop.open_checkout(ALICE, opened.order.terms.code, await alice.nonce())
    assert (await alice.shop.reconcile()).differences == []
    await check_ledger(world)
    await check_panels(world)


async def test_late_money_waits_for_who_comes_back(alice: Buyer, world: World) -> None:
    """What was paid by an old comment is on the balance of the number, buys nothing by itself, and is hers again."""
    await alice.add_balance(20_000)
    view = await alice.start_purchase("sub_3m")
    assert (await alice.shop.show_deletion(ALICE)).pending is not None
    top_up = await alice.top_up(50_000)
    await delete(alice.shop)
    assert not (await alice.refreshed(view)).payment.is_open
    alice.send(view, view.payment.quote.due.units)
    alice.send(top_up, top_up.payment.quote.due.units)
    world.clock.advance(minutes=5)
    await alice.shop.work()
    assert (await user_of(world)).balance == view.payment.amount + rub(70_000)
    async with world.storage.transaction() as tx:
        orders = await tx.orders.newest(ALICE, 5)
    assert {one.state for one in orders} == {OrderState.CANCELLED}
    assert len(alice.notices("money_credited")) >= 2
    await check_ledger(world)

    await come_back(alice)
    user = await user_of(world)
    assert (user.username, user.language, user.deleted_at) == ("alice_again", "en", None)
    with pytest.raises(NoSuchOrder):
        await Buyer(alice.shop, world, BOB).order_of(view)
    order = await alice.pay_from_balance((await alice.choose()).order.id)
    await alice.shop.work()
    assert (await alice.order(order.id)).state is OrderState.DELIVERED
    assert (await alice.key()).is_confirmed
    await check_ledger(world)
    await check_panels(world)


async def test_gifts_are_not_given_twice(alice: Buyer, bob: Buyer, world: World) -> None:
    """No second trial; no reward for inviting once gone, nor by a link that was left; a ban survives."""
    friend = Buyer(alice.shop, world, type(ALICE)(700))
    code = (await alice.shop.show_invite(ALICE)).code
    await alice.shop.register_user(friend.tg_id, None, "ru", code)
    await alice.shop.start_trial(ALICE)
    await alice.shop.work()
    await delete(alice.shop)
    await friend.buy()
    await alice.shop.work()
    assert ((await user_of(world)).balance, await friend.balance()) == (rub(0), 5_000)
    late = type(ALICE)(701)
    assert (await alice.shop.register_user(late, None, "ru", code)).user.referrer_id is None
    assert alice.notices("referral_reward") == []

    await alice.shop.ban_customer(ALICE, "cli:owner", "test")
    await come_back(alice)
    with pytest.raises(CustomerBanned):
        await alice.shop.show_deletion(ALICE)
    with pytest.raises(CustomerBanned):
        await alice.choose()
    await alice.shop.unban_customer(ALICE, "cli:owner", "test")
    assert not (await alice.shop.show_home(ALICE)).trial_available
    world.clock.advance(days=30)
    assert (await alice.shop.start_trial(ALICE)).state is OrderState.DELIVERED
    assert (await alice.shop.show_keys(ALICE)).keys == ()


async def test_nothing_is_charged_any_more(alice: Buyer, world: World) -> None:
    """The card is forgotten, renewal from the balance is off, and the messenger is asked to charge nothing."""
    order = await alice.buy()
    await alice.add_balance(50_000)
    await alice.shop.switch_auto_renewal(ALICE, on=True)
    await subscribe(alice)
    async with world.storage.transaction() as tx:
        (paid,) = await tx.payments.of_order(order.id)
        await tx.kept_cards.mark(paid.id, CardUse.KEPT, "•••• 4242")
    world.renewals.silent = True
    await delete(alice.shop)
    world.renewals.silent = False
    await alice.shop.work()
    assert world.renewals.stopped
    async with world.storage.transaction() as tx:
        assert await tx.kept_cards.of_user(ALICE) is None
    world.clock.advance(days=28)
    await alice.shop.work()
    await alice.shop.renew_subscriptions()
    await alice.shop.remind_expiring()
    await alice.shop.work()
    assert (await user_of(world)).balance == rub(50_000)
    assert alice.notices("period_ending") == []


async def test_who_may_not_leave_yet(alice: Buyer, world: World) -> None:
    """Staff and the owner stay while they work here; what is paid is delivered first."""
    world.panel.unavailable = True
    await alice.buy()
    with pytest.raises(OrderUnderway):
        await alice.shop.delete_account(ALICE, Consent(0, DeletionStamp("")))
    for tg_id, reason in ((ALICE, OrderUnderway), (OWNER, StaffStays)):
        with pytest.raises(reason):
            await alice.shop.show_deletion(tg_id)
    world.panel.unavailable = False
    world.clock.advance(minutes=10)
    await alice.shop.work()
    shown = await alice.shop.show_deletion(ALICE)
    await alice.shop.change_role(OWNER, ALICE, Role.SUPPORT)
    with pytest.raises(StaffStays):
        await alice.shop.delete_account(ALICE, shown.consent)
    await alice.shop.change_role(OWNER, ALICE, Role.CUSTOMER)
    await delete(alice.shop)
    with pytest.raises(AccountDeleted):
        await alice.shop.change_role(OWNER, ALICE, Role.SUPPORT)


async def test_the_yes_is_for_what_was_shown(alice: Buyer, world: World) -> None:
    """Money that came since, a quarter of an hour, a later account: each asks to look again, and nothing is deleted."""
    poor = (await alice.shop.show_deletion(ALICE)).consent
    await alice.add_balance(20_000)
    rich = (await alice.shop.show_deletion(ALICE)).consent
    for consent, minutes in ((poor, 0), (replace(rich, shown_at=rich.shown_at + 60), 0), (rich, 15)):
        world.clock.advance(minutes=minutes)
        with pytest.raises(DeletionOutdated):
            await alice.shop.delete_account(ALICE, consent)
    assert (await user_of(world)).deleted_at is None


async def test_it_may_crash_anywhere() -> None:
    """Whatever was called last: after the next tap the account is gone, its payment cancelled, its money there."""

    async def live(fatal: int) -> int:
        world = World()
        shop = Shop(world.ports())
        await shop.open()
        alice = Buyer(shop, world)
        await alice.start()
        await alice.buy()
        await alice.add_balance(20_000)
        view = await alice.start_purchase("sub_3m")
        consent, process = (await shop.show_deletion(ALICE)).consent, CrashBudget(fatal)
        crashing = Shop(with_hook(world.ports(), CrashHook()))
        if await process.live(lambda: crashing.delete_account(ALICE, consent)):
            world.clock.advance(minutes=LEASES_OVER_MIN)
            await shop.delete_account(ALICE, consent)
        await shop.work()
        user = await user_of(world)
        assert (user.deleted_at is not None, user.balance) == (True, rub(20_000))
        assert world.panel.accounts == {}
        assert not (await alice.refreshed(view)).payment.is_open
        await check_ledger(world)
        return process.passed

    for fatal in range(1, await live(0) + 1):
        await live(fatal)


def test_welcome_is_neither_banned_nor_gone(world: World) -> None:
    """Whoever is both is told of the ban."""
    user = User(ALICE, None, "ru", rub(0), Role.CUSTOMER, None, None, None, world.clock.now())
    gone = replace(user, deleted_at=world.clock.now())
    assert (user.is_welcome, gone.is_welcome) == (True, False)
    with pytest.raises(CustomerBanned):
        replace(gone, banned_at=world.clock.now()).require_welcome()
