"""What of a page follows: rows may come twice and in any order, but none is skipped and none contradicts."""

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from orbit_adapters.sandbox_bank.receipts import ListPosition, ShownReceipt, prove, read_receipt
from orbit_domain.payment.source import SourceAlarm


def row(number: int, **changes: Any) -> dict[str, Any]:
    return {
        "id": f"rcp_{number}", "number": number, "cursor": f"cur_{number}", "invoice_id": None, "amount": "100",
        "currency": "RUB", "decimals": 2, "paid_at": 1_700_000_000 + number, "note": f"n{number}",
    } | changes  # fmt: skip


def shown(number: int, **changes: Any) -> ShownReceipt:
    return read_receipt(row(number, **changes), "bank:orbit")


@given(
    at=st.integers(0, 5),
    dropped=st.sets(st.integers(1, 12)),
    doubled=st.lists(st.integers(1, 12)),
    order=st.randoms(use_true_random=False),
)
def test_only_what_follows_without_a_gap_is_proved(at: int, dropped: set[int], doubled: list[int], order: Any) -> None:
    """Rows are taken in order up to the first that is missing, each once, however the page is disturbed."""
    numbers = [number for number in [*range(1, 13), *doubled] if number not in dropped]
    order.shuffle(numbers)
    proof = prove(ListPosition(at, f"cur_{at}" if at else ""), [shown(number) for number in numbers])
    first_missing = next(number for number in range(at + 1, 14) if number in dropped or number == 13)
    assert [receipt.position.number for receipt in proof.receipts] == list(range(at + 1, first_missing))
    beyond = any(number > first_missing for number in numbers)
    assert proof.alarm == (SourceAlarm.HOLE if beyond else None)


def test_two_rows_at_one_place_are_a_conflict() -> None:
    """Another row under the same number, or the same name at two places, is never a new receipt."""
    first, second = shown(1), shown(2)
    assert prove(ListPosition(), [first, second, shown(2, amount="101")]).receipts == (first,)
    for contradiction in ([first, second, shown(2, amount="101")], [first, shown(2, id="rcp_1")]):
        assert prove(ListPosition(), contradiction).alarm is SourceAlarm.HASH_CONFLICT


def test_the_digest_covers_every_fact_and_nothing_else() -> None:
    """A changed fact changes the digest; a field that the bank adds later doesn't."""
    honest = shown(1).record.digest
    changes: list[dict[str, Any]] = [
        {"id": "x"}, {"number": 2}, {"invoice_id": "inv"}, {"amount": "101"}, {"currency": "USD"}, {"decimals": 3},
        {"paid_at": 1}, {"note": ""},
    ]  # fmt: skip
    digests = {read_receipt(row(1) | change, "bank:orbit").record.digest for change in changes}
    assert len(digests | {honest}) == len(changes) + 1
    assert shown(1, card="**** 1234").record.digest == honest


def test_a_position_is_read_as_it_was_written() -> None:
    """What is stored with a cursor leads to the same place."""
    for position in (ListPosition(), ListPosition(7, "cur:7")):
        assert ListPosition.parse(str(position)) == position
    assert replace(shown(3).record, position="").position == str(ListPosition())
