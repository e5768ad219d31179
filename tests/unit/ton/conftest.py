"""Rows and clocks to build examples from."""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from orbit_adapters.ton.address import TonAddress
from orbit_adapters.ton.transactions import Message, Row

SHOP = TonAddress(0, b"S" * 32)
PAYER = TonAddress(0, b"P" * 32)


class FakeClock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.at = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at

    def advance(self, by: timedelta) -> None:
        self.at += by


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


def make_row(lt: int, prev: tuple[int, str] = (0, "0" * 64), **changes: object) -> Row:
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
    return Row(**{**facts, **changes})  # type: ignore[arg-type]


@pytest.fixture
def history() -> Callable[[int], list[Row]]:
    """Makes an account's true history of so many rows, each linked to the one before."""

    def make(count: int) -> list[Row]:
        rows: list[Row] = []
        for number in range(1, count + 1):
            rows.append(make_row(number * 10, (rows[-1].lt, rows[-1].tx_hash) if rows else (0, "0" * 64)))
        return rows

    return make


@pytest.fixture
def row() -> Callable[..., Row]:
    """Makes one row; see `make_row`."""
    return make_row
