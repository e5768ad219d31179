"""Sample transactions and the clock of the TON tests."""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from orbit_adapters.ton.address import TonAddress
from orbit_adapters.ton.answers import Message, Transaction
from tests.support.clock import FakeClock

SHOP = TonAddress(0, b"S" * 32)
PAYER = TonAddress(0, b"P" * 32)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(datetime(2026, 11, 20, 12, 0, tzinfo=UTC))


def make_row(lt: int, prev: tuple[int, str] = (0, "0" * 64), **changes: object) -> Transaction:
    """An ordinary final deposit of one coin at *lt* after *prev*; anything else by name."""
    facts: dict[str, object] = {
        "account": SHOP,
        "lt": lt,
        "tx_hash": hashlib.sha256(f"{lt}".encode()).hexdigest(),
        "prev_lt": prev[0],
        "prev_hash": prev[1],
        "occurred_at": datetime(2026, 11, 20, tzinfo=UTC),
        "mc_seqno": lt,
        "is_final": True,
        "is_ordinary": True,
        "bounce": None,
        "in_msg": Message(PAYER, SHOP, 10**9, bounced=False, has_extra_currencies=False, body=None),
        "out_msgs": (),
        "raw": "{}",
    }
    return Transaction(**{**facts, **changes})  # type: ignore[arg-type]


@pytest.fixture
def history() -> Callable[[int], list[Transaction]]:
    """Makes the history of an account: *count* rows, each linked to the one before."""

    def make(count: int) -> list[Transaction]:
        rows: list[Transaction] = []
        for number in range(1, count + 1):
            rows.append(make_row(number * 10, (rows[-1].lt, rows[-1].tx_hash) if rows else (0, "0" * 64)))
        return rows

    return make


@pytest.fixture
def row() -> Callable[..., Transaction]:
    """Makes one row; see `make_row`."""
    return make_row
