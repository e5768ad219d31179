"""Money that goes back at a provider leaves the ledger by itself, once, and ends what it has paid for."""

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import permutations
from uuid import UUID

import pytest

from orbit_adapters.memory.chain import MemoryChain, MemorySources
from orbit_domain.ledger.ledger import UNMATCHED, asset_account, receivable_account, user_account
from orbit_domain.money import TON
from orbit_domain.notice.reversal_notices import MoneyReversed, MoneyTakenBack
from orbit_domain.order.order import Order, OrderState
from orbit_domain.payment.effect import Effect, EffectKind
from orbit_domain.payment.payment import TON_METHOD
from orbit_domain.payment.source_record import SourceRecord
from orbit_domain.use_cases.assign_receipt import ReceiptAlreadyAssigned
from orbit_domain.use_cases.audit_ledger import AuditLedger
from orbit_domain.use_cases.request_payout import PayoutWish
from tests.support.buyer import ALICE, Buyer
from tests.support.facts import ALL
from tests.support.shop import OWNER, Shop
from tests.support.world import COIN, PRICE, World
from tests.unit.use_cases.test_plan_change import MAX, days_left, pay_for

WHY = "found by hand"
MONTH = timedelta(days=30)
_ASSET, _FX, _DEBT = asset_account(TON_METHOD, TON), f"fx:{TON.code}", receivable_account(ALICE)


class Provider:
    """A provider whose refunds are in a list of their own, as those of YooKassa are."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.refunds = MemoryChain(world.clock, f"{world.chain.name}:refunds")
        # Money by the same method, in a list that may be read later than the other.
        self.late = MemoryChain(world.clock, f"{world.chain.name}:late")
        sources = MemorySources(self.refunds, world.chain, self.late)
        self.shop = Shop(replace(world.ports(), sources=sources))
        self.alice = Buyer(self.shop, world, ALICE)

    async def take_back(self, arrival: SourceRecord, units: int | None = None) -> None:
        """Let *units* of *arrival* go back, and the shop see it."""
        self.refunds.take_back(arrival, units)
        await self.shop.work()

    async def accounts(self) -> Counter[str]:
        """What stands on each account, in a ledger that is proved."""
        assert (await AuditLedger(self.world.storage)()).findings == ()
        totals: Counter[str] = Counter()
        async with self.world.storage.transaction() as tx:
            for entry in await tx.ledger.newest(ALL):
                for line in entry.lines:
                    totals[line.account] += line.units
        return Counter({account: units for account, units in totals.items() if units})

    def told(self) -> tuple[list[MoneyReversed], list[MoneyTakenBack]]:
        """What the owner and the customer were told of reversals."""
        owner = [one for one in self.world.notices(OWNER) if isinstance(one, MoneyReversed)]
        customer = [one for one in self.world.notices(ALICE) if isinstance(one, MoneyTakenBack)]
        return owner, customer

    def works(self) -> bool:
        """Whether the customer's account is to work at the panel."""
        wanted = self.world.panel.accounts["orbit_42"].wanted
        return wanted is not None and wanted.enabled


@pytest.fixture
async def provider(world: World) -> Provider:
    provider = Provider(world)
    await provider.shop.open()
    await provider.alice.start()
    return provider


async def buy(provider: Provider) -> SourceRecord:
    """A month, paid and delivered; what arrived for it."""
    view = await provider.alice.start_purchase()
    arrival = provider.alice.send(view)
    await provider.shop.work()
    return arrival


async def pay_from_balance(provider: Provider) -> Order:
    checkout = await provider.alice.choose()
    order = await provider.alice.pay_from_balance(checkout.order.id)
    await provider.shop.work()
    return order


async def top_up(provider: Provider, kopecks: int) -> SourceRecord:
    """A top-up that is paid; what arrived for it."""
    view = await provider.alice.top_up(kopecks)
    arrival = provider.alice.send(view, view.payment.quote.due.units)
    await provider.shop.work()
    return arrival


async def test_a_chargeback_stops_what_it_bought(provider: Provider) -> None:
    """At once: nothing is left in the ledger, the order is a refunded one, the key is off, each one is told once."""
    arrival = await buy(provider)
    assert provider.works()
    await provider.take_back(arrival)
    await provider.take_back(arrival, 0)
    order = await newest_order(provider)
    assert (order.state, provider.works(), await provider.alice.balance()) == (OrderState.REFUNDED, False, 0)
    assert set(await provider.accounts()) == {"revenue", "refunds"}
    ((alert,), (told,)) = provider.told()
    assert (alert.units, alert.value_kopecks, alert.owed_kopecks, alert.stopped) == (COIN, PRICE, 0, 1)
    assert (alert.tg_id, told.value_kopecks, told.is_over) == (ALICE, PRICE, True)


async def newest_order(provider: Provider) -> Order:
    async with provider.world.storage.transaction() as tx:
        (order,) = await tx.orders.newest(ALICE, 1)
    return order


async def test_what_was_used_is_owed(provider: Provider) -> None:
    """A third of the month was used: a third of the price stands in the receivable, and the next money pays it."""
    arrival = await buy(provider)
    provider.world.clock.advance(days=10)
    await provider.take_back(arrival)
    assert (await provider.accounts())[_DEBT] == -PRICE // 3
    assert (await provider.alice.balance(), provider.works()) == (0, False)
    ((alert,), (told,)) = provider.told()
    assert alert.owed_kopecks == told.owed_kopecks == PRICE // 3
    await top_up(provider, 20_000)
    totals = await provider.accounts()
    assert (totals[_DEBT], totals[user_account(ALICE)]) == (0, 20_000 - PRICE // 3)


async def test_who_owes_is_asked_for_the_debt_too(provider: Provider) -> None:
    """The next purchase asks for its price and the debt, and with that it is paid."""
    arrival = await buy(provider)
    provider.world.clock.advance(days=10)
    await provider.take_back(arrival)
    assert (await provider.alice.choose()).missing.units == PRICE + PRICE // 3
    view = await provider.alice.start_purchase()
    provider.alice.send(view, view.payment.quote.due.units)
    await provider.shop.work()
    assert (await provider.alice.order_of(view)).state is OrderState.DELIVERED
    assert (await provider.alice.balance(), (await provider.accounts())[_DEBT]) == (0, 0)


async def by_hand(provider: Provider) -> None:
    await provider.shop.adjust_balance(UUID(int=1), ALICE, 20_000, "uid 1", WHY)


async def by_cancelled_payout(provider: Provider) -> None:
    (waiting,) = await provider.shop.list_payouts()
    await provider.shop.cancel_payout(waiting.payout.id, "uid 1", WHY)


async def by_bounced_payout(provider: Provider) -> None:
    (waiting,) = await provider.shop.list_payouts()
    payout, chain = waiting.payout, provider.world.chain
    for kind, units in ((EffectKind.SENT, -payout.amount.units), (EffectKind.RETURNED, payout.amount.units)):
        chain.move(Effect(kind, units, payout.destination, payout.comment))
        await provider.shop.work()


@pytest.mark.parametrize("come", [by_hand, by_cancelled_payout, by_bounced_payout])
async def test_money_that_comes_without_a_payment_pays_the_debt_too(
    provider: Provider, come: Callable[[Provider], Awaitable[None]]
) -> None:
    """An admin's credit, and coins that the owner doesn't send after all or gets back: the debt goes first."""
    arrival = await buy(provider)
    if come is not by_hand:
        view = await provider.alice.top_up(20_000)
        provider.alice.send(view, view.payment.quote.due.units)
        await provider.shop.work()
        await provider.shop.request_payout(PayoutWish(view.payment.id, "0:" + "C" * 64, ""), "uid 1", WHY)
    provider.world.clock.advance(days=10)
    await provider.take_back(arrival)
    assert (await provider.accounts())[_DEBT] == -PRICE // 3
    await come(provider)
    totals = await provider.accounts()
    assert (totals[_DEBT], totals[user_account(ALICE)]) == (0, 20_000 - PRICE // 3)


async def test_what_is_on_the_balance_goes_from_there(provider: Provider) -> None:
    """A top-up that wasn't spent: it leaves the balance, and nothing is owed or stopped."""
    await buy(provider)
    arrival = await top_up(provider, 20_000)
    await provider.take_back(arrival)
    assert (await provider.alice.balance(), provider.works()) == (0, True)
    assert (await provider.accounts())[_DEBT] == 0
    assert provider.told()[1][0].stopped == 0


async def test_a_spent_top_up_stops_what_it_bought(provider: Provider) -> None:
    """What was bought from the balance since it came ends, the newest first, and only as much as is needed."""
    arrival = await top_up(provider, 30_000)
    first, second = [(await pay_from_balance(provider)).id for _ in range(2)]
    await provider.take_back(arrival, arrival.amount.units // 2)
    assert (await provider.accounts())[_DEBT] == -10_800, "a part: the rest of the balance went, nothing is stopped"
    await provider.take_back(arrival, arrival.amount.units - arrival.amount.units // 2)
    states = [(await provider.alice.order(order_id)).state for order_id in (first, second)]
    assert states == [OrderState.REFUNDED, OrderState.REFUNDED]
    assert _ASSET not in await provider.accounts()
    assert (await provider.accounts())[_DEBT] == 0


async def test_y5_a_part_and_then_the_rest(provider: Provider) -> None:
    """Parts add up to exactly the whole: a part alone leaves the month as it is, and stands as a debt."""
    arrival = await buy(provider)
    await provider.take_back(arrival, COIN // 4)
    assert ((await provider.accounts())[_DEBT], provider.works()) == (-PRICE // 4, True)
    await provider.take_back(arrival, COIN - COIN // 4)
    assert ((await provider.accounts())[_DEBT], provider.works()) == (0, False)
    assert _ASSET not in await provider.accounts()
    assert len(provider.told()[0]) == len(provider.told()[1]) == 2


async def test_x5_what_was_converted_goes_by_value(provider: Provider) -> None:
    """The time went into another plan: as much of that as the money was worth is taken, and the rest goes on."""
    arrival = await buy(provider)
    async with provider.world.storage.transaction() as tx:
        await tx.plans.add_if_absent(MAX)
    await pay_for(provider.alice, provider.world, "max")
    before = await days_left(provider.alice, provider.world)
    balance = await provider.alice.balance()
    await provider.take_back(arrival)
    ((alert,), (told,)) = provider.told()
    assert (alert.stopped, alert.shortened, alert.owed_kopecks, told.is_over) == (0, 1, 0, False)
    taken = before - await days_left(provider.alice, provider.world)
    assert abs(taken / MONTH - (PRICE - balance) / MAX.price.units) < 0.0001
    assert provider.works()
    assert (await provider.accounts())[_DEBT] == 0


async def test_nobody_s_money_goes_from_unmatched(provider: Provider) -> None:
    """It isn't listed and can't be given to anybody any more; of a part that went back only the rest can be."""
    whole, part = (provider.world.chain.deposit(COIN, "no such comment") for _ in range(2))
    await provider.take_back(whole)
    await provider.take_back(part, COIN // 3)
    totals = await provider.accounts()
    assert -totals[_ASSET] == totals[UNMATCHED] == COIN - COIN // 3
    with pytest.raises(ReceiptAlreadyAssigned):
        await provider.shop.assign_receipt(whole.source, whole.external_id, ALICE, "cli", WHY)
    assert [one.receipt.external_id for one in await provider.shop.list_unmatched()] == [part.external_id]
    await provider.shop.assign_receipt(part.source, part.external_id, ALICE, "cli", WHY)
    assert await provider.alice.balance() == PRICE * (COIN - COIN // 3) // COIN
    await provider.take_back(part, COIN - COIN // 3)
    assert set(await provider.accounts()) <= {"fx:RUB"}, "what was given to a customer is taken from the customer"


async def test_more_than_arrived_never_goes_back(provider: Provider) -> None:
    """A list that lies takes nothing: the audit names the row, and other rows are booked all the same."""
    arrival = await buy(provider)
    provider.refunds.take_back(arrival, COIN + 1)
    other = await top_up(provider, 20_000)
    provider.refunds.take_back(other)
    await provider.shop.work()
    assert (await provider.alice.balance(), provider.works()) == (0, True)
    (finding,) = (await AuditLedger(provider.world.storage)()).findings
    assert provider.refunds.records[0].ref in finding


@pytest.mark.parametrize("at_once", [False, True], ids=["one by one", "in one reading"])
async def test_any_order_of_arrival_gives_the_same_ledger(at_once: bool) -> None:
    """An order's money, a part of it back, the rest back, and a top-up: whatever is seen first, the top-up is left."""
    totals = {tuple(sorted((await _accounts_after(steps, at_once)).items())) for steps in permutations(range(4))}
    (same,) = totals
    assert dict(same).keys() == {_ASSET, _FX, "fx:RUB", user_account(ALICE)}
    assert dict(same)[user_account(ALICE)] == 20_000


async def _accounts_after(steps: Sequence[int], at_once: bool) -> Counter[str]:
    provider = Provider(World())
    await provider.shop.open()
    await provider.alice.start()
    paid = provider.alice.send(await provider.alice.start_purchase())
    topped = await provider.alice.top_up(20_000)
    added = provider.late.deposit(topped.payment.quote.due.units, topped.payment.comment)
    hidden = {0: provider.world.chain, 3: provider.late}
    for chain in hidden.values():
        chain.silent = True
    for step in steps:
        if step in hidden:
            hidden[step].silent = False
        else:
            provider.refunds.take_back(paid, {1: COIN // 3, 2: COIN - COIN // 3}[step])
        if not at_once:
            await provider.shop.work()
    await provider.shop.work()
    totals = await provider.accounts()
    assert added.amount.units == -totals[_ASSET]
    sales = totals.pop("revenue", 0) + totals.pop("refunds", 0)
    assert sales == 0
    return totals
