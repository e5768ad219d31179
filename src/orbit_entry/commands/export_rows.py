"""What an export holds: a row for each line of the ledger, each receipt, each order, and how a cell is written.

Amounts are there twice, as whole smallest units and as an exact decimal; times are in UTC.
"""

import csv
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Protocol

from orbit_domain.bookkeeping.periods import NumberedEntry
from orbit_domain.money import Currency
from orbit_domain.order.order import Order
from orbit_domain.payment.receipt import Receipt
from orbit_entry.commands.terminal import printable

Row = Mapping[str, str]

_NUMBERS = frozenset({"number", "user", "units", "amount", "days"})
"""Columns that hold our own digits. Every other cell is text, and a stranger may have written it."""
_FORMULA = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")


class Output(Protocol):
    """Where text is written."""

    def write(self, text: str, /) -> object:
        """Write it."""


def decimal(units: int, currency: Currency) -> str:
    """*units* in whole ones of *currency*, exactly and with all of its decimals: `-129.00`, `1.500000000`."""
    whole, part = divmod(abs(units), 10**currency.decimals)
    number = f"{whole}.{part:0{currency.decimals}d}" if currency.decimals else f"{whole}"
    return f"-{number}" if units < 0 else number


def entry_rows(numbered: NumberedEntry) -> Iterator[Row]:
    """One row for each line of an entry."""
    entry = numbered.entry
    for line in entry.lines:
        yield {
            "number": f"{numbered.number}",
            "at": _time(entry.at),
            "kind": entry.kind.value,
            "name": entry.ref,
            "account": line.account,
            "currency": line.currency.code,
            "units": f"{line.units}",
            "amount": decimal(line.units, line.currency),
            "actor": entry.actor,
            "reason": entry.reason,
            "corrects": entry.corrects or "",
        }


def receipt_rows(receipt: Receipt) -> Iterator[Row]:
    """One row."""
    yield {
        "source": receipt.source,
        "external_id": receipt.external_id,
        "method": receipt.method,
        "occurred_at": _time(receipt.occurred_at),
        "seen_at": _time(receipt.seen_at),
        "currency": receipt.amount.currency.code,
        "units": f"{receipt.amount.units}",
        "amount": decimal(receipt.amount.units, receipt.amount.currency),
        "user": "" if receipt.tg_id is None else f"{receipt.tg_id}",
        "payment": "" if receipt.payment_id is None else f"{receipt.payment_id}",
        "matched_by": receipt.memo_result.value,
        "comment": receipt.comment,
    }


def order_rows(order: Order) -> Iterator[Row]:
    """One row."""
    yield {
        "order": f"{order.id}",
        "user": f"{order.tg_id}",
        "plan": order.terms.code,
        "days": f"{order.terms.days}",
        "state": order.state.value,
        "currency": order.price.currency.code,
        "units": f"{order.price.units}",
        "amount": decimal(order.price.units, order.price.currency),
        "opened_at": _time(order.created_at),
        "paid_at": _time(order.paid_at),
        "delivered_at": _time(order.delivered_at),
    }


def cell(column: str, text: str) -> str:
    """*text* as a spreadsheet may read it: what could be a formula, or looks marked, is marked by an apostrophe.

    Characters that would move the cursor of a terminal are spelt out.
    """
    if column in _NUMBERS:
        return text
    is_marked = text.lstrip().startswith(_FORMULA) or text.startswith(("'", "\t", "\r", "\n"))
    return printable(f"'{text}" if is_marked else text)


class CsvRows:
    """Rows as CSV, with a first line of titles; without any row it is empty."""

    def __init__(self, output: Output) -> None:
        self._writer = csv.writer(output, lineterminator="\n")
        self._has_titles = False

    def add(self, row: Row) -> None:
        """Write one more row."""
        if not self._has_titles:
            self._writer.writerow(row)
            self._has_titles = True
        self._writer.writerow([cell(column, text) for column, text in row.items()])

    def end(self) -> None:
        """Nothing follows the last row."""


class JsonRows:
    """Rows as one JSON list, a row a line, in ASCII: every text is exact, and every number a text."""

    def __init__(self, output: Output) -> None:
        self._output = output
        self._begin = "[\n"

    def add(self, row: Row) -> None:
        """Write one more row."""
        self._output.write(f"{self._begin}{json.dumps(dict(row))}")
        self._begin = ",\n"

    def end(self) -> None:
        """Close the list."""
        self._output.write("[]\n" if self._begin == "[\n" else "\n]\n")


def _time(at: datetime | None) -> str:
    return "" if at is None else at.astimezone(UTC).isoformat()
