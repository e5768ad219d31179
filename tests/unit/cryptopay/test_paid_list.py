"""Counting proves that nothing is missing: in whatever order invoices are paid, listed, hidden and read."""

from collections.abc import Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from orbit_adapters.cryptopay.amounts import asset_id, canonical, decimal_text
from orbit_adapters.cryptopay.invoices import Place, ShownInvoice, read_invoice
from orbit_adapters.cryptopay.listing import PaidList
from orbit_adapters.cryptopay.source import CryptoPaySource
from orbit_domain.money import RUB, STARS, TON, BaseCurrency, Money, rub
from orbit_domain.payment.source import Batch, Cursor, SourceAlarm
from tests.support.clock import FakeClock


def invoice(number: int, at: datetime, **changes: Any) -> ShownInvoice:
    return read_invoice(
        {
            "invoice_id": number, "status": "paid", "currency_type": "fiat", "fiat": "RUB", "amount": "1",
            "payload": f"orbit:{number:032x}:n", "created_at": "2026-11-01T00:00:00Z",
            "paid_at": at.isoformat().replace("+00:00", "Z"),
        }
        | changes
    )  # fmt: skip


class FakeList:
    """The provider's list of paid invoices, newest first. *arriving* are paid while the list is being read."""

    source = "cryptopay:mainnet:1"

    def __init__(self, clock: FakeClock) -> None:
        self.clock = clock
        self.rows: dict[int, ShownInvoice] = {}
        self.arriving: list[int] = []
        self.calls = 0

    def pay(self, number: int, minutes_ago: int = 0) -> None:
        self.rows.setdefault(number, invoice(number, self.clock.at - timedelta(minutes=minutes_ago)))

    async def paid(self, offset: int, count: int) -> tuple[ShownInvoice, ...]:
        self.calls += 1
        if self.arriving:
            self.pay(self.arriving.pop())
        return tuple(self.rows[number] for number in sorted(self.rows, reverse=True))[offset : offset + count]


class Reader:
    """A shop that reads the list, and remembers what it was ever given."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.api = FakeList(self.clock)
        base = BaseCurrency(RUB)
        self.source = CryptoPaySource(self.api, PaidList(self.api, 3), base, self.clock, 2)  # type: ignore[arg-type]
        self.cursor = Cursor.start(self.source.name)
        self.seen: set[str] = set()

    def read(self) -> Batch:
        """One reading. What it proves to be complete must be so, and no reading gives a row twice."""
        before = set(self.api.rows)
        batch = run(self.source.read(self.cursor))
        given_ids = [record.external_id for record in batch.records]
        assert len(set(given_ids)) == len(given_ids)
        self.seen |= set(given_ids)
        self.cursor = batch.cursor
        if batch.complete:
            assert {str(number) for number in before} <= self.seen
        return batch

    def read_to_the_end(self) -> None:
        """Read until nothing is left."""
        for _ in range(100):
            if self.read().complete:
                return
        raise AssertionError("reading came to no end")


def run(coroutine: Coroutine[Any, Any, Batch]) -> Batch:
    """The result of a coroutine that waits for nothing."""
    try:
        coroutine.send(None)
    except StopIteration as done:
        return done.value  # type: ignore[no-any-return]
    raise AssertionError("it waits for something")


NUMBERS = st.integers(1, 60)
EVENTS = st.one_of(
    st.tuples(st.just("pay"), NUMBERS),
    st.tuples(st.just("pay late"), NUMBERS),
    st.tuples(st.just("pay while reading"), NUMBERS),
    st.tuples(st.just("hide"), NUMBERS),
    st.tuples(st.just("wait"), NUMBERS),
    st.tuples(st.just("read"), NUMBERS),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(EVENTS, max_size=25))
def test_whatever_is_paid_is_read(events: list[tuple[str, int]]) -> None:
    """Invoices are paid in any order, listed late, paid during a reading, or hidden for one reading: all are read."""
    reader = Reader()
    for event, number in events:
        match event:
            case "pay":
                reader.api.pay(number)
            case "pay late":
                reader.api.pay(number, minutes_ago=number * 20)
            case "pay while reading":
                reader.api.arriving.append(number)
                reader.read()
            case "hide":
                reader.read_to_the_end()
                hidden = reader.api.rows.pop(number, None)
                reader.read()
                if hidden is not None:
                    reader.api.rows[number] = hidden
                reader.read()
            case "wait":
                reader.clock.advance(minutes=number)
            case _:
                reader.read()
    reader.read_to_the_end()
    assert reader.seen == {str(number) for number in reader.api.rows}


def test_reading_in_order_gives_nothing_twice() -> None:
    """Without alarms each invoice is given once, in the order of payment, also when two were paid in one moment."""
    reader, given_ids = Reader(), list[str]()
    for numbers in ((5, 9), (2,), (), (8, 1, 3, 7, 4)):
        reader.clock.advance(minutes=1)
        for number in numbers:
            reader.api.pay(number)
        complete = False
        while not complete:
            batch = reader.read()
            given_ids += [record.external_id for record in batch.records]
            complete = batch.complete
            assert batch.alarm is None
    assert given_ids == ["5", "9", "2", "1", "3", "4", "7", "8"]


def test_a_place_is_read_as_it_was_written() -> None:
    """What is stored with a cursor leads to the same place; an empty text is the beginning."""
    place = invoice(7, datetime(2026, 11, 21, 12, 0, 0, 123_000, tzinfo=UTC)).place(3)
    for one in (place, Place(), Place(paid_at=place.paid_at, rank=3), Place(paid_at=place.paid_at)):
        assert Place.parse(str(one)) == one
    assert str(Place()) == ""


def test_the_digest_covers_every_fact_and_nothing_else() -> None:
    """Another amount, payload or time is another digest; another spelling, coin or later field isn't."""
    at = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
    honest = invoice(7, at, paid_asset="TON", paid_amount="0.5").digest
    alike = {"paid_asset": "COIN", "paid_amount": "0.50", "amount": "1.00", "paid_at": "2026-11-21T12:00:00.000+00:00"}
    later = {"is_swapped": True, "swapped_to": "USDT", "paid_usd_rate": "3", "comment": "hi", "new": 1}
    assert invoice(7, at, **alike, **later).digest == honest
    changes: list[dict[str, Any]] = [
        {"invoice_id": 8}, {"amount": "1.01"}, {"fiat": "USD"}, {"payload": "x"},
        {"paid_amount": "0.6"}, {"paid_at": "2026-11-21T12:00:00.001Z"}, {"currency_type": "crypto", "asset": "TON"},
    ]  # fmt: skip
    facts = {"paid_asset": "TON", "paid_amount": "0.5"}
    assert len({invoice(7, at, **(facts | change)).digest for change in changes} | {honest}) == len(changes) + 1


def test_amounts_are_written_and_compared_exactly() -> None:
    """An invoice is asked for with all decimals; equal decimals are equal however they are spelt."""
    assert [decimal_text(money) for money in (rub(12_900), rub(1), Money(5, STARS))] == ["129.00", "0.01", "5"]
    assert [decimal_text(Money(units, TON)) for units in (1_613_000_000, 10**9, 1)] == ["1.613", "1", "0.000000001"]
    assert [canonical(text) for text in ("1.50", "0", "10", "1e3", "01", 1.5, None)] == [
        "1.5", "0", "10", None, None, None, None
    ]  # fmt: skip
    assert (asset_id("TON"), asset_id("GRAM"), asset_id("BTC"), asset_id(7)) == (
        "ton:native",
        "ton:native",
        "BTC",
        None,
    )


def test_a_late_row_is_an_alarm_that_needs_nobody() -> None:
    """Reading goes back by itself: the owner isn't told of it, and the watermark stays."""
    reader = Reader()
    reader.api.pay(1)
    reader.read_to_the_end()
    watermark = reader.cursor.watermark
    reader.api.pay(2, minutes_ago=5)
    assert reader.read().alarm is SourceAlarm.TAIL_MISMATCH
    assert reader.cursor.watermark == watermark
