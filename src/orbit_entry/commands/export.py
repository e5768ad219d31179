"""`orbit export` and `orbit closing`: what was recorded in a period, and the figures of a day."""

import asyncio
import sys
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing, nullcontext
from datetime import datetime
from pathlib import Path
from typing import Any

from orbit_adapters.sql.schema_check import require_schema
from orbit_adapters.system.clock import SystemClock
from orbit_domain.bookkeeping.periods import AccountFigures
from orbit_domain.ledger.ledger import Line
from orbit_domain.use_cases.read_base_currency import ReadBaseCurrency
from orbit_domain.use_cases.read_period import ReadPeriod
from orbit_domain.use_cases.show_closing import Closing, ShowClosing
from orbit_entry.commands.amounts import amount, change
from orbit_entry.commands.export_rows import CsvRows, JsonRows, Row, decimal, entry_rows, order_rows, receipt_rows
from orbit_entry.commands.private_output import private_output
from orbit_entry.commands.terminal import one_line, show, show_json, show_table
from orbit_entry.config.database import DatabaseSettings
from orbit_entry.config.reading import read_settings
from orbit_entry.runtime.base_currency import require_base_currency
from orbit_entry.wiring.database import database_container

KINDS = ("entries", "receipts", "orders")
FORMATS: Mapping[str, type[CsvRows] | type[JsonRows]] = {"csv": CsvRows, "json": JsonRows}


def export(kind: str, since: datetime, until: datetime, form: str, out: Path | None) -> int:
    """Write every row of *kind* to *out*, else to the standard output. Returns 1 when the file can't be written.

    Raises StorageError, CannotStart.
    """
    try:
        count = asyncio.run(_export(read_settings(DatabaseSettings), kind, (since, until), form, out))
    except OSError as error:
        if out is None:
            raise
        show(one_line(f"{out} can't be written: {error.strerror}."), "Next: another --out", error=True)
        return 1
    show(one_line(f"{count} rows of {kind} are in {out}." if out else f"{count} rows of {kind}."), error=True)
    return 0


async def _export(
    settings: DatabaseSettings, kind: str, period: tuple[datetime, datetime], form: str, out: Path | None
) -> int:
    await require_schema(settings.database)
    container = database_container(settings, SystemClock())
    count = 0
    try:
        await require_base_currency(await container.get(ReadBaseCurrency), settings.base)
        read = await container.get(ReadPeriod)
        with private_output(out) if out else nullcontext(sys.stdout) as output:
            rows = FORMATS[form](output)
            async with aclosing(_rows(read, kind, period)) as found:
                async for row in found:
                    rows.add(row)
                    count += 1
            rows.end()
    finally:
        await container.close()
    return count


async def _rows(read: ReadPeriod, kind: str, period: tuple[datetime, datetime]) -> AsyncGenerator[Row, None]:
    match kind:
        case "entries":
            async for entry in read.entries(*period):
                for row in entry_rows(entry):
                    yield row
        case "receipts":
            async for receipt in read.receipts(*period):
                for row in receipt_rows(receipt):
                    yield row
        case _:
            async for order in read.orders(*period):
                for row in order_rows(order):
                    yield row


def show_closing(day: datetime | None, *, as_json: bool) -> int:
    """Print the figures of *day*, else of yesterday. Returns 1 when they aren't proved. Raises DayNotOver."""
    closing = asyncio.run(_closing(read_settings(DatabaseSettings), day))
    if as_json:
        show_json(_facts(closing))
    else:
        _show(closing)
    return 0 if closing.is_proved else 1


async def _closing(settings: DatabaseSettings, day: datetime | None) -> Closing:
    await require_schema(settings.database)
    container = database_container(settings, SystemClock())
    try:
        await require_base_currency(await container.get(ReadBaseCurrency), settings.base)
        return await (await container.get(ShowClosing))(day)
    finally:
        await container.close()


def _show(closing: Closing) -> None:
    verdict = "the ledger is proved." if closing.is_proved else "the ledger isn't proved. Next: orbit ledger audit"
    show(f"{closing.day:%Y-%m-%d} (UTC): {verdict}")
    if closing.figures:
        titles = ("account", "opening", "came", "left", "closing")
        show_table(titles, [(one.account, *_told(one)) for one in closing.figures])
    for one in closing.receipts:
        show(one_line(f"received by {one.method}: {one.count}, {amount(one.total)}"))


def _told(one: AccountFigures) -> tuple[str, ...]:
    return tuple(change(Line("", units, one.currency)) for units in (one.opening, one.came, one.left, one.closing))


def _facts(closing: Closing) -> dict[str, Any]:
    return {
        "day": f"{closing.day:%Y-%m-%d}",
        "proved": closing.is_proved,
        "accounts": [
            {
                "account": one.account,
                "currency": one.currency.code,
                **{name: f"{getattr(one, name)}" for name in ("opening", "came", "left", "closing")},
                "closing_amount": decimal(one.closing, one.currency),
            }
            for one in closing.figures
        ],
        "sums": {code: {"opening": f"{both[0]}", "closing": f"{both[1]}"} for code, both in closing.sums.items()},
        "receipts": [
            {
                "method": one.method,
                "currency": one.total.currency.code,
                "count": one.count,
                "units": f"{one.total.units}",
                "amount": decimal(one.total.units, one.total.currency),
            }
            for one in closing.receipts
        ],
        "findings": list(closing.audit.findings),
    }
