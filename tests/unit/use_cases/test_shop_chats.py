"""The owner chooses which chat is for what; what is for the staff goes there, and nothing is lost with a chat."""

from datetime import timedelta

import pytest

from orbit_domain.notice.notice import UnmatchedMoney
from orbit_domain.notice.ports import RetryLater
from orbit_domain.notice.shop_chat_ports import ChatLost, ChatMoved
from orbit_domain.notice.shop_notices import DaySummary, MethodTotal, OrderHappened, ShopChatLost, StaffActed
from orbit_domain.shop_chat.shop_chat import EventKind, NoShopChat, Place, Purpose
from orbit_domain.steps.require_permission import NotPermitted
from orbit_domain.user.user import Role
from tests.support.buyer import ALICE, BOB, Buyer
from tests.support.shop import OWNER
from tests.support.world import COIN, PRICE, World

GROUP = Place(-100, 7, "Staff")


def posted(world: World, kind: type) -> list[object]:
    """The notices of one kind that the chats got."""
    return [one.notice for one in world.shop_chats.posted if isinstance(one.notice, kind)]


async def choose(buyer: Buyer, *purposes: Purpose) -> None:
    """The owner chooses the group for *purposes*."""
    for purpose in purposes:
        await buyer.shop.choose_shop_chat(OWNER, purpose, GROUP)


async def test_only_the_owner_chooses_and_the_log_says_so(alice: Buyer) -> None:
    """A second tap gives the chat up again; another chat takes its place."""
    await alice.shop.change_role(OWNER, ALICE, Role.ADMIN)
    for forbidden in (
        alice.shop.choose_shop_chat(ALICE, Purpose.ALERTS, GROUP),
        alice.shop.show_shop_chats(ALICE),
        alice.shop.mute_event(ALICE, EventKind.SALE),
    ):
        with pytest.raises(NotPermitted):
            await forbidden
    with pytest.raises(NoShopChat):
        await alice.shop.mute_event(OWNER, EventKind.SALE)
    await choose(alice, Purpose.ALERTS)
    other = Place(-200, None, "Other")
    view = await alice.shop.choose_shop_chat(OWNER, Purpose.ALERTS, other)
    assert [(one.purpose, one.place) for one in view.chats] == [(Purpose.ALERTS, other)]
    assert (await alice.shop.choose_shop_chat(OWNER, Purpose.ALERTS, other)).chats == ()
    actions = [action.action for action, _ in (await alice.shop.show_audit(OWNER)).actions]
    assert actions == ["drop_chat", "choose_chat", "choose_chat", "change_role"]


async def test_an_alert_goes_to_the_chosen_chat_or_to_the_owner(alice: Buyer, world: World) -> None:
    """Never to both, and a question goes to the chat for questions."""
    world.chain.deposit(COIN, "")
    await alice.shop.work()
    assert len(world.notices(OWNER, "unmatched_money")) == 1
    await choose(alice, Purpose.ALERTS, Purpose.SUPPORT)
    world.chain.deposit(COIN, "")
    await alice.shop.ask_owner(ALICE, "Hello?")
    await alice.shop.work()
    assert [one.place for one in world.shop_chats.posted] == [GROUP, GROUP]
    assert len(posted(world, UnmatchedMoney)) == 1
    assert len(world.notices(OWNER, "unmatched_money")) == 1
    assert world.notices(OWNER, "customer_wrote") == []


async def test_a_lost_chat_loses_nothing(alice: Buyer, world: World) -> None:
    """What was meant for it comes to the owner, who is told once why, until a chat is chosen again."""
    await choose(alice, Purpose.ALERTS, Purpose.EVENTS)
    world.shop_chats.error = ChatLost("bot was kicked")
    for _ in range(2):
        world.chain.deposit(COIN, "")
    await alice.shop.work()
    assert len(world.notices(OWNER, "unmatched_money")) == 2
    (lost,) = world.notices(OWNER, "shop_chat_lost")
    assert isinstance(lost, ShopChatLost)
    assert (lost.purpose, lost.title) == ("alerts", "Staff")
    await alice.buy()
    assert len(world.notices(OWNER, "order_happened")) == 1
    world.shop_chats.error = None
    await choose(alice, Purpose.ALERTS)
    world.chain.deposit(COIN, "")
    await alice.shop.work()
    assert len(posted(world, UnmatchedMoney)) == 1


async def test_a_group_that_becomes_a_supergroup_keeps_its_purposes(alice: Buyer, world: World) -> None:
    """The message goes to the new number, and so does everything after it."""
    await choose(alice, Purpose.ALERTS, Purpose.SUPPORT)
    world.shop_chats.error = ChatMoved(-1_007)
    world.chain.deposit(COIN, "")
    await alice.shop.work(1)
    world.shop_chats.error = None
    await alice.shop.ask_owner(ALICE, "Hello?")
    await alice.shop.work()
    assert {one.place.chat_id for one in world.shop_chats.posted} == {-1_007}
    assert len(world.shop_chats.posted) == 2


async def test_a_busy_group_holds_up_no_customer(alice: Buyer, world: World) -> None:
    """Its message waits in the outbox and comes when the group may be written to again."""
    await choose(alice, Purpose.EVENTS)
    world.shop_chats.error = RetryLater(timedelta(seconds=30), "paused")
    await alice.buy()
    assert alice.notices("key_ready")
    world.shop_chats.error = None
    world.clock.advance(minutes=1)
    await alice.shop.work()
    assert len(posted(world, OrderHappened)) == 1


async def test_each_event_is_told_once_from_the_choice_on(alice: Buyer, bob: Buyer, world: World) -> None:
    """Sales, trials and what the staff does; nothing from before, and nothing that is muted."""
    await alice.buy()
    world.clock.advance(minutes=1)
    await choose(alice, Purpose.EVENTS)
    await alice.buy()
    await bob.shop.start_trial(BOB)
    await alice.shop.ban_customer(BOB, "cli:owner", "spam")
    for _ in range(3):
        await alice.shop.work()
        world.clock.advance(minutes=3)
    orders = [one for one in posted(world, OrderHappened) if isinstance(one, OrderHappened)]
    assert [(one.tg_id, one.price_kopecks, one.is_trial) for one in orders] == [(ALICE, PRICE, False), (BOB, 0, True)]
    (acted,) = posted(world, StaffActed)
    assert isinstance(acted, StaffActed)
    assert (acted.action, acted.customer, acted.reason) == ("ban_customer", BOB, "spam")
    await alice.shop.mute_event(OWNER, EventKind.SALE)
    await alice.shop.mute_event(OWNER, EventKind.STAFF)
    await alice.buy()
    await alice.shop.unban_customer(BOB, "cli:owner", "sorry")
    await alice.shop.work()
    assert (len(posted(world, OrderHappened)), len(posted(world, StaffActed))) == (2, 1)
    await choose(alice, Purpose.EVENTS)
    await alice.buy()
    assert (len(posted(world, OrderHappened)), world.notices(OWNER, "order_happened")) == (2, [])


async def test_the_day_before_is_told_once_a_day(alice: Buyer, bob: Buyer, world: World) -> None:
    """From the hour on, with what it brought and what waits now; without a chosen chat nobody is told."""
    start = world.clock.now().replace(hour=0, minute=0) + timedelta(days=1)
    world.clock.advance(seconds=(start - world.clock.now()).total_seconds() + 60)
    await alice.shop.work()
    await alice.buy()
    world.clock.advance(minutes=1)
    await alice.buy()
    await bob.shop.start_trial(BOB)
    world.chain.deposit(COIN, "")
    await bob.shop.ask_owner(BOB, "Hello?")
    await alice.shop.work()
    world.clock.advance(days=1, hours=5)
    await alice.shop.work()
    assert world.notices(OWNER, "day_summary") == []
    world.clock.advance(hours=2)
    await choose(alice, Purpose.SUMMARY)
    for _ in range(3):
        await alice.shop.work()
    (told,) = posted(world, DaySummary)
    assert isinstance(told, DaySummary)
    assert (told.day_at, told.trials, told.sales, told.renewals, told.sales_kopecks) == (start, 1, 2, 1, 2 * PRICE)
    assert told.arrived == (MethodTotal("ton", "ton:native", 3, sum(one.units for one in told.arrived)),)
    assert (told.unmatched, told.undelivered, told.open_cases) == (1, 0, 1)
    world.clock.advance(days=1)
    await alice.shop.work()
    assert len(posted(world, DaySummary)) == 2
