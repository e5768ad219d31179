"""`orbit import`: copies another database into the one that the settings name."""

import asyncio
from collections.abc import Coroutine
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from rich.console import Console

from orbit_adapters.database_copy.connections import CopyRefused
from orbit_adapters.database_copy.database_copy import DatabaseCopy
from orbit_adapters.orbitvpn_import.orbitvpn_import import ImportReport, OrbitvpnImport
from orbit_adapters.system.clock import SystemClock
from orbit_adapters.system.ids import SystemIds
from orbit_domain.storage import StorageError
from orbit_domain.use_cases.audit_ledger import AuditReport
from orbit_entry.commands.actor import this_actor
from orbit_entry.commands.database_copy_report import show_copy
from orbit_entry.commands.orbitvpn_import_report import show_plan, show_result
from orbit_entry.commands.progress import table_progress
from orbit_entry.commands.terminal import show
from orbit_entry.config.database import DatabaseSettings
from orbit_entry.config.reading import read_settings


def import_sqlite_file(file: Path, *, dry_run: bool) -> int:
    """Copy the shop in *file*; 1 when it was refused or the databases differ afterwards."""
    settings = read_settings(DatabaseSettings)
    return _run(_import_sqlite(DatabaseCopy(file, settings.database), dry_run=dry_run))


def import_orbitvpn(url: str, zone: ZoneInfo, *, dry_run: bool) -> int:
    """Import an OrbitVPN database; 1 when it was refused, or a row contradicts the target or is rejected."""
    settings = read_settings(DatabaseSettings)
    job = OrbitvpnImport(url, settings.database, zone, SystemClock(), SystemIds(), this_actor(), settings.base)
    return _run(_import_orbitvpn(job, dry_run=dry_run))


async def _import_sqlite(job: DatabaseCopy, *, dry_run: bool) -> int:
    console = Console()
    if dry_run:
        show_copy(console, await job.preview(), dry_run=True)
        return 0
    with table_progress(console) as progress:
        result = await job.run(
            lambda tables: progress.plan({one.table: one.source_rows for one in tables}), progress.advance
        )
    show_copy(console, result, dry_run=False)
    return 0 if result.is_complete and not AuditReport(result.target_audit).findings else 1


async def _import_orbitvpn(job: OrbitvpnImport, *, dry_run: bool) -> int:
    console = Console()
    if dry_run:
        report = await job.preview()
        show_plan(console, report)
        console.print("Nothing was changed. Next: stop the old bot, then the same command without --dry-run.")
        return 0 if report.is_clean else 1
    with table_progress(console) as progress:

        def on_plan(report: ImportReport) -> None:
            show_plan(console, report)
            plan = report.plan
            progress.plan({"users": len(plan.users), "configs": len(plan.keys), "payments": len(plan.payments)})

        report = await job.run(on_plan, progress.advance)
    show_result(console, report)
    return 0 if report.is_complete and not AuditReport(report.audit).findings else 1


def _run(command: Coroutine[Any, Any, int]) -> int:
    try:
        return asyncio.run(command)
    except CopyRefused as refusal:
        show(f"Refused: {refusal}", *refusal.findings, error=True)
    except StorageError as error:
        message = f"Stopped: {error}. Rows that were copied stay."
        show(message, "Next: run the same command again when the database answers.", error=True)
    return 1
