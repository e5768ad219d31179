"""Looking up and reading book the same money once, whichever comes first."""

from dataclasses import replace

import pytest

from orbit_adapters.memory.storage import MemoryStorage
from orbit_domain.ledger.ledger import EntryKind
from orbit_domain.money import RUB
from orbit_domain.payment.receipt import Receipt
from orbit_domain.payment.source import Cursor
from orbit_domain.steps.book_receipt import UnmatchedAlert, book_records
from orbit_domain.storage import Storage
from orbit_domain.user.user import NewUser
from orbit_testing.contracts.payment_gateway import opened_payment
from tests.integration.gateways.bank_account import BankAccount
from tests.support.world import CountedIds


async def recorded_payment(account: BankAccount, storage: Storage, *, with_invoice: bool = True):
    """An opened payment that the shop knows; without its invoice, as when the process died before recording it."""
    payment = await opened_payment(account)
    async with storage.transaction() as tx:
        await tx.users.add_if_absent(NewUser(payment.tg_id, "anna", "ru", None, account.clock.now()))
        await tx.payments.add(replace(payment, address="", external_id=None))
        if with_invoice:
            await tx.payments.open(payment.id, payment.address, payment.external_id)
    return payment


async def book(account: BankAccount, storage: Storage, records) -> int:
    """Book *records* as the shop does, and say how many were new."""
    alert = UnmatchedAlert(CountedIds(), None, account.source.dust_units)
    async with storage.transaction() as tx:
        return await book_records(tx, records, account.gateway.method, alert, account.clock.now())


@pytest.mark.parametrize("fault", [None, "bank.duplicates", "bank.shuffle"])
@pytest.mark.parametrize("looked_up_first", [True, False])
async def test_booked_once(account: BankAccount, looked_up_first: bool, fault: str | None) -> None:
    """Two payments are two receipts and two ledger entries, read and looked up in any order and any number of times."""
    storage = MemoryStorage(base=RUB)
    payment = await recorded_payment(account, storage)
    for units in (6_450, 6_450):
        account.bank.pay(payment.external_id or "", units)
    if fault is not None:
        account.faults.turn_on(fault)

    async def looked_up():
        return await account.gateway.look_up(payment)

    async def read():
        return (await account.source.read(Cursor.start(account.source.name))).records

    ways = [looked_up, read] if looked_up_first else [read, looked_up]
    assert [await book(account, storage, await way()) for way in (*ways, *ways)] == [2, 0, 0, 0]
    async with storage.transaction() as tx:
        receipts = await tx.receipts.of_payment(payment.id)
        entries = await tx.ledger.newest(10)
    assert [receipt.amount.units for receipt in receipts] == [6_450, 6_450]
    assert [entry.kind for entry in entries] == [EntryKind.RECEIPT] * 2


async def test_an_invoice_that_was_not_recorded_is_matched_by_its_note(account: BankAccount) -> None:
    """When the process died between the bank's answer and its record, the note still says whose money it is."""
    storage = MemoryStorage(base=RUB)
    payment = await recorded_payment(account, storage, with_invoice=False)
    account.bank.pay(payment.external_id or "", 12_900)
    await book(account, storage, (await account.source.read(Cursor.start(account.source.name))).records)
    async with storage.transaction() as tx:
        assert len(await tx.receipts.of_payment(payment.id)) == 1


async def test_a_transfer_without_an_invoice_is_matched_by_its_note_or_waits(account: BankAccount) -> None:
    """A transfer with our comment is that customer's; without one it is kept as unmatched."""
    storage = MemoryStorage(base=RUB)
    payment = await recorded_payment(account, storage)
    account.bank.transfer(5_000, f"for {payment.comment}")
    account.bank.transfer(7_000, "for my brother")
    await book(account, storage, (await account.source.read(Cursor.start(account.source.name))).records)
    async with storage.transaction() as tx:
        ours = await tx.receipts.of_payment(payment.id)
        unmatched: tuple[Receipt, ...] = await tx.receipts.unmatched(10)
    assert ([one.amount.units for one in ours], [one.amount.units for one in unmatched]) == ([5_000], [7_000])
