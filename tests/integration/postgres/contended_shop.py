"""A shop on PostgreSQL with several connection pools, and customers that compete for its rows."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from orbit_adapters.memory.cache import NoCache
from orbit_adapters.sql.engine import open_engine
from orbit_adapters.sql.storage import SqlStorage
from orbit_domain.ids import OrderId, TelegramId
from orbit_domain.ledger.ledger import EntryKind
from orbit_domain.money import RUB
from orbit_domain.order.order import OrderState
from orbit_domain.use_cases.audit_ledger import AuditLedger
from orbit_testing import samples
from tests.integration.postgres.patience import patient_engine
from tests.support.buyer import Buyer
from tests.support.shop import Shop
from tests.support.world import World

PRICE = 12_900
MIN_TOP_UP = 20_000
_MAX_WAIT_S = 300
_POLL_S = 0.02


@dataclass(frozen=True, slots=True)
class OpenOrder:
    """A customer, and an open order that their balance covers."""

    tg_id: TelegramId
    order_id: OrderId


class ContendedShop:
    """One database; each `Shop` on it has a connection pool of its own, like a process."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.world = World()
        self._storages: list[SqlStorage] = []

    def storage(self, url: str = "", **options: Any) -> SqlStorage:
        """A storage with a pool of its own, without time limits; *options* are those of `patient_engine`."""
        return self._kept(SqlStorage(patient_engine(url or self.url, **options), base=RUB))

    def limited_storage(self, **options: Any) -> SqlStorage:
        """A storage with the time limits of a shop, for the tests of these limits."""
        return self._kept(SqlStorage(open_engine(self.url, **options), base=RUB))

    def _kept(self, storage: SqlStorage) -> SqlStorage:
        self._storages.append(storage)
        return storage

    def shop(self, storage: SqlStorage | None = None) -> Shop:
        """Every use case over *storage*, or over one of its own."""
        return Shop(replace(self.world.ports(), storage=storage or self.storage(), cache=NoCache()))

    async def open_orders(self, count: int, first: int = 1000, kopecks: int = PRICE) -> list[OpenOrder]:
        """Create *count* customers with *kopecks* and an open order each."""
        found = []
        async with self.storage().transaction() as tx:
            for number in range(first, first + count):
                tg_id = TelegramId(number)
                await tx.users.add_if_absent(samples.new_user(tg_id))
                await tx.ledger.post(samples.gift(number, kopecks, tg_id))
                order = await tx.orders.add_if_absent(samples.order(number, tg_id))
                found.append(OpenOrder(tg_id, order.id))
        return found

    async def deposits(self, shop: Shop, count: int, first: int = 5000) -> list[Buyer]:
        """Create *count* customers whose deposits, 200 roubles and rising by a kopeck, are scanned and not settled."""
        buyers = [Buyer(shop, self.world, TelegramId(number)) for number in range(first, first + count)]
        for more, buyer in enumerate(buyers):
            await buyer.start()
            view = await buyer.top_up(MIN_TOP_UP + more)
            buyer.send(view, view.payment.quote.due.units)
        while not (await shop.read_receipts()).complete:
            pass
        return buyers

    async def assert_each_bought_once(self, open_orders: Sequence[OpenOrder]) -> None:
        """The audit is clean, and each customer has paid one price, for one order, month, set of keys and notice."""
        assert (await AuditLedger(self.storage())()).findings == ()
        async with self.storage().transaction() as tx:
            for order in open_orders:
                customer = await tx.subscriptions.customer(order.tg_id)
                statement_lines = await tx.ledger.statement_lines(order.tg_id, 10)
                assert customer is not None
                assert sum(move.units for move in statement_lines) == customer.user.balance.units
                assert [move.units for move in statement_lines if move.kind is EntryKind.ORDER] == [-PRICE]
                assert [order.state for order in await tx.orders.newest(order.tg_id, 5)] == [OrderState.PAID]
                assert len(await tx.grants.of_user(order.tg_id)) == 1
                assert [key.number for key in await tx.keys.of_user(order.tg_id)] == [1]
                assert len(await tx.outbox.of_user(order.tg_id, 5)) == 1

    async def assert_each_credited_once(self, buyers: Sequence[Buyer]) -> None:
        """The audit is clean, and each customer has exactly what they sent."""
        assert (await AuditLedger(self.storage())()).findings == ()
        async with self.storage().transaction() as tx:
            users = [await tx.users.get(buyer.tg_id) for buyer in buyers]
            later = self.world.clock.now() + timedelta(days=1)
            assert await tx.payments_due.claim(later, later, 1) == ()
        assert [user.balance.units for user in users if user] == [MIN_TOP_UP + more for more in range(len(buyers))]

    async def lease_ends(self, _failures: int = 0) -> None:
        """Let so much time pass that what a failed run had claimed is claimed anew."""
        self.world.clock.advance(minutes=2)

    async def close(self) -> None:
        """Close every pool."""
        for storage in self._storages:
            await storage.close()


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    """Poll until *holds* returns True. Raises TimeoutError after five minutes: what it polls for doesn't come."""
    async with asyncio.timeout(_MAX_WAIT_S):
        while not await holds():  # noqa: ASYNC110 - the server has no event to await
            await asyncio.sleep(_POLL_S)
