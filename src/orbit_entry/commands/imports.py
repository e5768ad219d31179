"""`orbit import`: moves from another database into the one that the settings name."""

import asyncio
import getpass
from collections.abc import Coroutine
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from rich.console import Console

from orbit_adapters.database_copy.database_copy import DatabaseCopy
from orbit_adapters.database_copy.errors import CopyRefused
from orbit_adapters.orbitvpn_import.orbitvpn_import import ImportOutlook, OrbitvpnImport
from orbit_adapters.system.clock import SystemClock
from orbit_adapters.system.ids import SystemIds
from orbit_domain.storage import StorageError
from orbit_domain.use_cases.audit_ledger import AuditReport
from orbit_entry.commands.database_copy_report import show_moving
from orbit_entry.commands.orbitvpn_import_report import show_plan, show_result
from orbit_entry.commands.progress import table_progress
from orbit_entry.config.database import DatabaseSettings
from orbit_entry.config.reading import read_settings


def import_sqlite_file(file: Path, *, dry_run: bool) -> int:
    """Bring a whole shop from *file*; 1 when it was refused or the sides aren't equal afterwards."""
    settings = read_settings(DatabaseSettings)
    return _run(_import_sqlite(DatabaseCopy(file, settings.database), dry_run=dry_run))


def import_old_shop(url: str, zone: ZoneInfo, *, dry_run: bool) -> int:
    """Bring an OrbitVPN database over; 1 when it was refused, or something contradicts or has to stay behind."""
    settings = read_settings(DatabaseSettings)
    move = OrbitvpnImport(url, settings.database, zone, SystemClock(), SystemIds(), getpass.getuser())
    return _run(_import_old_shop(move, dry_run=dry_run))


async def _import_sqlite(move: DatabaseCopy, *, dry_run: bool) -> int:
    console = Console()
    if dry_run:
        show_moving(console, await move.look(), dry_run=True)
        return 0
    with table_progress(console) as shown:
        moving = await move.run(lambda tables: shown.plan({one.table: one.source_rows for one in tables}), shown.moved)
    show_moving(console, moving, dry_run=False)
    return 0 if moving.is_whole and not AuditReport(moving.target_books).findings else 1


async def _import_old_shop(move: OrbitvpnImport, *, dry_run: bool) -> int:
    console = Console()
    if dry_run:
        outlook = await move.look()
        show_plan(console, outlook)
        console.print("Nothing was changed. Next: stop the old bot, then the same command without --dry-run.")
        return 0 if outlook.is_clean else 1
    with table_progress(console) as shown:

        def planned(outlook: ImportOutlook) -> None:
            show_plan(console, outlook)
            plan = outlook.plan
            shown.plan({"users": len(plan.users), "configs": len(plan.keys), "payments": len(plan.payments)})

        outlook = await move.run(planned, shown.moved)
    show_result(console, outlook)
    return 0 if outlook.is_whole and not AuditReport(outlook.books).findings else 1


def _run(command: Coroutine[Any, Any, int]) -> int:
    console = Console(stderr=True)
    try:
        return asyncio.run(command)
    except CopyRefused as refusal:
        console.print(f"Refused: {refusal}", *refusal.findings, sep="\n", markup=False, highlight=False, soft_wrap=True)
    except StorageError as trouble:
        words = f"Stopped: {trouble}.\nWhat was moved stays. Next: run the same command again."
        console.print(words, markup=False, highlight=False, soft_wrap=True)
    return 1
