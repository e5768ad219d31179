"""What the staff does in Telegram, over the ports: roles, and who may do what at the moment of doing it."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from uuid import UUID

import pytest

from orbit_domain.errors import Refusal
from orbit_domain.ids import OrderId, PanelId, TelegramId
from orbit_domain.notice.adjustment_asked import AdjustmentAsked
from orbit_domain.order.order import OrderState
from orbit_domain.payment.payment import TON_METHOD
from orbit_domain.payment.receipt import receipt_code
from orbit_domain.shop_setting.setting import SettingName
from orbit_domain.steps.already_done import AlreadyDone
from orbit_domain.steps.require_permission import NotPermitted
from orbit_domain.use_cases.change_role import OwnerStays
from orbit_domain.use_cases.staff_action import DebitTooLarge, DraftOver, StaffAction
from orbit_domain.user.user import NoSuchUser, Role
from tests.support.buyer import ALICE, BOB, Buyer
from tests.support.invariants import check_ledger
from tests.support.shop import OWNER, Shop
from tests.support.world import COIN, PRICE, World

ID = UUID(int=7)
LIMIT = 100_000
Use = Callable[[Shop, TelegramId], Awaitable[object]]


async def do(
    shop: Shop, staff: TelegramId, action: StaffAction, tg_id: TelegramId, *typed: str, order: OrderId | None = None
) -> object:
    """From the button of an action to its yes."""
    preview = await shop.prepare_staff_action(staff, action, tg_id, order)
    for text in typed:
        preview = await shop.prepare_staff_action.answer(staff, preview.draft.document(), text)
    return await shop.perform_staff_action(staff, preview.draft.document(), preview.draft.request)


def _action(action: StaffAction, *typed: str) -> Use:
    return lambda shop, who: do(shop, who, action, ALICE, *typed)


# What each role may use, by the weakest role that may.
USES: dict[str, tuple[Role, Use]] = {
    "find": (Role.SUPPORT, lambda shop, who: shop.find_customers(who, "42")),
    "card": (Role.SUPPORT, lambda shop, who: shop.show_customer(who, ALICE)),
    "story": (Role.SUPPORT, lambda shop, who: shop.show_customer_story(who, ALICE)),
    "write": (Role.SUPPORT, lambda shop, who: shop.answer_customer(who, ALICE, "Hello")),
    "retry": (Role.SUPPORT, lambda shop, who: shop.retry_delivery(who, ALICE)),
    "waiting": (Role.SUPPORT, lambda shop, who: shop.show_waiting(who)),
    "nameless": (Role.ADMIN, lambda shop, who: shop.show_nameless(who)),
    "adjustments": (Role.ADMIN, lambda shop, who: shop.show_adjustments(who)),
    "credit": (Role.ADMIN, _action(StaffAction.CREDIT, "10", "why")),
    "days": (Role.ADMIN, _action(StaffAction.DAYS, "1", "why")),
    "ban": (Role.ADMIN, _action(StaffAction.BAN, "why")),
    "audit": (Role.ADMIN, lambda shop, who: shop.show_audit(who)),
    "welcome": (Role.ADMIN, lambda shop, who: shop.change_shop_setting(who, SettingName.WELCOME_EN, "Hi")),
    "settings": (Role.ADMIN, lambda shop, who: shop.show_shop_settings(who)),
    "support": (Role.OWNER, lambda shop, who: shop.change_shop_setting(who, SettingName.SUPPORT, "vera_helps")),
    "ways": (Role.OWNER, lambda shop, who: shop.change_shop_setting.switch_method(who, TON_METHOD, is_on=True)),
    "panels": (Role.OWNER, lambda shop, who: shop.show_panels(who)),
    "drain": (Role.OWNER, lambda shop, who: shop.drain_panel(who, PanelId("main"), drains=True)),
    "staff": (Role.OWNER, lambda shop, who: shop.show_staff(who)),
    "appoint": (Role.OWNER, lambda shop, who: shop.change_role(who, ALICE, Role.SUPPORT)),
}
RANKS = list(Role)


@pytest.mark.parametrize("role", Role)
async def test_each_role_may_do_what_it_may(alice: Buyer, bob: Buyer, role: Role) -> None:
    """Whoever may, does; whoever may not is refused in words, and nothing has changed."""
    if role is not Role.CUSTOMER:
        await alice.shop.change_role(OWNER, BOB, role)
    for name, (weakest, use) in USES.items():
        before = await alice.shop.show_timeline(ALICE)
        if RANKS.index(role) >= RANKS.index(weakest):
            with suppress(Refusal):  # A shop without this panel; a customer banned a moment ago.
                await use(bob.shop, BOB)
            continue
        with pytest.raises(NotPermitted):
            await use(bob.shop, BOB)
        assert await alice.shop.show_timeline(ALICE) == before, name
    assert (await alice.shop.open_admin(BOB) is None) == (role is Role.CUSTOMER)


async def test_a_role_that_was_taken_away_a_moment_ago_counts_no_more(alice: Buyer, bob: Buyer) -> None:
    """An admin who has typed everything and loses the role before the yes changes nothing."""
    shop = alice.shop
    await shop.change_role(OWNER, BOB, Role.ADMIN)
    preview = await shop.prepare_staff_action(BOB, StaffAction.CREDIT, ALICE)
    for text in ("500", "a present"):
        preview = await shop.prepare_staff_action.answer(BOB, preview.draft.document(), text)
    await shop.change_role(OWNER, BOB, Role.CUSTOMER)
    with pytest.raises(NotPermitted):
        await shop.perform_staff_action(BOB, preview.draft.document(), preview.draft.request)
    assert await alice.balance() == 0


async def test_the_owner_by_the_settings_stays_the_owner(alice: Buyer, bob: Buyer) -> None:
    """Nobody takes his role, not even another owner; a second change of a role says who was first; all is logged."""
    shop = alice.shop
    await shop.change_role(OWNER, BOB, Role.OWNER)
    with pytest.raises(OwnerStays):
        await shop.change_role(BOB, OWNER, Role.CUSTOMER)
    await shop.change_role(BOB, ALICE, Role.SUPPORT)
    with pytest.raises(AlreadyDone) as refused:
        await shop.change_role(OWNER, ALICE, Role.SUPPORT)
    assert (refused.value.actor, refused.value.username) == (f"telegram:{BOB}", "user43")
    staff = (await shop.show_staff(OWNER)).staff
    assert {one.tg_id: one.role for one in staff} == {OWNER: Role.OWNER, ALICE: Role.SUPPORT, BOB: Role.OWNER}
    actions = (await shop.show_audit(OWNER)).actions
    assert [(action.reason, name) for action, name in actions] == [
        ("customer → support", "user43"),
        ("customer → owner", "owner"),
    ]


async def test_a_banned_customer_buys_nothing_and_loses_no_money(alice: Buyer, world: World) -> None:
    """Keys stop on the panel and nothing is sold; money that comes is booked; let back in, all works as before."""
    shop = alice.shop
    await alice.buy()
    end, order = await alice.ends_at(), await alice.start_purchase("sub_3m")
    await do(shop, OWNER, StaffAction.BAN, ALICE, "spam")
    with pytest.raises(AlreadyDone):
        await do(shop, OWNER, StaffAction.BAN, ALICE, "spam again")
    await shop.work()
    assert not (await alice.key()).enabled
    assert (await alice.key()).is_confirmed
    for use in (alice.start_purchase, lambda: alice.top_up(20_000), lambda: shop.start_trial(ALICE)):
        with pytest.raises(Refusal):
            await use()
    alice.send(order, order.payment.quote.due.units)
    await shop.work()
    assert await alice.balance() == order.payment.amount.units
    assert (await shop.show_customer(OWNER, ALICE)).orders[0].state is OrderState.OPEN
    await check_ledger(world)

    await do(shop, OWNER, StaffAction.UNBAN, ALICE, "a mistake")
    await shop.work()
    assert (await alice.key()).enabled
    assert (await alice.ends_at()) == end
    paid = await alice.order_of(order)
    await alice.pay_from_balance(paid.id)
    await shop.work()
    assert (await alice.order_of(order)).state is OrderState.DELIVERED
    await check_ledger(world)


async def test_mending_and_refunding_switch_no_banned_key_on(alice: Buyer) -> None:
    """What else touches keys leaves those of a banned customer off, and days are refused meanwhile."""
    shop = alice.shop
    await alice.buy()
    second = await alice.buy("sub_3m")
    await do(shop, OWNER, StaffAction.BAN, ALICE, "spam")
    await do(shop, OWNER, StaffAction.REFUND, ALICE, "sorry", order=second.id)
    await shop.mend_keys(ALICE, "cli:owner", "looks wrong")
    assert not (await alice.key()).enabled
    with pytest.raises(Refusal):
        await do(shop, OWNER, StaffAction.DAYS, ALICE, "3", "a present")


async def test_days_are_given_once_for_each_yes(alice: Buyer) -> None:
    """Two taps of one yes give the days once, and the customer is told once; a newcomer gets a key with them."""
    shop = alice.shop
    preview = await shop.prepare_staff_action(OWNER, StaffAction.DAYS, ALICE)
    for text in ("7", "a present"):
        preview = await shop.prepare_staff_action.answer(OWNER, preview.draft.document(), text)
    kept, request = preview.draft.document(), preview.draft.request
    for _ in range(2):
        await shop.perform_staff_action(OWNER, kept, request)
    await shop.work()
    end = await alice.ends_at()
    assert end is not None
    assert (end - alice.world.clock.now()).days in (6, 7)
    assert len(alice.notices("days_granted")) == 1
    assert (await alice.key()).is_confirmed
    with pytest.raises(DraftOver):
        await shop.perform_staff_action(OWNER, kept, ID)


async def test_above_the_limit_the_other_admins_decide_once(alice: Buyer, bob: Buyer, world: World) -> None:
    """The asker can't agree alone; of two decisions the second hears who was first; the balance moves once."""
    shop = alice.shop
    await shop.change_role(OWNER, BOB, Role.ADMIN)
    performed = await do(shop, BOB, StaffAction.CREDIT, ALICE, "1500", "an outage")
    assert performed.waits
    await shop.work()
    (asked,) = world.notices(OWNER, "adjustment_asked")
    assert isinstance(asked, AdjustmentAsked)
    assert (asked.change_kopecks, asked.admin, bob.notices("adjustment_asked")) == (150_000, "@user43", [])
    with pytest.raises(Refusal):
        await shop.decide_by_staff(BOB, asked.adjustment_id, agrees=True)
    decisions = (shop.decide_by_staff(OWNER, asked.adjustment_id, agrees=agrees) for agrees in (True, False))
    outcomes = await asyncio.gather(*decisions, return_exceptions=True)
    (second,) = [one for one in outcomes if isinstance(one, AlreadyDone)]
    assert (second.actor, second.username) == (f"telegram:{OWNER}", "owner")
    assert await alice.balance() == 150_000
    assert (await shop.show_adjustments(OWNER)).waiting == ()
    with pytest.raises(DebitTooLarge):
        await do(shop, OWNER, StaffAction.DEBIT, BOB, "1", "too much")
    await check_ledger(world)


async def test_an_order_is_refunded_once_to_the_balance(alice: Buyer, bob: Buyer, world: World) -> None:
    """The second admin hears who was first, and the price is on the balance once."""
    shop = alice.shop
    order = await alice.buy()
    await shop.change_role(OWNER, BOB, Role.ADMIN)
    await do(shop, BOB, StaffAction.REFUND, ALICE, "didn't work", order=order.id)
    with pytest.raises(AlreadyDone) as refused:
        await do(shop, OWNER, StaffAction.REFUND, ALICE, "didn't work", order=order.id)
    assert refused.value.username == "user43"
    assert await alice.balance() == order.price.units
    await check_ledger(world)


async def test_nameless_money_is_listed_and_given_once(alice: Buyer, bob: Buyer, world: World) -> None:
    """The list names whoever was probably meant; a typed customer gets it once; the second admin hears of the first."""
    shop = alice.shop
    view = await alice.start_purchase()
    memo = view.payment.comment
    nearly = alice.send(view, comment=memo[:5] + ("X" if memo[5] != "X" else "Y") + memo[6:])
    unknown = world.chain.deposit(2 * COIN, "for VPN")
    await shop.scan_and_settle()
    await shop.change_role(OWNER, BOB, Role.ADMIN)
    first, second = (await shop.show_nameless(BOB)).money
    assert (first.receipt.external_id, first.customer) == (unknown.external_id, None)
    assert second.customer is not None
    assert (second.receipt.external_id, second.customer.tg_id) == (nearly.external_id, ALICE)
    given = await shop.assign_to_customer(BOB, receipt_code(unknown.ref), ALICE)
    assert given.credited.units == 2 * PRICE
    with pytest.raises(AlreadyDone) as refused:
        await shop.assign_to_customer(OWNER, receipt_code(unknown.ref), BOB)
    assert refused.value.username == "user43"
    assert (await shop.show_nameless(OWNER, 99)).total == 1
    await check_ledger(world)


async def test_what_waits_for_a_panel_is_tried_again_at_once(alice: Buyer, world: World) -> None:
    """A paid order of a panel that was down is listed with the reason; after a retry it needn't wait for its pause."""
    shop = alice.shop
    world.panel.unavailable = True
    view = await alice.start_purchase()
    alice.send(view, view.payment.quote.due.units)
    await shop.work()
    world.clock.advance(seconds=20)
    await shop.work()
    (delivery,) = (await shop.show_waiting(OWNER)).deliveries
    assert (delivery.order.id, delivery.order.state) == (view.payment.order_id, OrderState.PAID)
    world.panel.unavailable = False
    await shop.work()
    assert (await alice.order_of(view)).state is OrderState.PAID
    assert await shop.retry_delivery(OWNER, ALICE) == 1
    await shop.work()
    assert (await alice.order_of(view)).state is OrderState.DELIVERED
    assert (await shop.show_waiting(OWNER)).total == 0
    assert await shop.retry_delivery(OWNER, ALICE) == 0
    with pytest.raises(NoSuchUser):
        await shop.retry_delivery(OWNER, TelegramId(999))
