"""What the move of a whole shop found, as a table and a last line."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from orbit_adapters.database_copy.database_copy import CopyResult
from orbit_adapters.database_copy.diff import Difference
from orbit_domain.ledger.repository import LedgerAudit
from orbit_domain.use_cases.audit_ledger import AuditReport

_FINDINGS = 20


def show_moving(console: Console, moving: CopyResult, *, dry_run: bool) -> None:
    """Counts of both sides, what differs, and both audits."""
    table = Table("table", "in the file", "in the target", "to move" if dry_run else "differing", box=None)
    for found in moving.tables:
        open_ = found.missing + found.extra + found.contradicting
        table.add_row(found.table, str(found.source_rows), str(found.target_rows), str(open_))
    console.print(table)
    _show_findings(console, moving.tables)
    for name, books in (("file", moving.source_books), ("target", moving.target_books)):
        _show_books(console, name, books)
    console.print(_last_line(moving, dry_run=dry_run), markup=False, soft_wrap=True)


def _show_findings(console: Console, tables: Sequence[Difference]) -> None:
    lines = [line for table in tables for line in table.findings]
    for line in lines[:_FINDINGS]:
        console.print(line, markup=False, highlight=False, soft_wrap=True)
    if len(lines) > _FINDINGS:
        console.print(f"… and {len(lines) - _FINDINGS} more", highlight=False)


def _show_books(console: Console, name: str, books: LedgerAudit) -> None:
    findings = AuditReport(books).findings
    words = f"{len(findings)} findings" if findings else "they hold"
    console.print(f"Books of the {name}: {books.entries} entries, {words}.", highlight=False)
    for line in findings[:_FINDINGS]:
        console.print(f"  {line}", markup=False, highlight=False, soft_wrap=True)


def _last_line(moving: CopyResult, *, dry_run: bool) -> str:
    if moving.is_whole:
        return "Both sides are equal, row by row."
    if dry_run:
        return "Nothing was changed. Next: the same command without --dry-run, while no shop is open on the file."
    return "The sides are not equal. Next: close every shop on both databases, then run the same command again."
