"""A reversal and the assignment of its receipt at the same moment: whoever is first, nothing is given twice."""

import asyncio
from contextlib import suppress

from orbit_domain.ledger.ledger import UNMATCHED
from orbit_domain.storage import StorageBusy
from orbit_domain.use_cases.assign_receipt import ReceiptAlreadyAssigned
from orbit_domain.use_cases.audit_ledger import AuditLedger
from tests.integration.postgres.contended_shop import ContendedShop
from tests.support.buyer import ALICE, Buyer
from tests.support.shop import Shop
from tests.support.world import COIN, World

ROUNDS = 10


async def test_what_goes_back_is_nobody_s_gain(contended_shop: ContendedShop) -> None:
    """Ten times the owner gives money to a customer while a worker records that it went back: nobody has any of it."""
    world = World(storage=contended_shop.storage())
    shop, worker = Shop(world.ports()), Shop(world.ports())
    await shop.open()
    await Buyer(shop, world, ALICE).start()
    for _ in range(ROUNDS):
        record = world.chain.deposit(COIN, "whose?")
        await shop.scan_and_settle()
        world.chain.take_back(record)
        await shop.read_receipts()
        await asyncio.gather(_assign(shop, record.external_id, record.source), worker.book_reversals())
        await shop.book_reversals()
    assert (await AuditLedger(world.storage)()).findings == ()
    async with world.storage.transaction() as tx:
        user = await tx.users.get(ALICE)
        debt = await tx.ledger.debt(ALICE)
        lines = [line for entry in await tx.ledger.newest(100) for line in entry.lines]
    assert user is not None
    assert (user.balance.units, debt) == (0, 0)
    assert sum(line.units for line in lines if line.account == UNMATCHED) == 0


async def _assign(shop: Shop, external_id: str, source: str) -> None:
    with suppress(ReceiptAlreadyAssigned, StorageBusy):
        await shop.assign_receipt(source, external_id, ALICE, "cli", "it is theirs")
