"""YooKassa's lists as they should be and as they may be: nothing is lost, doubled or believed."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
from pydantic import SecretStr

from orbit_domain.money import Money
from orbit_domain.payment.source import Cursor, SourceAlarm, SourceUnavailable
from orbit_domain.payment.source_record import REFUND, Meaning
from orbit_testing.contracts.payment_gateway import opened_payment
from orbit_testing.contracts.receipt_source import deposit_each, read_on
from tests.integration.gateways.yookassa_account import YooKassaAccount, open_account


@pytest.fixture
async def account() -> AsyncIterator[YooKassaAccount]:
    async with open_account() as opened:
        yield opened


def start(account: YooKassaAccount) -> Cursor:
    return Cursor.start(account.source.name)


def deposit_over_time(account: YooKassaAccount, amounts: range) -> None:
    for units in amounts:
        account.clock.advance(minutes=1)
        account.deposit(units, f"n{units}")


@pytest.mark.parametrize("faults", [["duplicates"], ["shuffle"], ["duplicates", "shuffle"]])
async def test_doubled_and_reordered_rows_are_read_once_in_order(account: YooKassaAccount, faults: list[str]) -> None:
    """Whatever order the rows of a page come in, and however often, the records are the same."""
    deposit_each(account, range(1, 12))
    honest, honest_end = await read_on(account.source, start(account))
    for fault in faults:
        account.faults.turn_on(f"yookassa.{fault}")
    records, end = await read_on(account.source, start(account))
    assert (records, end.cursor) == (honest, honest_end.cursor)


async def test_a_list_of_many_pages_is_read_whole(account: YooKassaAccount) -> None:
    """YooKassa shows a hundred rows at once, the newest first: all of them are read, oldest first."""
    account.source.batch_rows = 1000
    deposit_over_time(account, range(1, 251))
    records, _ = await read_on(account.source, start(account))
    assert [record.amount.units for record in records] == list(range(1, 251))


async def test_a_row_that_joins_the_list_late_is_read_late(account: YooKassaAccount) -> None:
    """A payment that the list leaves out at first is read as soon as it is there, although later ones were read."""
    deposit_over_time(account, range(1, 5))
    account.faults.turn_on("yookassa.hole", 1)
    seen, first = await read_on(account.source, start(account))
    assert len(seen) == 3
    account.clock.advance(minutes=30)
    account.deposit(5, "n5")
    more, end = await read_on(account.source, first.cursor)
    assert {record.amount.units for record in seen + more} == {1, 2, 3, 4, 5}
    assert (await account.source.read(end.cursor)).records == ()


async def test_a_row_that_is_gone_covers_nothing(account: YooKassaAccount) -> None:
    """While a payment that was read isn't in the list, the watermark stays; once it is back, all goes on."""
    deposit_over_time(account, range(1, 4))
    _, end = await read_on(account.source, start(account))
    account.clock.advance(minutes=5)
    account.faults.turn_on("yookassa.hole", 1)
    shrunk = await account.source.read(end.cursor)
    assert (shrunk.alarm, shrunk.complete, shrunk.records) == (SourceAlarm.TAIL_MISMATCH, False, ())
    assert shrunk.cursor.watermark == end.cursor.watermark
    account.deposit(4, "n4")
    records, after = await read_on(account.source, shrunk.cursor)
    assert [record.amount.units for record in records] == [1, 2, 3, 4]
    assert after.cursor.watermark == account.clock.now() - timedelta(minutes=1)


async def test_a_payment_made_earlier_and_paid_later_is_read(account: YooKassaAccount) -> None:
    """The list is in the order of creation: one that was made first and paid last is neither skipped nor doubled."""
    early = await opened_payment(account)
    deposit_over_time(account, range(1, 4))
    _, end = await read_on(account.source, start(account))
    account.clock.advance(hours=3)
    account.sim.pay(early.external_id or "")
    records, _ = await read_on(account.source, end.cursor)
    assert [record.external_id for record in records] == [early.external_id]


@pytest.mark.parametrize("offset_s", [-7200, 50])
async def test_a_wrong_clock_of_ours_loses_nothing(account: YooKassaAccount, offset_s: int) -> None:
    """Where a reading begins is decided by YooKassa's clock, so that ours may be wrong."""
    ours = account.source.clock = type(account.clock)(account.clock.at)
    deposit_each(account, range(1, 3))
    ours.advance(seconds=-offset_s)
    seen, end = await read_on(account.source, start(account))
    account.clock.advance(seconds=1)
    account.deposit(3, "n3")
    more, _ = await read_on(account.source, end.cursor)
    assert [record.amount.units for record in seen + more] == [1, 2, 3]


async def test_y9_another_currency_waits_for_a_person(account: YooKassaAccount) -> None:
    """Y9: dollars for a rouble request are recorded as dollars, and matched by nothing but a person."""
    payment = await opened_payment(account)
    account.sim.pay(payment.external_id or "")
    account.sim.pay_again(payment.external_id or "", currency="USD")
    _, dollars = await account.gateway.look_up(payment)
    assert (dollars.meaning, dollars.amount.currency.code, dollars.amount.units) == (Meaning.REVIEW, "USD", 12_900)


async def test_a_foreign_row_is_a_deposit_without_an_owner(account: YooKassaAccount) -> None:
    """A payment without our metadata is money all the same, under YooKassa's own name for it."""
    paid = account.sim.receive(500, "Order 72", order="72")
    (record,), _ = await read_on(account.source, start(account))
    assert (record.meaning, record.invoice_id, record.comment.text) == (Meaning.DEPOSIT, paid.id, "")


async def test_a_refund_changes_nothing_of_its_payment(account: YooKassaAccount) -> None:
    """A payment of which a part went back is the same payment: it is read again without a contradiction."""
    account.deposit(500, "n500")
    (before,), _ = await read_on(account.source, start(account))
    body = {"payment_id": before.external_id, "amount": {"value": "1.00", "currency": "RUB"}}
    refund = account.sim.create_refund("by hand", body)
    (after,), _ = await read_on(account.source, start(account))
    assert after.digest == before.digest
    (record,), end = await read_on(account.refund_source, Cursor.start(account.refund_source.name))
    assert (record.external_id, record.kind, record.meaning) == (refund.id, REFUND, Meaning.NOTHING)
    assert (record.amount, record.invoice_id) == (Money(100, record.amount.currency), before.external_id)
    assert (await account.refund_source.read(end.cursor)).records == ()
    begun = await account.refund_source.newest()
    assert (await account.refund_source.read(begun)).records == ()


async def test_a_refund_that_succeeds_days_later_is_read_then(account: YooKassaAccount) -> None:
    """Refunds are listed by when they were asked for: one that waits is read when it is made, behind newer ones."""
    first, second = account.sim.receive(500), account.sim.receive(500)
    account.sim.refunds_wait = True
    amount = {"value": "1.00", "currency": "RUB"}
    waiting = account.sim.create_refund("one", {"payment_id": first.id, "amount": amount})
    account.clock.advance(days=3)
    account.sim.refunds_wait = False
    made = account.sim.create_refund("two", {"payment_id": second.id, "amount": amount})
    seen, end = await read_on(account.refund_source, Cursor.start(account.refund_source.name))
    account.clock.advance(days=1)
    account.sim.finish_refund(waiting.id)
    more, _ = await read_on(account.refund_source, end.cursor)
    assert [record.external_id for record in seen] == [made.id]
    assert {record.external_id for record in more} == {waiting.id, made.id}


async def test_the_watermark_never_goes_back(account: YooKassaAccount) -> None:
    """When our clock is set back by seconds, what was covered stays so."""
    covered = (await account.source.read(start(account))).cursor
    account.clock.advance(seconds=-50)
    assert (await account.source.read(covered)).cursor == covered


async def test_a_wrong_key_is_an_outage_that_names_no_key() -> None:
    """With a wrong key nothing is read, and the error shows neither key."""
    async with open_account(secret_key=SecretStr("canary-key-of-someone")) as account:
        for call in (account.source.read(start(account)), account.source.newest()):
            with pytest.raises(SourceUnavailable, match="invalid_credentials") as caught:
                await call
            assert "canary" not in repr(caught.value) + repr(caught.value.__context__)


async def test_a_position_that_nobody_wrote_is_refused(account: YooKassaAccount) -> None:
    """A cursor that isn't this source's is a bug, and never read as the beginning."""
    for position in ("7", "1|a", "1|a|b", "x|a|1.0"):
        with pytest.raises(ValueError):
            await account.source.read(replace(start(account), position=position))
