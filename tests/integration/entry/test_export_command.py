"""`orbit export` and `orbit closing` over a real database."""

import csv
import io
import json
from collections import defaultdict
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from orbit_domain.ledger.entries import money_credited
from orbit_domain.ledger.ledger import EntryKind
from orbit_domain.money import RUB, TON, Money, rub
from orbit_domain.order.order import OrderState
from orbit_domain.steps.book_receipt import money_arrived
from orbit_domain.steps.pay_order import order_paid
from orbit_domain.use_cases.show_closing import DayNotOver
from orbit_entry.commands.export import export, show_closing
from orbit_testing import samples
from orbit_testing.samples import ALICE, HOUR, NOW
from tests.integration.entry.terminal import Terminal, open_terminal

DAY = datetime(2026, 11, 5, tzinfo=UTC)
NEXT = DAY + timedelta(days=1)
FORMULA = '=HYPERLINK("http://x","y")'
HUGE = Money(samples.HUGE, TON)


@pytest.fixture
async def terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> AsyncIterator[Terminal]:
    async with open_terminal(tmp_path, monkeypatch, capsys, secret="canary-key") as terminal:
        await _trade(terminal)
        yield terminal


async def _trade(terminal: Terminal) -> None:
    """A sale each day: money that arrived, its credit, and the order that it paid."""
    async with terminal.storage.transaction() as tx:
        await tx.users.add_if_absent(samples.new_user())
        for number, at in enumerate((NOW - 24 * HOUR, NOW, NEXT - HOUR / 3600, NEXT), 1):
            arrived = samples.receipt(number, amount=HUGE, tg_id=ALICE, comment=FORMULA, seen_at=at, occurred_at=at)
            order = samples.order(number, created_at=at)
            await tx.receipts.add(arrived)
            await tx.ledger.post(money_arrived(arrived.ref, "ton", arrived.amount, at))
            await tx.ledger.post(money_credited(arrived.ref, ALICE, arrived.amount, rub(13_000), at, reason=FORMULA))
            await tx.orders.add_if_absent(order)
            await tx.orders.save(order.pay(at))
            await tx.ledger.post(order_paid(str(order.id), ALICE, order.price, at))


async def exported(terminal: Terminal, kind: str) -> list[dict[str, str]]:
    """The rows of the day, which are the same in both forms."""
    as_csv, as_json = [
        (await terminal.run(partial(export, kind, DAY, NEXT, form, None))).out for form in ("csv", "json")
    ]
    rows: list[dict[str, str]] = json.loads(as_json)
    read = csv.DictReader(io.StringIO(as_csv, newline=""))
    assert [{name: text.removeprefix("'") for name, text in row.items()} for row in read] == rows
    return rows


async def test_the_exports_of_a_day_sum_up(terminal: Terminal) -> None:
    """Entries sum to zero in each currency, receipts are what their entries booked, orders what theirs debited."""
    entries, receipts, orders = [await exported(terminal, kind) for kind in ("entries", "receipts", "orders")]
    sums: dict[tuple[str, str], int] = defaultdict(int)
    for row in entries:
        sums["", row["currency"]] += int(row["units"])
        sums[row["kind"] + row["account"].partition(":")[0], row["currency"]] += int(row["units"])
    assert (len(receipts), len(orders)) == (2, 2)
    assert sums["", RUB.code] == sums["", TON.code] == 0
    assert sums[EntryKind.RECEIPT + "asset", TON.code] == -sum(int(row["units"]) for row in receipts) == -2 * HUGE.units
    assert sums[EntryKind.ORDER + "revenue", RUB.code] == sum(int(row["units"]) for row in orders)
    assert {row["state"] for row in orders} == {OrderState.PAID}
    assert {row["comment"] for row in receipts} == {FORMULA}
    assert all(row["at"].startswith("2026-11-05T") for row in entries)


async def test_a_file_holds_the_same(terminal: Terminal, tmp_path: Path) -> None:
    """With --out the rows are in a private file, and their number is told; a folder that isn't there is named."""
    file = tmp_path / "day.json"
    told = await terminal.run(partial(export, "entries", DAY, NEXT, "json", file))
    assert (told.code, told.out) == (0, "")
    assert json.loads(file.read_text()) == await exported(terminal, "entries")
    assert file.stat().st_mode & 0o777 == 0o600
    lost = await terminal.run(partial(export, "entries", DAY, NEXT, "csv", tmp_path / "no" / "day.csv"))
    assert lost.code == 1
    assert "can't be written" in lost.err


async def test_a_day_closes_with_what_its_entries_say(terminal: Terminal) -> None:
    """Opening and closing follow one another, the sums are zero, and receipts are told by method."""
    closing: dict[str, Any] = json.loads((await terminal.run(partial(show_closing, DAY, as_json=True))).out)
    before: dict[str, Any] = json.loads(
        (await terminal.run(partial(show_closing, DAY - timedelta(days=1), as_json=True))).out
    )
    opened = {(one["account"], one["currency"]): one["opening"] for one in closing["accounts"]}
    closed = {(one["account"], one["currency"]): one["closing"] for one in before["accounts"]}
    assert opened == closed
    assert closing["sums"] == {code: {"opening": "0", "closing": "0"} for code in ("RUB", "ton:native")}
    assert [(one["count"], one["units"]) for one in closing["receipts"]] == [(2, str(2 * HUGE.units))]
    (asset,) = (one for one in closing["accounts"] if one["account"].startswith("asset:"))
    assert (asset["came"], asset["left"]) == ("0", str(-2 * HUGE.units))


async def test_a_day_is_proved_by_the_audit(terminal: Terminal) -> None:
    """Exit 0 when nothing is found, 1 while anything is, with the same figures; a day that isn't over is refused."""
    look = partial(show_closing, DAY, as_json=False)
    proved = await terminal.run(look)
    async with terminal.storage.transaction() as tx:
        await tx.receipts.add(samples.receipt(9, seen_at=NEXT))
    wrong = await terminal.run(look)
    assert [told.code for told in (proved, wrong)] == [0, 1]
    assert [told.out.splitlines()[0] for told in (proved, wrong)] == [
        "2026-11-05 (UTC): the ledger is proved.",
        "2026-11-05 (UTC): the ledger isn't proved. Next: orbit ledger audit",
    ]
    assert "user:*" in proved.out
    assert proved.out.splitlines()[1:] == wrong.out.splitlines()[1:]
    with pytest.raises(DayNotOver):
        await terminal.run(partial(show_closing, datetime.now(UTC), as_json=False))
