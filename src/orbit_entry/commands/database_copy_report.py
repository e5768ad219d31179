"""Shows the result of a database copy: a table, both audits and a last line."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from orbit_adapters.database_copy.database_copy import CopyResult
from orbit_adapters.database_copy.diff import TableDiff
from orbit_domain.ledger.repository import LedgerAudit
from orbit_domain.use_cases.audit_ledger import AuditReport
from orbit_entry.commands.terminal import one_line

_FINDINGS = 20


def show_copy(console: Console, result: CopyResult, *, dry_run: bool) -> None:
    """Row counts of both sides, the differences, and both audits."""
    table = Table("table", "in the file", "in the target", "to copy" if dry_run else "differing", box=None)
    for found in result.tables:
        different = found.missing + found.extra + found.contradicting
        table.add_row(found.table, str(found.source_rows), str(found.target_rows), str(different))
    console.print(table)
    _show_findings(console, result.tables)
    for name, audit in (("file", result.source_audit), ("target", result.target_audit)):
        _show_audit(console, name, audit)
    console.print(_last_line(result, dry_run=dry_run), markup=False, soft_wrap=True)


def _show_findings(console: Console, tables: Sequence[TableDiff]) -> None:
    lines = [line for table in tables for line in table.findings]
    for line in lines[:_FINDINGS]:
        console.print(one_line(line), markup=False, highlight=False, soft_wrap=True)
    if len(lines) > _FINDINGS:
        console.print(f"… and {len(lines) - _FINDINGS} more", highlight=False)


def _show_audit(console: Console, name: str, audit: LedgerAudit) -> None:
    findings = AuditReport(audit).findings
    summary = f"{len(findings)} findings" if findings else "no findings"
    console.print(f"Ledger of the {name}: {audit.entries} entries, {summary}.", highlight=False)
    for line in findings[:_FINDINGS]:
        console.print(f"  {one_line(line)}", markup=False, highlight=False, soft_wrap=True)


def _last_line(result: CopyResult, *, dry_run: bool) -> str:
    if result.is_complete:
        return "Both sides are equal, row by row."
    if dry_run:
        return "Nothing was changed. Next: the same command without --dry-run, while no process uses the file."
    return "The sides are not equal. Next: stop every process on both databases, then run the same command again."
