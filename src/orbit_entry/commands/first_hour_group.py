"""The part of the command line that opens a shop, and that looks at it before an update.

As in `orbit_entry.cli`, each command imports what it needs when it runs.
"""

from pathlib import Path
from typing import Annotated

import typer


def add_first_hour(app: typer.Typer) -> None:
    """Add these commands to *app*."""
    app.command()(init)
    app.command("upgrade-check")(upgrade_check)


def init(
    answers: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Ask nothing: every answer is in this TOML file.")
    ] = None,
    skip_checks: Annotated[bool, typer.Option("--skip-checks", help="Write what the doctor hasn't seen.")] = False,
) -> None:
    """Ask what a shop needs, look at it live, and write its settings; safe to repeat."""
    from orbit_entry.commands.init.run_init import run_init

    raise typer.Exit(run_init(answers, skip_checks=skip_checks))


def upgrade_check(json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """Show what an update to this version would do; exit 0: nothing, 3: migrations wait, 1: mend something first."""
    from orbit_entry.commands.upgrade_check import check_upgrade

    raise typer.Exit(check_upgrade(as_json=json))
