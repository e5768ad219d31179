"""Shows the plan and the result of an import from OrbitVPN, with its warnings and rejected rows."""

from rich.console import Console
from rich.table import Table

from orbit_adapters.orbitvpn_import.orbitvpn_import import ImportReport
from orbit_adapters.orbitvpn_import.plan import Remarks
from orbit_adapters.orbitvpn_import.reconciliation import Reconciliation, roubles
from orbit_domain.use_cases.audit_ledger import AuditReport
from orbit_entry.commands.terminal import one_line

_NAMED = 10


def show_plan(console: Console, report: ImportReport) -> None:
    """The preview: rows read, rows to import, rows already here, warnings, rejected rows."""
    plan, reconciliation = report.plan, report.reconciliation
    read = Table("table of OrbitVPN", "rows", box=None)
    for name, count in plan.rows_read.items():
        read.add_row(name, str(count))
    console.print(read)
    _show_reconciliation(console, reconciliation)
    console.print(f"Total of balances: {roubles(plan.balances_kopecks)}", highlight=False)
    _show_remarks(console, "Warning", plan.warnings)
    _show_remarks(console, "Rejected", plan.rejected)
    _show_lines(console, "Contradicts what is here", reconciliation.contradictions)


def show_result(console: Console, report: ImportReport) -> None:
    """What the target holds now, and whether its ledger balances."""
    _show_reconciliation(console, report.reconciliation)
    for table, missing in report.reconciliation.missing.items():
        _show_lines(console, f"Not here yet, {table}", missing)
    _show_lines(console, "Contradicts what is here", report.reconciliation.contradictions)
    findings = AuditReport(report.audit).findings
    summary = "The ledger balances" if not findings else "The ledger audit has findings"
    console.print(f"{summary}: {report.audit.entries} entries read.", highlight=False)
    _show_lines(console, "Findings", list(findings))
    if report.plan.rejected.count:
        message = f"Rejected, listed above: {report.plan.rejected.count}."
        console.print(
            message, "Next: correct them in the old database, then run the same command again.", highlight=False
        )


def _show_reconciliation(console: Console, reconciliation: Reconciliation) -> None:
    table = Table("what", "to import", "already here", box=None)
    for name, here in reconciliation.here.items():
        table.add_row(name, str(len(reconciliation.missing.get(name, ()))), str(here))
    console.print(table)


def _show_remarks(console: Console, title: str, remarks: Remarks) -> None:
    for about, lines in remarks.lines.items():
        _show_lines(console, f"{title}: {about}", lines)


def _show_lines(console: Console, title: str, lines: list[str]) -> None:
    if not lines:
        return
    console.print(f"{title} ({len(lines)})", markup=False, highlight=False, soft_wrap=True)
    for line in lines[:_NAMED]:
        console.print(f"  {one_line(line)}", markup=False, highlight=False, soft_wrap=True)
    if len(lines) > _NAMED:
        console.print(f"  … and {len(lines) - _NAMED} more", highlight=False)
