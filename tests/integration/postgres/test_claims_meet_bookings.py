"""A claim and the booking of its transfer at the same moment: one of the two sees the other."""

import asyncio
from contextlib import suppress

from orbit_domain.ids import ClaimId
from orbit_domain.payment.claim import ClaimDecided
from orbit_domain.storage import StorageBusy
from tests.integration.postgres.contended_shop import ContendedShop
from tests.support.buyer import ALICE, BOB, Buyer
from tests.support.shop import OWNER, Shop
from tests.support.world import COIN, World

ROUNDS = 15


async def test_no_claim_misses_its_transfer(contended_shop: ContendedShop) -> None:
    """Claimed by two customers while a worker reads it, every claim names its receipt, and of two taps one decides."""
    world = World(storage=contended_shop.storage())
    shop, worker = Shop(world.ports()), Shop(world.ports())
    await shop.open()
    for tg_id in (ALICE, BOB):
        await Buyer(shop, world, tg_id).start()
    for _ in range(ROUNDS):
        record = world.chain.deposit(COIN)
        claims = (shop.claim_receipt(tg_id, record.digest) for tg_id in (ALICE, BOB))
        await asyncio.gather(worker.read_receipts(), *claims)
        await shop.scan_and_settle()
        async with world.storage.transaction() as tx:
            found = await tx.receipt_claims.open_of_receipt(record.source, record.external_id)
        assert {claim.tg_id for claim in found} == {ALICE, BOB}
        for claim in found:
            await asyncio.gather(*(_reject(shop, claim.id) for _ in range(2)))
    async with world.storage.transaction() as tx:
        assert await tx.receipt_claims.open_of_user(ALICE) == ()


async def _reject(shop: Shop, claim_id: ClaimId) -> None:
    """One of two taps at once; the other one is refused."""
    with suppress(ClaimDecided, StorageBusy):
        await shop.reject_claim(OWNER, claim_id)
