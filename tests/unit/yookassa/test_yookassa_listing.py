"""Places in a list without numbers: whatever joins it within the overlap is read, and nothing is read for no reason."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from orbit_adapters.yookassa.listing import ContradictionError, Listing, ListPosition, Mark, ShrunkError
from orbit_adapters.yookassa.rows import PAYMENTS, Row, read_payment
from orbit_adapters.yookassa.settings import YooKassaSettings
from orbit_sandbox.yookassa.records import SimPayment
from orbit_sandbox.yookassa.sim_yookassa import SHOP_ID
from orbit_sandbox.yookassa.views import payment_view
from tests.support.clock import NOON

OVERLAP = timedelta(minutes=10)
SETTINGS = YooKassaSettings(shop_id=SHOP_ID, secret_key=SecretStr("k" * 16), return_url="https://t.me/bot")


def shown(minute: int, name: str = "", units: int = 100) -> Row:
    at = NOON + timedelta(minutes=minute)
    made = SimPayment(
        name or f"p{minute:03}", units, "RUB", "", {}, at, is_test=False, status="succeeded", captured_at=at
    )
    return read_payment(payment_view(made, SHOP_ID, ""), SETTINGS)


def read(rows: set[int], at: str) -> tuple[list[int], str]:
    """The minutes of the rows that follow *at* when *rows* are shown, and the place behind them."""
    position = ListPosition.parse(at)
    since = NOON - timedelta(days=1) if position is None else position.begin(OVERLAP)
    listing = Listing([row for minute in rows if (row := shown(minute)).at >= since], OVERLAP)
    following = listing.after(position)
    records = list(listing.records("yookassa:1", following))
    return [int(record.external_id[1:]) for record in records], records[-1].position if records else at


@given(
    joins=st.dictionaries(st.integers(0, 60), st.integers(0, 9), max_size=25),
    readings=st.lists(st.integers(0, 75), max_size=20),
)
def test_what_joins_within_the_overlap_is_read(joins: dict[int, int], readings: list[int]) -> None:
    """Rows join the list up to the overlap after their time; read at any times, every one is read in the end.

    After the list stands still, nothing is read again.
    """
    seen: set[int] = set()
    at = ""
    for now in [*sorted(readings), 80]:
        new, at = read({minute for minute, delay in joins.items() if minute + delay <= now}, at)
        seen |= set(new)
    assert seen == set(joins)
    assert read(set(joins), at) == ([], at)


def test_a_row_that_is_gone_is_noticed() -> None:
    """A place whose rows are not all there any more is no place to go on from; from the overlap on it is read again."""
    _, at = read({1, 2, 3}, "")
    with pytest.raises(ShrunkError):
        read({1, 3, 4}, at)
    position = ListPosition.parse(at)
    assert position is not None
    assert read({1, 3, 4}, str(position.rewound(OVERLAP)))[0] == [1, 3, 4]


def test_a_row_with_two_faces_is_refused() -> None:
    """The same row twice is one; the same name over another amount is a contradiction."""
    assert Listing([shown(1), shown(1)], OVERLAP).rows == (shown(1),)
    with pytest.raises(ContradictionError):
        Listing([shown(1), shown(1, units=101)], OVERLAP)


def test_equal_times_are_told_apart_by_name() -> None:
    """Rows of the same instant are in the order of their names, and a place between them is one."""
    rows = [shown(1, name) for name in ("pb", "pa", "pc")]
    listing = Listing(rows, OVERLAP)
    assert [row.id for row in listing.rows] == ["pa", "pb", "pc"]
    middle = list(listing.records("yookassa:1", listing.rows))[1]
    assert [row.id for row in listing.after(ListPosition.parse(middle.position))] == ["pc"]


def test_a_position_is_read_as_it_was_written() -> None:
    """What is stored with a cursor leads to the same place, to the microsecond."""
    at = NOON + timedelta(microseconds=7)
    for position in (ListPosition(at, "p1", None), ListPosition(at, "", Mark(12, 2**64 - 1))):
        assert ListPosition.parse(str(position)) == position


def test_the_digest_covers_every_fact_and_nothing_else() -> None:
    """A changed fact changes the digest; what refunds change, and what YooKassa adds, doesn't."""
    made = SimPayment("p1", 100, "RUB", "", {"orbit_comment": "n1", "orbit_payment_id": "1"}, NOON, is_test=False)
    honest = replace(made, status="succeeded", captured_at=NOON)
    words = dict(honest.metadata)
    changes = [
        {"id": "p2"}, {"units": 101}, {"currency": "USD"}, {"is_test": True}, {"captured_at": NOON + OVERLAP},
        {"metadata": words | {"orbit_comment": "n2"}}, {"metadata": words | {"orbit_payment_id": "2"}},
        {"metadata": {}},
    ]  # fmt: skip

    def digest(payment: SimPayment) -> str:
        return PAYMENTS.read(payment_view(payment, SHOP_ID, "") | {"new": 1}, SETTINGS).digest

    digests = {digest(replace(honest, **change)) for change in changes}  # type: ignore[arg-type]
    assert len(digests | {digest(honest)}) == len(changes) + 1
    for same in ({"returned_units": 50}, {"way": "sbp"}, {"metadata": words | {"theirs": "x"}}):
        assert digest(replace(honest, **same)) == digest(honest)  # type: ignore[arg-type]
