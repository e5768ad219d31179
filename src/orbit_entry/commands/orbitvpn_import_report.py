"""What would come from OrbitVPN, what came, what is odd and what stays behind."""

from rich.console import Console
from rich.table import Table

from orbit_adapters.orbitvpn_import.orbitvpn_import import ImportOutlook
from orbit_adapters.orbitvpn_import.plan import Remarks
from orbit_adapters.orbitvpn_import.reconciliation import Reconciliation, roubles
from orbit_domain.use_cases.audit_ledger import AuditReport

_NAMED = 10


def show_plan(console: Console, outlook: ImportOutlook) -> None:
    """The diff: what was read, what of it comes, what is here already, what is odd, what can't come."""
    plan, standing = outlook.plan, outlook.standing
    read = Table("table of OrbitVPN", "rows", box=None)
    for name, count in plan.rows_read.items():
        read.add_row(name, str(count))
    console.print(read)
    _show_standing(console, standing)
    console.print(f"Balances together: {roubles(plan.balances_kopecks)}", highlight=False)
    _show_remarks(console, "Odd", plan.odd)
    _show_remarks(console, "Can't come", plan.refused)
    _show_lines(console, "Contradicts what is here", standing.contradictions)


def show_result(console: Console, outlook: ImportOutlook) -> None:
    """What is here now, and whether the books hold."""
    _show_standing(console, outlook.standing)
    for table, missing in outlook.standing.missing.items():
        _show_lines(console, f"Not here yet, {table}", missing)
    _show_lines(console, "Contradicts what is here", outlook.standing.contradictions)
    findings = AuditReport(outlook.books).findings
    words = "The books hold" if not findings else "The books don't hold"
    console.print(f"{words}: {outlook.books.entries} entries read.", highlight=False)
    _show_lines(console, "Findings", list(findings))
    if outlook.plan.refused.count:
        words = f"Stayed behind, named above: {outlook.plan.refused.count}."
        console.print(words, "Next: mend them in the old database, then run the same command again.", highlight=False)


def _show_standing(console: Console, standing: Reconciliation) -> None:
    table = Table("what", "to come", "here already", box=None)
    for name, here in standing.here.items():
        table.add_row(name, str(len(standing.missing.get(name, ()))), str(here))
    console.print(table)


def _show_remarks(console: Console, title: str, remarks: Remarks) -> None:
    for about, lines in remarks.lines.items():
        _show_lines(console, f"{title}: {about}", lines)


def _show_lines(console: Console, title: str, lines: list[str]) -> None:
    if not lines:
        return
    console.print(f"{title} ({len(lines)})", markup=False, highlight=False, soft_wrap=True)
    for line in lines[:_NAMED]:
        console.print(f"  {line}", markup=False, highlight=False, soft_wrap=True)
    if len(lines) > _NAMED:
        console.print(f"  … and {len(lines) - _NAMED} more", highlight=False)
