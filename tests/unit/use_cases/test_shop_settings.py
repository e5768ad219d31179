"""Settings that are changed while the shop runs, over the ports."""

from dataclasses import replace

import pytest

from orbit_adapters.ton.gateway import TonGateway
from orbit_domain.money import rub
from orbit_domain.order.order import OrderState
from orbit_domain.payment.payment import TON_METHOD, Method, PaymentStatus
from orbit_domain.payment.ports import MethodUnavailable
from orbit_domain.referral.referral import ReferralsOff
from orbit_domain.shop_setting.setting import Origin, SettingName, SettingNotTaken, SettingProblem
from orbit_domain.steps.require_permission import NotPermitted
from orbit_domain.storage import AdminAction
from orbit_domain.use_cases.draft_shop_setting import awaited
from orbit_domain.use_cases.staff_action import DraftOver
from orbit_domain.user.user import Role
from tests.support.buyer import ALICE, BOB, Buyer
from tests.support.invariants import check_ledger
from tests.support.shop import OWNER, TON_SETTINGS, Shop
from tests.support.world import World
from tests.unit.use_cases.test_referrals import invited

SECOND = Method("second")
METHODS, SUPPORT = SettingName.PAYMENT_METHODS, SettingName.SUPPORT
CLI = "cli:vera"


class SecondGateway(TonGateway):
    """Another way to pay, by the same account."""

    def __init__(self, world: World) -> None:
        super().__init__(TON_SETTINGS, world.rates, world.clock)
        self.method = SECOND


async def two_ways(world: World) -> Buyer:
    """A customer of a shop with two ways to pay."""
    alice = Buyer(Shop(replace(world.ports(), gateways=(SecondGateway(world),))), world)
    await alice.shop.open()
    await alice.start()
    return alice


async def log(world: World) -> list[AdminAction]:
    """What was done to settings, oldest first."""
    async with world.storage.transaction() as tx:
        return [one for one in reversed(await tx.admin_log.newest(50)) if one.subject.startswith("setting:")]


async def offered(alice: Buyer) -> list[Method]:
    """The ways to pay that a checkout and the balance show."""
    at_checkout = [one.method for one in (await alice.choose()).offers]
    assert list((await alice.shop.show_statement(ALICE)).methods) == at_checkout
    return at_checkout


async def test_a_change_holds_at_once_and_is_logged(shop: Shop, world: World) -> None:
    """With the old and the new value; what holds already is logged no more; without it the environment's holds."""
    for _ in range(2):
        await shop.change_shop_setting(OWNER, SUPPORT, "@vera_helps")
    assert (await shop.read_shop_settings()).support == "vera_helps"
    view = await shop.show_shop_settings.one(OWNER, SUPPORT)
    assert (view.shown[0].setting.origin, view.shown[0].username) == (Origin.STORED, "owner")
    for _ in range(2):
        await shop.change_shop_setting.reset(CLI, SUPPORT)
    assert (await shop.read_shop_settings()).support == "orbit_help"
    assert [(one.actor, one.action, one.subject, one.reason) for one in await log(world)] == [
        (f"telegram:{OWNER}", "change_setting", "setting:support", "orbit_help → vera_helps"),
        (CLI, "reset_setting", "setting:support", "vera_helps → orbit_help"),
    ]


async def test_another_process_follows(shop: Shop, world: World) -> None:
    """With its next look, which also shows that a value was taken back."""
    other = Shop(world.ports())
    await shop.change_shop_setting(CLI, SUPPORT, "vera_helps")
    assert (await other.read_shop_settings()).support == "orbit_help"
    await other.refresh_shop_settings()
    assert (await other.read_shop_settings()).support == "vera_helps"
    await other.change_shop_setting.reset(CLI, SUPPORT)
    await shop.refresh_shop_settings()
    assert (await shop.read_shop_settings()).support == "orbit_help"


async def test_a_draft_changes_nothing_before_it_is_saved(shop: Shop, world: World) -> None:
    """The newest draft is saved, once the role still allows it; a refused value leaves the dialog as it was."""
    name = SettingName.WELCOME_EN
    with pytest.raises(SettingNotTaken):
        await shop.draft_shop_setting(OWNER, awaited(name), "Hi", "<b>Hi")
    first = await shop.draft_shop_setting(OWNER, awaited(name), "Hi", "<b>Hi</b>")
    second = await shop.draft_shop_setting(OWNER, first.draft.document(), "Hello", "<i>Hello</i>")
    assert (second.shop.welcome["en"], (await shop.show_home(OWNER)).welcome) == ("<i>Hello</i>", "")
    kept = second.draft.document()
    for document, request in (
        (kept, first.draft.request),
        (awaited(name), second.draft.request),
        ({}, first.draft.request),
    ):
        with pytest.raises(DraftOver):
            await shop.draft_shop_setting.save(OWNER, document, request)
    assert await shop.draft_shop_setting.save(OWNER, kept, second.draft.request) is name
    assert (await shop.show_home(OWNER)).welcome == "<i>Hello</i>"
    await shop.set_language(OWNER, "ru")
    assert (await shop.show_home(OWNER)).welcome == ""
    assert len(await log(world)) == 1


async def test_a_role_counts_when_the_draft_is_saved(bob: Buyer) -> None:
    """An admin writes the welcome, and sees nothing else; without the role he saves no draft of before."""
    shop = bob.shop
    await shop.change_role(OWNER, BOB, Role.ADMIN)
    shown = (await shop.show_shop_settings(BOB)).shown
    assert [one.setting.name for one in shown] == [SettingName.WELCOME_RU, SettingName.WELCOME_EN]
    with pytest.raises(NotPermitted):
        await shop.show_shop_settings.one(BOB, SUPPORT)
    with pytest.raises(NotPermitted):
        await shop.draft_shop_setting(BOB, awaited(SUPPORT), "vera_helps", "")
    preview = await shop.draft_shop_setting(BOB, awaited(SettingName.WELCOME_EN), "Hi", "Hi")
    await shop.change_role(OWNER, BOB, Role.CUSTOMER)
    with pytest.raises(NotPermitted):
        await shop.draft_shop_setting.save(BOB, preview.draft.document(), preview.draft.request)
    assert (await shop.read_shop_settings()).welcome["en"] == ""


async def test_ways_to_pay_are_shown_as_arranged(world: World) -> None:
    """In the order that the owner sets; one that is off isn't shown, and the last one stays."""
    alice = await two_ways(world)
    change = alice.shop.change_shop_setting
    assert await offered(alice) == [TON_METHOD, SECOND]
    await change.place_method(OWNER, SECOND, 0)
    assert await offered(alice) == [SECOND, TON_METHOD]
    await change.switch_method(OWNER, SECOND, is_on=False)
    assert await offered(alice) == [TON_METHOD]
    view = await alice.shop.show_shop_settings.one(OWNER, METHODS)
    assert (view.shop.methods, view.methods) == ((TON_METHOD,), (TON_METHOD, SECOND))
    with pytest.raises(SettingNotTaken) as refused:
        await change.switch_method(OWNER, TON_METHOD, is_on=False)
    assert refused.value.problem is SettingProblem.LAST_METHOD
    with pytest.raises(SettingNotTaken):
        await change.switch_method(OWNER, Method("unknown"), is_on=True)
    await change.switch_method(OWNER, SECOND, is_on=True)
    assert await offered(alice) == [TON_METHOD, SECOND]


async def test_a_way_that_is_off_takes_no_new_payment_but_the_money_of_open_ones(world: World) -> None:
    """The invoice is still shown and found; what is paid by it is credited and delivered, whole or in parts."""
    alice = await two_ways(world)
    checkout = await alice.choose()
    view = await alice.shop.request_payment(ALICE, checkout.order.id, SECOND)
    await alice.shop.change_shop_setting.switch_method(OWNER, SECOND, is_on=False)
    again = await alice.shop.request_payment(ALICE, checkout.order.id, SECOND)
    assert again.payment.id == view.payment.id == (await alice.refreshed(view)).payment.id
    with pytest.raises(MethodUnavailable):
        await alice.shop.top_up(ALICE, rub(20_000), SECOND)
    with pytest.raises(MethodUnavailable):
        await alice.shop.request_payment(ALICE, (await alice.choose("sub_3m")).order.id, SECOND)
    alice.send(view, view.payment.quote.due.units)
    await alice.shop.work()
    assert (await alice.check_payment(view)).payment.status is PaymentStatus.CONFIRMED
    assert (await alice.order_of(view)).state is OrderState.DELIVERED
    await check_ledger(world)


async def test_a_shop_sells_after_its_arranged_ways_are_gone(world: World) -> None:
    """A list of ways that aren't set up any more counts for nothing."""
    alice = await two_ways(world)
    await alice.shop.change_shop_setting(OWNER, METHODS, "second")
    later = Buyer(Shop(world.ports()), world)
    await later.shop.refresh_shop_settings()
    assert await offered(later) == [TON_METHOD]


async def test_a_reward_is_what_is_recorded_when_it_is_paid(alice: Buyer, world: World) -> None:
    """Also by a worker that hasn't heard of the change: nobody is paid by what a process remembers."""
    friend, stale = await invited(alice.shop, world), Shop(world.ports())
    await friend.buy()  # Paid at 50 ₽ each: the first reward.
    other = await invited(alice.shop, world, 701)
    view = await other.start_purchase()
    other.send(view, view.payment.quote.due.units)
    await alice.shop.change_shop_setting(OWNER, SettingName.REFERRAL_INVITER, "12.34")
    await alice.shop.change_shop_setting(OWNER, SettingName.REFERRAL_INVITED, "0")
    await stale.work()
    assert (await stale.read_shop_settings()).referral.inviter == rub(5_000)
    assert (await alice.balance(), await other.balance()) == (6_234, 0)
    third = await invited(alice.shop, world, 702)
    await alice.shop.change_shop_setting(OWNER, SettingName.REFERRALS, "off")
    view = await third.start_purchase()
    third.send(view, view.payment.quote.due.units)
    await stale.work()
    assert (await alice.balance(), await third.balance()) == (6_234, 0)
    with pytest.raises(ReferralsOff):
        await alice.shop.show_invite(ALICE)
    await check_ledger(world)


async def test_every_setting_is_listed_for_the_command_line(shop: Shop) -> None:
    """With its value and where it comes from."""
    await shop.change_shop_setting(CLI, SettingName.TERMS, "https://example.org/terms")
    listed = {one.name: (one.value, one.origin) for one in await shop.show_shop_settings.all()}
    assert set(listed) == set(SettingName)
    assert listed[SettingName.TERMS] == ("https://example.org/terms", Origin.STORED)
    assert listed[SUPPORT] == ("orbit_help", Origin.ENVIRONMENT)
    assert listed[SettingName.WELCOME_RU] == ("", Origin.DEFAULT)
