"""A flood of dust on one public comment while customers pay: how long they wait, and what a settlement costs."""

from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from sqlalchemy.ext.asyncio import AsyncEngine

from benchmarks.database import shop_database
from benchmarks.figures import Figure
from orbit_adapters.sql.engine import open_engine
from orbit_adapters.sql.migrate import migrate
from orbit_adapters.sql.statement_counter import count_statements
from orbit_adapters.sql.storage import SqlStorage
from orbit_domain.ids import TelegramId
from orbit_domain.money import RUB
from orbit_domain.order.order import OrderState
from orbit_domain.use_cases.show_payment import PaymentView
from tests.support.buyer import Buyer
from tests.support.shop import Shop
from tests.support.world import World

TITLE = "Dust: transfers of one nanoton on one comment while others pay"
DUST, SMALL_DUST = 33_000, 300
CUSTOMERS, SMALL_CUSTOMERS = 20, 3
TURNS = 2
STATEMENTS = 12


async def measure(*, small: bool) -> list[Figure]:
    """Measure on SQLite and on a PostgreSQL server of its own.

    Raises AssertionError when a customer isn't paid within two turns, or a settlement needs more statements.
    """
    with TemporaryDirectory() as folder:
        url = f"sqlite+aiosqlite:///{Path(folder) / 'shop.db'}"
        await migrate(url)
        figures = await measure_at(url, small=small)
    async with shop_database() as url:
        return figures + await measure_at(url, small=small)


async def measure_at(url: str, *, small: bool) -> list[Figure]:
    """Measure on the empty shop at *url*."""
    engine = open_engine(url)
    try:
        return await _measure(engine, "SQLite" if url.startswith("sqlite") else "PostgreSQL", small=small)
    finally:
        await engine.dispose()


async def _measure(engine: AsyncEngine, name: str, *, small: bool) -> list[Figure]:
    dust, customers = (SMALL_DUST, SMALL_CUSTOMERS) if small else (DUST, CUSTOMERS)
    world = World(storage=SqlStorage(engine, base=RUB))
    shop = Shop(world.ports())
    await shop.open()
    victim, buyers = await _requests(shop, world, customers)
    for number in range(dust):
        world.chain.deposit(1, victim.payment.comment)
        if number % (dust // customers) == 0 and number // (dust // customers) < customers:
            buyer, view = buyers[number // (dust // customers)]
            buyer.send(view, view.payment.quote.due.units)
    began = perf_counter()
    turns = await _turns_until_paid(shop, buyers)
    took_s = perf_counter() - began
    statements = {count: await _statements(engine, shop, world, count) for count in (1, 100)}
    if max(statements.values()) > STATEMENTS:
        raise AssertionError(f"a settlement needs {statements} statements by the number of its receipts")
    return [
        Figure(f"{name}: dust", dust, "transfers"),
        Figure(f"{name}: customers paid", customers, ""),
        Figure(f"{name}: turns until all were paid", turns, ""),
        Figure(f"{name}: time of those turns", took_s, "s"),
        *(
            Figure(f"{name}: statements to settle a top-up of {count} receipts", found, "")
            for count, found in statements.items()
        ),
    ]


async def _requests(shop: Shop, world: World, customers: int) -> tuple[PaymentView, list[tuple[Buyer, PaymentView]]]:
    """A victim's open payment, and those of the customers who pay."""
    victim = Buyer(shop, world, TelegramId(1_000))
    await victim.start()
    buyers = []
    for number in range(customers):
        buyer = Buyer(shop, world, TelegramId(2_000 + number))
        await buyer.start()
        buyers.append((buyer, await buyer.start_purchase()))
    return await victim.start_purchase(), buyers


async def _turns_until_paid(shop: Shop, buyers: list[tuple[Buyer, PaymentView]]) -> int:
    """How many runs of the money job it takes. Raises AssertionError beyond two."""
    for turn in range(1, TURNS + 1):
        await shop.scan_and_settle()
        states = [(await buyer.order_of(view)).state for buyer, view in buyers]
        if all(state is OrderState.PAID for state in states):
            return turn
    raise AssertionError(f"after {TURNS} turns the orders are {states}")


async def _statements(engine: AsyncEngine, shop: Shop, world: World, receipts: int) -> int:
    """How many statements settle a top-up that arrived in so many receipts, once they are read."""
    buyer = Buyer(shop, world, TelegramId(5_000 + receipts))
    await buyer.start()
    view = await buyer.top_up(20_000)
    due = view.payment.quote.due.units
    for _ in range(receipts - 1):
        buyer.send(view, due // receipts)
    buyer.send(view, due - (receipts - 1) * (due // receipts))
    while (await shop.read_receipts()).reads_on:
        pass
    with count_statements(engine) as counter:
        await shop.settle_receipts()
    settled = [sent for sent in counter.sent if any("ledger_entries" in text for text, _ in sent)]
    return max(len(sent) for sent in settled)
