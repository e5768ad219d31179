"""The part of the command line about the care of a shop that has run for long.

As in `orbit_entry.cli`, each command imports what it needs when it runs.
"""

from pathlib import Path
from typing import Annotated

import typer

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def add_care(app: typer.Typer) -> None:
    """Add these commands to *app*."""
    app.command("clean-up")(clean_up_old_data)
    app.command("support-bundle")(write_support_bundle)


def clean_up_old_data(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would happen.")] = False,
    json: AsJson = False,
) -> None:
    """Forget data that nothing needs any more, now; the worker does it by itself, some each ten minutes."""
    from orbit_entry.commands.clean_up import clean_up

    raise typer.Exit(clean_up(dry_run=dry_run, as_json=json))


def write_support_bundle(
    output: Annotated[Path, typer.Option(metavar="FILE", help="Where to write it.")] = Path("orbit-support.zip"),
    log: Annotated[Path | None, typer.Option(metavar="FILE", help="The shop's log, of which the end goes in.")] = None,
) -> None:
    """Write one file that you can send to whoever helps you: how the shop is, without secrets and without customers."""
    from orbit_entry.commands.support_bundle import support_bundle

    raise typer.Exit(support_bundle(output, log))
