"""What must always hold, asked of the books themselves."""

from collections import Counter

from orbit_domain.ledger.ledger import UNMATCHED, EntryKind, asset_account
from orbit_domain.money import TON
from orbit_domain.payment.payment import TON_METHOD
from orbit_domain.payment.transfer import TransferClass
from orbit_domain.use_cases.audit_ledger import AuditLedger
from tests.support.world import World

_ALL = 1_000_000


async def ledger_violations(world: World, since_lt: int = 0) -> None:
    """The audit finds nothing, every arrival was booked once, and what isn't credited stands in *unmatched*.

    What the chain holds up to *since_lt* is the wallet's history from before the shop, and isn't expected.
    """
    report = await AuditLedger(world.storage)()
    assert report.findings == ()
    arrived = await _arrived(world, since_lt)
    sums: Counter[tuple[str, str]] = Counter()
    async with world.storage.transaction() as tx:
        entries = await tx.ledger.newest(_ALL)
    for entry in entries:
        for line in entry.lines:
            sums[line.account, line.currency.code] += line.units
    credited = {entry.ref for entry in entries if entry.kind is EntryKind.CREDIT}
    assert sums[asset_account(TON_METHOD, TON), TON.code] == -sum(arrived.values())
    assert sums[UNMATCHED, TON.code] == sum(units for ref, units in arrived.items() if ref not in credited)
    assert credited <= arrived.keys()
    debits = Counter(entry.ref for entry in entries if entry.kind is EntryKind.ORDER)
    assert all(count == 1 for count in debits.values())


async def _arrived(world: World, since_lt: int) -> dict[str, int]:
    """Nanotons of every deposit up to the cursor, by the receipt's ref; each must have its receipt."""
    async with world.storage.transaction() as tx:
        cursor = await tx.cursors.get(world.chain.source)
        arrived = {}
        for transfer in world.chain.transfers:
            if cursor is None or not since_lt < transfer.lt <= cursor.lt or transfer.kind is not TransferClass.DEPOSIT:
                continue
            receipt = await tx.receipts.get(world.chain.source, str(transfer.lt))
            assert receipt is not None, f"transfer {transfer.lt} has no receipt"
            arrived[receipt.ref] = receipt.amount.units
    return arrived
