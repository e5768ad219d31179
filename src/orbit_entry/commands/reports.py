"""Commands that only read the database: `orbit ledger audit`, `orbit explain`, `orbit unmatched list`."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from rich.console import Console
from rich.table import Table

from orbit_adapters.sql.migrate import schema_state
from orbit_adapters.system.clock import SystemClock
from orbit_domain.errors import Refusal
from orbit_domain.ids import TelegramId
from orbit_domain.use_cases.audit_ledger import AuditLedger
from orbit_domain.use_cases.list_unmatched import ListUnmatched
from orbit_domain.use_cases.show_timeline import ShowTimeline
from orbit_entry.config.database import DatabaseSettings
from orbit_entry.config.reading import read_settings
from orbit_entry.wiring.database import database_container

UseCase = TypeVar("UseCase")
Result = TypeVar("Result")


def audit_ledger(*, as_json: bool) -> int:
    """Audit the ledger. Returns 1 when it doesn't balance."""
    report = _call(AuditLedger, lambda use_case: use_case())
    if report is None:
        return 1
    facts = {"balanced": report.balanced, "entries": report.check.entries, "findings": list(report.findings)}
    if as_json:
        Console().print_json(json.dumps(facts))
    else:
        verdict = "The ledger balances" if report.balanced else "The ledger doesn't balance"
        Console().print(f"{verdict}: {report.check.entries} entries read.", *report.findings, sep="\n", markup=False)
    return 0 if report.balanced else 1


def show_timeline(user: int, *, as_json: bool) -> int:
    """Print the timeline of *user*. Returns 1 when the user is unknown."""
    events = _call(ShowTimeline, lambda use_case: use_case(TelegramId(user)))
    if events is None:
        return 1
    rows = [(event.at.isoformat(timespec="seconds"), event.topic, event.what, event.cause) for event in events]
    names = ("at", "topic", "what", "cause")
    _print(names, rows, as_json=as_json)
    return 0


def show_unmatched(*, as_json: bool) -> int:
    """Print the oldest unmatched receipts."""
    found = _call(ListUnmatched, lambda use_case: use_case())
    if found is None:
        return 1
    rows = [
        (
            one.receipt.ref,
            one.receipt.occurred_at.isoformat(timespec="seconds"),
            f"{one.receipt.amount.units} {one.receipt.amount.currency.code}",
            one.receipt.comment,
            one.suggestion or "",
        )
        for one in found
    ]
    _print(("receipt", "at", "units", "comment", "did you mean"), rows, as_json=as_json)
    return 0


def _print(names: tuple[str, ...], rows: Sequence[tuple[str, ...]], *, as_json: bool) -> None:
    if as_json:
        Console().print_json(json.dumps([dict(zip(names, row, strict=True)) for row in rows]))
        return
    table = Table(*names, box=None, pad_edge=False)
    for row in rows:
        table.add_row(*(cell.replace("[", "\\[") for cell in row))
    Console().print(table if rows else "Nothing.")


def _call(kind: type[UseCase], call: Callable[[UseCase], Awaitable[Result]]) -> Result | None:
    """Return the result of the use case. None, after a printed reason, when it refused or the schema is missing."""
    settings = read_settings(DatabaseSettings)
    return asyncio.run(_call_use_case(settings, kind, call))


async def _call_use_case(
    settings: DatabaseSettings, kind: type[UseCase], call: Callable[[UseCase], Awaitable[Result]]
) -> Result | None:
    console = Console(stderr=True)
    current, head = await schema_state(settings.database)
    if current != head:
        console.print(f"The database's schema is at {current or 'nothing'}, not {head}. Next: orbit migrate")
        return None
    container = database_container(settings, SystemClock())
    try:
        return await call(await container.get(kind))
    except Refusal as refusal:
        console.print(f"Refused: {refusal}", markup=False)
        return None
    finally:
        await container.close()
