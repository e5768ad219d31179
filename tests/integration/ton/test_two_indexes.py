"""A shop that reads toncenter and tonapi, each simulated with its own faults, from the transfer to the key."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

import httpx
import pytest

from orbit_adapters.memory.chain import MemorySources
from orbit_adapters.ton.address import Network
from orbit_adapters.ton.api import ToncenterApi
from orbit_adapters.ton.scanner import TonSource
from orbit_adapters.ton.tonapi import TonapiApi
from orbit_domain.notice.reader_notices import MoneyUnconfirmed, ReaderChanged
from orbit_domain.order.order import OrderState
from orbit_domain.payment.payment import PaymentStatus
from orbit_domain.payment.ports import MethodUnavailable
from orbit_domain.payment.source import SourceUnavailable
from orbit_domain.use_cases.audit_ledger import AuditLedger
from orbit_domain.use_cases.show_payment import PaymentView
from orbit_sandbox.chain.ledger import SimChain
from orbit_sandbox.chain.tonapi import FAULTS as TONAPI_FAULTS
from orbit_sandbox.chain.tonapi import tonapi_app
from orbit_sandbox.chain.toncenter import FAULTS, toncenter_app
from orbit_sandbox.faults import Faults
from tests.support.buyer import BOB, Buyer
from tests.support.shop import OWNER, TON_SETTINGS, Shop
from tests.support.world import COIN, World

FIRST, SECOND = "http://first.example", "http://second.example"


@dataclass
class TwiceReadShop:
    """A shop and two customers. A coin and a half, less than three months and more than one, need both indexes."""

    world: World
    sim: SimChain
    faults: Faults
    source: TonSource
    shop: Shop
    alice: Buyer
    bob: Buyer
    payer: str

    def pay(self, view: PaymentView) -> int:
        """Send exactly what is due: so many nanotons."""
        units = view.payment.quote.due.units
        self.sim.pay(self.payer, TON_SETTINGS.address, units, view.payment.comment)
        return units

    async def state(self, buyer: Buyer, view: PaymentView) -> OrderState:
        return (await buyer.order_of(view)).state

    async def pass_minutes(self, minutes: int) -> None:
        """Every job runs once a minute."""
        for _ in range(minutes):
            self.world.clock.advance(minutes=1)
            await self.shop.work(1)

    def told(self) -> list[tuple[object, ...]]:
        """What the owner heard, in short."""
        words: list[tuple[object, ...]] = []
        for notice in self.world.notices(OWNER):
            if isinstance(notice, MoneyUnconfirmed):
                words.append((notice.verdict, notice.reader, notice.units, notice.shown_units))
            elif isinstance(notice, ReaderChanged):
                words.append((notice.reader, "back" if notice.is_back else "down"))
            else:
                words.append((notice.kind,))
        return words


@pytest.fixture
async def twice() -> AsyncIterator[TwiceReadShop]:
    world = World()
    sim, faults = SimChain(world.clock, seed=5), Faults(FAULTS | TONAPI_FAULTS)
    sim.account(TON_SETTINGS.address)
    mounts = {
        FIRST: httpx.ASGITransport(toncenter_app(sim, faults)),
        SECOND: httpx.ASGITransport(tonapi_app(sim, faults)),
    }
    async with httpx.AsyncClient(mounts=mounts) as http:
        source = TonSource(
            ToncenterApi(http, f"{FIRST}/api/v3", Network.TESTNET, attempts=1),
            TON_SETTINGS.account,
            world.clock,
            second=TonapiApi(http, SECOND, Network.TESTNET, attempts=1),
            confirm_from=3 * COIN // 2,
        )
        shop = Shop(replace(world.ports(), sources=MemorySources(source)))
        await shop.open()
        alice, bob = Buyer(shop, world), Buyer(shop, world, BOB)
        for buyer in (alice, bob):
            await buyer.start()
        yield TwiceReadShop(world, sim, faults, source, shop, alice, bob, sim.wallet("payer", 10**6 * COIN))


async def test_t52_two_indexes_that_agree_deliver_and_two_that_differ_do_not(twice: TwiceReadShop) -> None:
    """T52: the second one's other amount holds the order and is told once; when it shows the truth, the key comes."""
    view = await twice.alice.start_purchase("sub_3m")
    units = twice.pay(view)
    twice.faults.turn_on("tonapi.other_value")
    await twice.pass_minutes(20)
    assert await twice.state(twice.alice, view) is OrderState.OPEN
    assert twice.told() == [("differs", "second.example", units, units // 1000)]
    twice.faults.clear()
    await twice.pass_minutes(11)
    assert await twice.state(twice.alice, view) is OrderState.DELIVERED
    assert len(twice.told()) == 1
    assert (await AuditLedger(twice.world.storage)()).findings == ()


async def test_t52_without_the_second_index_small_money_goes_on_and_large_money_waits(twice: TwiceReadShop) -> None:
    """T52: the shop goes on with one; the owner hears of what waits after five minutes, once, and taps nothing."""
    view = await twice.alice.start_purchase("sub_3m")
    units = twice.pay(view)
    twice.faults.turn_on("tonapi.500")
    await twice.pass_minutes(4)
    assert twice.told() == []
    small = await twice.bob.start_purchase()
    twice.pay(small)
    await twice.pass_minutes(16)
    assert await twice.state(twice.bob, small) is OrderState.DELIVERED
    assert await twice.state(twice.alice, view) is OrderState.OPEN
    assert twice.told() == [("silent", "second.example", units, None)]
    twice.faults.clear()
    await twice.pass_minutes(11)
    assert await twice.state(twice.alice, view) is OrderState.DELIVERED
    assert (await AuditLedger(twice.world.storage)()).findings == ()


async def test_the_second_index_reads_on_while_the_first_one_is_down(twice: TwiceReadShop) -> None:
    """After five minutes it takes over and the owner hears; large money waits; the first one returns by itself."""
    large, small = await twice.alice.start_purchase("sub_3m"), await twice.bob.start_purchase()
    twice.faults.turn_on("chain.500")
    units = twice.pay(large)
    twice.pay(small)
    await twice.pass_minutes(4)
    assert (await twice.state(twice.bob, small), twice.told()) == (OrderState.OPEN, [])
    await twice.pass_minutes(8)
    assert await twice.state(twice.bob, small) is OrderState.DELIVERED
    assert await twice.state(twice.alice, large) is OrderState.OPEN
    assert twice.told() == [("first.example", "down"), ("silent", "first.example", units, None)]
    assert len((await twice.alice.choose()).offers) == 1
    twice.faults.clear()
    await twice.pass_minutes(11)
    assert await twice.state(twice.alice, large) is OrderState.DELIVERED
    assert twice.told()[2:] == [("first.example", "back")]
    assert (await AuditLedger(twice.world.storage)()).findings == ()


async def test_a_first_index_that_stands_still_is_replaced_too(twice: TwiceReadShop) -> None:
    """It answers and reads no block: after five minutes the second one reads, and what came is delivered."""
    view = await twice.alice.start_purchase()
    await twice.pass_minutes(1)
    twice.faults.turn_on("chain.lag")
    twice.pay(view)
    await twice.pass_minutes(4)
    assert (await twice.state(twice.alice, view), twice.told()) == (OrderState.OPEN, [])
    await twice.pass_minutes(4)
    assert (await twice.state(twice.alice, view), twice.told()) == (
        OrderState.DELIVERED,
        [("first.example", "down")],
    )
    twice.faults.clear()
    await twice.pass_minutes(3)
    assert twice.told()[1:] == [("first.example", "back")]


async def test_t67_one_index_shows_it_as_final_and_the_other_lags(twice: TwiceReadShop) -> None:
    """T67: nobody is alarmed by minutes; the key comes when the second one has read as far."""
    view = await twice.alice.start_purchase("sub_3m")
    await twice.pass_minutes(1)
    twice.faults.turn_on("tonapi.lag")
    twice.pay(view)
    await twice.pass_minutes(4)
    assert (await twice.state(twice.alice, view), twice.told()) == (OrderState.OPEN, [])
    twice.faults.clear()
    await twice.pass_minutes(6)
    assert (await twice.state(twice.alice, view), twice.told()) == (OrderState.DELIVERED, [])


async def test_without_both_nothing_is_lost(twice: TwiceReadShop) -> None:
    """Nothing expires and coins aren't offered while nobody can be asked; then all that came is delivered."""
    view = await twice.alice.start_purchase()
    twice.faults.turn_on("chain.timeout")
    twice.faults.turn_on("tonapi.html")
    twice.pay(view)
    await twice.pass_minutes(20)
    assert (await twice.alice.choose()).offers == ()
    assert (await twice.alice.refreshed(view)).payment.status is PaymentStatus.PENDING
    twice.faults.clear()
    await twice.pass_minutes(2)
    assert await twice.state(twice.alice, view) is OrderState.DELIVERED


async def test_t54_the_masterchain_stalls_for_half_an_hour(twice: TwiceReadShop) -> None:
    """T54: our clock runs on, and nothing expires; coins aren't offered; when blocks come again, all goes on."""
    view = await twice.alice.start_purchase()
    await twice.pass_minutes(1)
    for index in ("chain", "tonapi"):
        twice.faults.turn_on(f"{index}.lag")
    await twice.pass_minutes(30)
    assert (await twice.alice.refreshed(view)).payment.status is PaymentStatus.PENDING
    assert (await twice.alice.choose("sub_3m")).offers == ()
    with pytest.raises(MethodUnavailable):
        await twice.alice.top_up(20_000)
    assert twice.told() == []
    twice.pay(view)  # the chain takes it with its next block, by its own time half an hour late, within the grace
    twice.faults.clear()
    await twice.pass_minutes(2)
    assert await twice.state(twice.alice, view) is OrderState.DELIVERED
    assert len((await twice.alice.choose("sub_3m")).offers) == 1
    assert twice.told() == []
    assert (await AuditLedger(twice.world.storage)()).findings == ()


async def test_a_cold_start_waits_for_indexes_that_contradict_each_other(twice: TwiceReadShop) -> None:
    """A shop begins after an older history whose end the second one shows too; one that is down hinders nothing."""
    view = await twice.alice.start_purchase()
    twice.pay(view)
    shown = await twice.source.newest()
    assert shown.position
    twice.faults.turn_on("tonapi.500")
    assert await twice.source.newest() == shown
    twice.faults.clear()
    other = SimChain(twice.world.clock, seed=6)
    other.lt = twice.sim.lt
    other.pay(other.wallet("payer", 10 * COIN), TON_SETTINGS.address, COIN, "another history")
    mounts = {SECOND: httpx.ASGITransport(tonapi_app(other, Faults(TONAPI_FAULTS)))}
    async with httpx.AsyncClient(mounts=mounts) as http:
        twice.source.indexes.second = TonapiApi(http, SECOND, Network.TESTNET, attempts=1)
        with pytest.raises(SourceUnavailable, match="another history"):
            await twice.source.newest()
