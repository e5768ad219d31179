"""The bank's list of receipts, as it should be and as it may be: nothing is lost, doubled or believed."""

from dataclasses import replace
from datetime import timedelta

import pytest
from pydantic import SecretStr

from orbit_domain.money import Currency, Money
from orbit_domain.payment.source import Batch, Cursor, SourceAlarm, SourceUnavailable
from orbit_domain.payment.source_record import Meaning
from orbit_testing.contracts.payment_gateway import opened_payment
from orbit_testing.contracts.receipt_source import deposit_each, read_on
from tests.integration.gateways.bank_account import BankAccount, open_account
from tests.support.clock import FakeClock


def start(account: BankAccount) -> Cursor:
    return Cursor.start(account.source.name)


@pytest.mark.parametrize("faults", [["bank.duplicates"], ["bank.shuffle"], ["bank.duplicates", "bank.shuffle"]])
async def test_doubled_and_reordered_rows_are_read_once_in_order(account: BankAccount, faults: list[str]) -> None:
    """Whatever order the rows of a page come in, and however often, the records are the same."""
    deposit_each(account, range(1, 12))
    honest, honest_end = await read_on(account.source, start(account))
    for fault in faults:
        account.faults.turn_on(fault)
    records, end = await read_on(account.source, start(account))
    assert (records, end.cursor) == (honest, honest_end.cursor)
    assert [record.amount.units for record in records] == list(range(1, 12))


async def test_a_missing_row_stops_the_reading_before_it(account: BankAccount) -> None:
    """Reading doesn't pass a hole, and covers nothing; once the row is back, nothing is lost."""
    deposit_each(account, range(1, 5))
    account.faults.turn_on("bank.hole")
    before, stopped = await read_on(account.source, start(account))
    assert (stopped.alarm, stopped.complete, stopped.cursor.watermark) == (SourceAlarm.HOLE, False, None)
    account.heal()
    after, end = await read_on(account.source, stopped.cursor)
    assert [record.amount.units for record in before + after] == [1, 2, 3, 4]
    assert end.cursor.watermark is not None


async def test_an_unknown_place_in_the_list_raises_the_alarm(account: BankAccount) -> None:
    """A list without our place was replaced: nothing of it is read, and the cursor stays."""
    deposit_each(account, range(1, 3))
    lost = replace(start(account), position="2:cur_of_another_list")
    assert await account.source.read(lost) == Batch((), lost, complete=False, alarm=SourceAlarm.ANCHOR_MISSING)


async def test_a_list_that_got_shorter_covers_nothing(account: BankAccount) -> None:
    """When the bank forgets its newest rows, the watermark stays where it was."""
    deposit_each(account, range(1, 4))
    _, end = await read_on(account.source, start(account))
    account.clock.advance(minutes=5)
    forgotten = account.bank.receipts.pop()
    batch = await account.source.read(replace(end.cursor, position=f"2:{account.bank.receipts[-1].cursor}"))
    assert batch.alarm is None
    account.bank.receipts = [replace(account.bank.receipts[0], cursor=forgotten.cursor)]
    batch = await account.source.read(end.cursor)
    assert (batch.alarm, batch.cursor) == (SourceAlarm.TAIL_MISMATCH, end.cursor)


async def test_a_foreign_currency_waits_for_a_person(account: BankAccount) -> None:
    """Dollars for a rouble invoice are recorded as dollars and matched by nothing but a person."""
    payment = await opened_payment(account)
    account.bank.pay(payment.external_id or "", 12_900, "USD")
    (record,), _ = await read_on(account.source, start(account))
    assert (record.meaning, record.amount) == (Meaning.REVIEW, Money(12_900, Currency("USD", 2)))
    assert await account.gateway.look_up(payment) == (record,)


async def test_the_watermark_follows_the_slower_clock() -> None:
    """The watermark is the bank's time less its lag, and never later than the shop's own time."""
    clock = FakeClock()
    for seconds in (-3600, -30, 30):
        shops = FakeClock(clock.at - timedelta(seconds=seconds))
        async with open_account(clock, shops) as account:
            batch = await account.source.read(start(account))
        assert batch.cursor.watermark == min(clock.at - timedelta(seconds=5), shops.at)


async def test_the_watermark_never_goes_back(account: BankAccount) -> None:
    """A bank whose clock falls behind doesn't uncover what was covered."""
    covered = (await account.source.read(start(account))).cursor
    account.bank.clock = FakeClock(account.clock.at - timedelta(minutes=10))
    assert (await account.source.read(covered)).cursor == covered


async def test_the_list_of_another_shop_is_refused() -> None:
    """A key that opens another shop's account shows money that isn't ours: nothing is read."""
    async with open_account(shop="another-shop") as account:
        deposit_each(account, [1])
        with pytest.raises(SourceUnavailable, match="another shop"):
            await account.source.read(start(account))


async def test_a_wrong_key_is_an_outage_that_names_no_key() -> None:
    """With a wrong key nothing is read, and the error shows neither key."""
    async with open_account(key=SecretStr("canary-key-of-someone")) as account:
        with pytest.raises(SourceUnavailable, match="unauthorized") as caught:
            await account.source.read(start(account))
    assert "canary" not in repr(caught.value) + repr(caught.value.__context__)
