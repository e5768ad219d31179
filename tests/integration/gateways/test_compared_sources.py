"""What each provider shows is compared with what is recorded of it, over its real protocol."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from orbit_adapters.memory.storage import MemoryStorage
from orbit_domain.bookkeeping.difference import UnrecordedMoney, VanishedRecord
from orbit_domain.money import RUB
from orbit_domain.payment.source import Cursor, SourceUnavailable
from orbit_domain.use_cases.compare_source import CompareSource
from orbit_testing.contracts.receipt_source import SourceHarness, read_on
from tests.integration.gateways import bank_account, cryptopay_account, yookassa_account
from tests.integration.gateways.stars_account import StarsAccount

DAY = timedelta(days=1)
COUNT = 6
"""More than a page holds."""


@asynccontextmanager
async def _open_stars() -> AsyncIterator[StarsAccount]:
    yield StarsAccount()


_OPENED: dict[str, Callable[[], AbstractAsyncContextManager[Any]]] = {
    "bank": bank_account.open_account,
    "stars": _open_stars,
    "cryptopay": cryptopay_account.open_account,
    "yookassa": yookassa_account.open_account,
}


@pytest.fixture(params=_OPENED)
async def harness(request: pytest.FixtureRequest) -> AsyncIterator[Any]:
    """An account with six payments, a minute apart."""
    async with _OPENED[request.param]() as account:
        for units in range(1, COUNT + 1):
            account.wait(timedelta(minutes=1))
            account.deposit(units, f"n{units}")
        account.wait(timedelta(minutes=1))
        yield account


async def record(harness: SourceHarness, storage: MemoryStorage, *, without: int = 0) -> None:
    """Record all that the source shows, but for the payment of so many units, and move the cursor behind it."""
    source = harness.source
    records, last = await read_on(source, Cursor.start(source.name))
    async with storage.transaction() as tx:
        kept = [one for one in records if one.amount.units != without]
        await tx.source_records.add_all(kept, harness.clock.now())
        await tx.cursors.move(None, last.cursor)


async def test_what_is_recorded_agrees(harness: Any) -> None:
    """Everything behind the first record is shown and agrees; a new payment waits to be read and is no difference."""
    storage = MemoryStorage(base=RUB)
    await record(harness, storage)
    harness.deposit(99, "new")
    harness.wait(timedelta(minutes=1))
    now = harness.clock.now()
    compared = await CompareSource(storage, page_size=2)(harness.source, now - DAY, now)
    assert (compared.differences, compared.unread, compared.shown) == ([], 1, COUNT)


async def test_a_payment_that_was_left_out_is_named(harness: Any) -> None:
    """The one that isn't recorded is named, and so is one that is recorded and that the provider doesn't show."""
    storage = MemoryStorage(base=RUB)
    await record(harness, storage, without=3)
    now = harness.clock.now()
    async with storage.transaction() as tx:
        (newest,) = await tx.source_records.newest(harness.source.name, 1)
        denied = replace(newest, external_id="denied")
        await tx.source_records.add(denied, now)
    compared = await CompareSource(storage, page_size=2)(harness.source, now - DAY, now)
    assert [type(one) for one in compared.differences] == [UnrecordedMoney, VanishedRecord]
    left_out, gone = compared.differences
    assert isinstance(left_out, UnrecordedMoney)
    assert (left_out.shown.units, gone.external_id) == (3, "denied")


async def test_silence_is_no_difference(harness: Any) -> None:
    """A provider that doesn't answer says nothing about what is recorded."""
    storage = MemoryStorage(base=RUB)
    await record(harness, storage)
    harness.stop_answering()
    with pytest.raises(SourceUnavailable):
        await CompareSource(storage)(harness.source, harness.clock.now() - DAY, harness.clock.now())
