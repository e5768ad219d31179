"""The list of paid invoices, as it should be and as it may be: nothing is lost, doubled or believed."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
from pydantic import SecretStr

from orbit_domain.money import rub
from orbit_domain.payment.ports import GatewayUnavailable
from orbit_domain.payment.source import Batch, Cursor, SourceAlarm, SourceUnavailable
from orbit_testing.contracts.payment_gateway import request_payment
from orbit_testing.contracts.receipt_source import deposit_each, read_on
from tests.integration.gateways.cryptopay_account import CryptoPayAccount, open_account


@pytest.fixture
async def account() -> AsyncIterator[CryptoPayAccount]:
    async with open_account() as opened:
        yield opened


def start(account: CryptoPayAccount) -> Cursor:
    return Cursor.start(account.source.name)


async def read_to_the_end(account: CryptoPayAccount, cursor: Cursor) -> tuple[list[int], Batch]:
    """Read on until nothing is left, also through alarms that only ask for another reading; the units and the end."""
    units = []
    for _ in range(20):
        records, batch = await read_on(account.source, cursor)
        units += [record.amount.units for record in records]
        cursor = batch.cursor
        if batch.complete:
            return units, batch
    raise AssertionError("reading came to no end")


async def test_invoices_paid_in_another_order_than_they_were_made(account: CryptoPayAccount) -> None:
    """Forty invoices are paid in any order, with readings between: each is read once, however deep it stands."""
    invoices = [account.sim.add_invoice(str(number), payload=f"orbit:{number:032x}:n") for number in range(1, 41)]
    Random(7).shuffle(invoices)
    cursor, seen = start(account), []
    for number, invoice in enumerate(invoices):
        account.clock.advance(seconds=1)
        account.sim.pay(invoice)
        if number % 3 == 0:
            units, batch = await read_to_the_end(account, cursor)
            seen, cursor = seen + units, batch.cursor
    units, _ = await read_to_the_end(account, cursor)
    assert seen + units == [int(invoice.amount) * 100 for invoice in invoices]


async def test_a_quiet_list_costs_two_calls(account: CryptoPayAccount) -> None:
    """However long the list is, a reading that finds nothing new reads one page and the last row."""
    deposit_each(account, range(1, 41))
    _, end = await read_to_the_end(account, start(account))
    account.clock.advance(minutes=5)
    account.faults.turn_on("cryptopay.shuffle")
    batch = await account.source.read(end.cursor)
    assert (batch.records, batch.complete) == ((), True)
    assert batch.cursor.watermark == account.clock.at - timedelta(minutes=1)
    assert account.faults.consumed["cryptopay.shuffle"] == 2


async def test_a_row_that_joins_the_list_late_is_read(account: CryptoPayAccount) -> None:
    """A row that belongs before what was read is noticed by counting: all since then is read again, and it too."""
    for units in (1, 2, 3):
        account.paid(rub(units), f"orbit:{units:032x}:n")
        account.clock.advance(minutes=1)
    _, end = await read_to_the_end(account, start(account))
    account.paid(rub(9), "orbit:" + "9" * 32 + ":n", minutes_ago=2.5)
    batch = await account.source.read(end.cursor)
    assert (batch.records, batch.alarm, batch.complete) == ((), SourceAlarm.TAIL_MISMATCH, False)
    assert batch.cursor.watermark == end.cursor.watermark
    units, after = await read_to_the_end(account, batch.cursor)
    assert units == [1, 9, 2, 3]
    assert (await account.source.read(after.cursor)).alarm is None


async def test_only_a_month_is_read_again(account: CryptoPayAccount) -> None:
    """When a row comes late, what was paid longer ago than an invoice can be open is not read again."""
    deposit_each(account, [1, 2])
    account.clock.advance(days=40)
    deposit_each(account, [3, 4])
    _, end = await read_to_the_end(account, start(account))
    account.paid(rub(9), "orbit:" + "9" * 32 + ":n", minutes_ago=60)
    assert (await read_to_the_end(account, end.cursor))[0] == [9, 3, 4]


async def test_a_list_that_shrinks_is_an_alarm(account: CryptoPayAccount) -> None:
    """Rows that are gone raise an alarm and cover nothing; the rest is read on, and rows that return as well."""
    for units in (1, 2, 3):
        account.paid(rub(units), f"orbit:{units:032x}:n")
        account.clock.advance(minutes=1)
    _, end = await read_to_the_end(account, start(account))
    gone = account.sim.invoices.pop(min(account.sim.invoices))
    account.deposit(4, "n")
    batch = await account.source.read(end.cursor)
    assert (batch.records, batch.alarm) == ((), SourceAlarm.ANCHOR_MISSING)
    assert (batch.complete, batch.cursor.watermark) == (False, end.cursor.watermark)
    account.clock.advance(minutes=5)
    units, quiet = await read_to_the_end(account, batch.cursor)
    assert (units, quiet.alarm, quiet.complete) == ([2, 3, 4], None, True)
    account.sim.invoices[gone.id] = gone
    assert (await read_to_the_end(account, quiet.cursor))[0] == [1, 2, 3, 4]


async def test_a_row_that_takes_the_place_of_another_is_noticed(account: CryptoPayAccount) -> None:
    """When the row we stand behind is gone and a late one has joined, their number is alike, and both are noticed."""
    account.deposit(1, "n")
    account.clock.advance(minutes=1)
    account.deposit(2, "n")
    _, end = await read_to_the_end(account, start(account))
    account.sim.invoices.pop(max(account.sim.invoices))
    account.paid(rub(9), "orbit:" + "9" * 32 + ":n", minutes_ago=0.5)
    batch = await account.source.read(end.cursor)
    assert (batch.records, batch.alarm) == ((), SourceAlarm.ANCHOR_MISSING)
    assert (await read_to_the_end(account, batch.cursor))[0] == [1, 9]


async def test_an_empty_list_is_an_alarm_too(account: CryptoPayAccount) -> None:
    """When everything is gone and comes back, a month is read again, and nothing from before the shop began."""
    deposit_each(account, [1, 2])
    account.clock.advance(days=40)
    begun = await account.source.newest()
    deposit_each(account, [3, 4])
    _, end = await read_to_the_end(account, begun)
    kept, account.sim.invoices = account.sim.invoices, {}
    batch = await account.source.read(end.cursor)
    assert (batch.alarm, batch.complete) == (SourceAlarm.ANCHOR_MISSING, False)
    while_empty = await account.source.read(batch.cursor)
    account.sim.invoices = kept
    assert (await read_to_the_end(account, while_empty.cursor))[0] == [3, 4]


async def test_a_row_that_is_shown_in_two_ways_is_an_alarm(account: CryptoPayAccount) -> None:
    """The row behind which reading stands is known again: with another amount, payer or time nothing is read."""
    account.deposit(1, "n")
    _, end = await read_to_the_end(account, start(account))
    (invoice,) = account.sim.invoices.values()
    honest = replace(invoice)
    for change in ({"amount": "2"}, {"payload": "x"}, {"paid_at": honest.paid_at - timedelta(seconds=1)}):
        account.sim.invoices = {honest.id: replace(honest, **change)}
        assert await account.source.read(end.cursor) == Batch((), end.cursor, False, SourceAlarm.HASH_CONFLICT)
    account.sim.invoices = {honest.id: honest}
    assert (await account.source.read(end.cursor)).complete


async def test_a_row_that_is_left_out_is_a_hole(account: CryptoPayAccount) -> None:
    """While the list leaves out a row that it counts, nothing is covered; once it is back, nothing is lost."""
    deposit_each(account, range(1, 8))
    account.faults.turn_on("cryptopay.hole")
    batch = await account.source.read(start(account))
    assert batch == Batch((), start(account), complete=False, alarm=SourceAlarm.HOLE)
    with pytest.raises(SourceUnavailable, match="hole"):
        await account.source.newest()
    account.heal()
    assert (await read_to_the_end(account, start(account)))[0] == [1, 2, 3, 4, 5, 6, 7]


async def test_an_invoice_that_is_paid_while_the_list_is_read(account: CryptoPayAccount) -> None:
    """A row that comes twice because another joined in between is no reason to stop: the list is read once more."""
    deposit_each(account, range(1, 8))
    account.faults.turn_on("cryptopay.duplicates", 2)
    batch = await account.source.read(start(account))
    assert ([record.amount.units for record in batch.records], batch.alarm) == ([1, 2, 3, 4], None)
    assert account.faults.consumed["cryptopay.duplicates"] == 2


async def test_a_wrong_token_is_an_outage_that_names_no_token() -> None:
    """With a wrong token nothing is read, and no error shows it."""
    token = SecretStr("12345:canary-token-of-somebody-else")
    async with open_account(token=token) as account:
        payment = replace(await request_payment(account), address="https://t.me/x", external_id="x")
        with pytest.raises(SourceUnavailable, match="UNAUTHORIZED") as caught:
            await account.source.read(start(account))
        with pytest.raises(SourceUnavailable, match="UNAUTHORIZED"):
            await account.source.newest()
        with pytest.raises(GatewayUnavailable, match="UNAUTHORIZED") as looked_up:
            await account.gateway.look_up(payment)
    assert "canary" not in repr(caught.value) + repr(caught.value.__context__) + repr(looked_up.value)
