"""The part of the command line about backups.

As in `orbit_entry.cli`, each command imports what it needs when it runs.
"""

from pathlib import Path
from typing import Annotated

import typer

backup = typer.Typer(help="Backups: encrypted to you, and verified by restoring them.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def add_backups(app: typer.Typer) -> None:
    """Add these commands to *app*."""
    app.add_typer(backup, name="backup")


@backup.command("create")
def create_one_backup(
    scheduled: Annotated[
        bool, typer.Option("--scheduled", help="As the worker does: at low priority, and only if one is due.")
    ] = False,
    asked_for: Annotated[
        bool, typer.Option("--asked-for", help="As the worker does for the button in Telegram: at low priority.")
    ] = False,
    json: AsJson = False,
) -> None:
    """Back up the database, restore that elsewhere and compare, then delete what is kept no more."""
    from orbit_entry.commands.backup import create_backup

    raise typer.Exit(create_backup(scheduled=scheduled, asked_for=asked_for, as_json=json))


@backup.command("list")
def list_all_backups(
    s3: Annotated[bool, typer.Option("--s3", help="What the bucket of copies has now.")] = False, json: AsJson = False
) -> None:
    """Show every backup, and whether it is verified; exit 1 when the last verified one is older than a day."""
    from orbit_entry.commands.backup import list_backups

    raise typer.Exit(list_backups(as_json=json, in_s3=s3))


@backup.command("verify")
def verify_one_backup(
    archive: Annotated[
        str, typer.Argument(help="A file, a name that `orbit backup list` shows, or s3:NAME; else the newest.")
    ] = "",
    key: Annotated[Path | None, typer.Option(help="The file of your secret key.")] = None,
    json: AsJson = False,
) -> None:
    """Restore an archive into a scratch database with your secret key, compare, and audit its ledger."""
    from orbit_entry.commands.backup import verify_backup

    raise typer.Exit(verify_backup(archive, key, as_json=json))


@backup.command("replay")
def show_running_replay(
    end: Annotated[
        bool, typer.Option("--end", help="End it as it is: a source that isn't read yet is not waited for.")
    ] = False,
    json: AsJson = False,
) -> None:
    """Show how far a restored shop has read again what was paid since its backup; exit 1 while it does."""
    from orbit_entry.commands.backup_replay import show_replay

    raise typer.Exit(show_replay(end=end, as_json=json))


@backup.command("restore")
def restore_one_backup(
    archive: Annotated[
        str, typer.Argument(help="A file, or a name that `orbit backup list` shows; else the newest.")
    ] = "",
    key: Annotated[Path | None, typer.Option(help="The file of your secret key.")] = None,
    into: Annotated[
        str | None,
        typer.Option(metavar="URL", help="An empty PostgreSQL database, where the shop's role may make none."),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Put it in the live database's place without asking.")] = False,
    json: AsJson = False,
) -> None:
    """Load an archive beside the live database, show the difference, ask, and put it in its place; the old one is kept.

    The shop must be stopped. Whatever goes wrong, the live database stays as it is.
    """
    from orbit_entry.commands.backup_restore import restore_backup

    raise typer.Exit(restore_backup(archive, key, into, agreed=yes, as_json=json))


@backup.command("key")
def make_backup_key(
    out: Annotated[Path | None, typer.Option(help="A new file for the secret key; else it is printed, once.")] = None,
) -> None:
    """Make a key pair: the shop gets the public key, and you keep the secret one where the shop can't lose it."""
    from orbit_entry.commands.backup import make_key

    raise typer.Exit(make_key(out))
