"""Results of checks, printed as the doctor does."""

from collections.abc import Iterable

from orbit_entry.commands.terminal import one_line, show
from orbit_entry.doctor.check_result import CheckResult


def show_results(results: Iterable[CheckResult]) -> None:
    """A line for each, and below what isn't well the next step."""
    for result in results:
        mark = "BAD" if not result.ok else "?  " if result.is_warning else "ok "
        show(f"{mark} {result.about}: {one_line(result.seen)}")
        if result.remedy and (not result.ok or result.is_warning):
            show(f"    Next: {one_line(result.remedy)}")


def facts_of(result: CheckResult) -> dict[str, object]:
    """*result* as JSON."""
    facts = {"about": result.about, "ok": result.ok, "seen": result.seen, "remedy": result.remedy}
    return {**facts, "warning": result.is_warning}
