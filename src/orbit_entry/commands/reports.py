"""Commands that only read the database: `orbit ledger audit`, `orbit explain`, `orbit unmatched list`."""

import asyncio
import shlex
from collections.abc import Awaitable, Callable
from typing import TypeVar

from orbit_adapters.sql.migrate import schema_state
from orbit_adapters.system.clock import SystemClock
from orbit_domain.ids import TelegramId
from orbit_domain.use_cases.audit_ledger import AuditLedger
from orbit_domain.use_cases.list_unmatched import ListUnmatched, Unmatched
from orbit_domain.use_cases.read_base_currency import ReadBaseCurrency
from orbit_domain.use_cases.show_timeline import Event, ShowTimeline
from orbit_entry.commands.amounts import amount, in_everyday_units, in_smallest_units, moment
from orbit_entry.commands.terminal import one_line, show, show_json
from orbit_entry.config.database import DatabaseSettings
from orbit_entry.config.reading import read_settings
from orbit_entry.runtime.base_currency import require_base_currency
from orbit_entry.wiring.database import database_container

UseCase = TypeVar("UseCase")
Result = TypeVar("Result")


def audit_ledger(*, as_json: bool) -> int:
    """Audit the ledger. Returns 1 when it doesn't balance."""
    report = call_use_case(AuditLedger, lambda use_case: use_case())
    if report is None:
        return 1
    facts = {"balanced": report.balanced, "entries": report.check.entries, "findings": list(report.findings)}
    if as_json:
        show_json(facts)
    else:
        verdict = "The ledger balances" if report.balanced else "The ledger doesn't balance"
        show(f"{verdict}: {report.check.entries} entries read.", *report.findings)
    return 0 if report.balanced else 1


def show_timeline(user: int, *, as_json: bool) -> int:
    """Print the timeline of *user*. Raises NoSuchUser."""
    events = call_use_case(ShowTimeline, lambda use_case: use_case(TelegramId(user)))
    if events is None:
        return 1
    if as_json:
        show_json([_event_facts(event) for event in events])
        return 0
    for event in events:
        told = f"{moment(event.at)}  {event.topic:<8} {in_everyday_units(event.what)}  ({event.cause})"
        show(one_line(told))
    return 0


def _event_facts(event: Event) -> dict[str, str]:
    return {
        "at": event.at.isoformat(timespec="seconds"),
        "topic": event.topic,
        "what": in_smallest_units(event.what),
        "cause": event.cause,
    }


def show_unmatched(*, as_json: bool) -> int:
    """Print the oldest unmatched receipts."""
    found = call_use_case(ListUnmatched, lambda use_case: use_case())
    if found is None:
        return 1
    if as_json:
        show_json([_facts(one) for one in found])
        return 0
    for one in found:
        show_receipt(one)
    show("Next: orbit unmatched assign RECEIPT USER --reason 'why'" if found else "Nothing.")
    return 0


def _facts(one: Unmatched) -> dict[str, str]:
    return {
        "receipt": one.receipt.ref,
        "at": one.receipt.occurred_at.isoformat(timespec="seconds"),
        "units": f"{one.receipt.amount.units} {one.receipt.amount.currency.code}",
        "comment": one.receipt.comment,
        "did you mean": one.suggestion or "",
    }


def show_receipt(one: Unmatched) -> None:
    """Print the receipt on a line of its own, quoted for a shell: whole, however long, as `assign` wants it."""
    receipt = one.receipt
    comment = f"comment: {one_line(receipt.comment)}" if receipt.comment else "no comment"
    meant = f", did you mean {one.suggestion}?" if one.suggestion else ""
    show(
        one_line(shlex.quote(receipt.ref)),
        f"    {amount(receipt.amount)}, {moment(receipt.occurred_at)}, {comment}{meant}",
    )


def call_use_case(kind: type[UseCase], call: Callable[[UseCase], Awaitable[Result]]) -> Result | None:
    """Return the result of the use case. None, after a printed reason, when the schema is missing.

    Raises Refusal, CannotStart (the records are in another currency: amounts would be told wrong).
    """
    settings = read_settings(DatabaseSettings)
    return asyncio.run(_called(settings, kind, call))


async def _called(
    settings: DatabaseSettings, kind: type[UseCase], call: Callable[[UseCase], Awaitable[Result]]
) -> Result | None:
    current, head = await schema_state(settings.database)
    if current != head:
        show(f"The database's schema is at {current or 'nothing'}, not {head}.", "Next: orbit migrate", error=True)
        return None
    container = database_container(settings, SystemClock())
    try:
        await require_base_currency(await container.get(ReadBaseCurrency), settings.base)
        return await call(await container.get(kind))
    finally:
        await container.close()
