"""The part of the command line about the settings that are changed while the shop runs.

As in `orbit_entry.cli`, each command imports what it needs when it runs.
"""

from typing import Annotated

import typer

setting = typer.Typer(help="Settings that are changed while the shop runs.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(metavar="NAME", help="As `orbit setting list` shows it.")]


def add_settings(app: typer.Typer) -> None:
    """Add these commands to *app*."""
    app.add_typer(setting, name="setting")


@setting.command("list")
def list_all_settings(json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """Show every setting: its value, and where that comes from."""
    from orbit_entry.commands.shop_settings import list_settings

    raise typer.Exit(list_settings(as_json=json))


@setting.command("set")
def set_one_setting(
    name: Name,
    value: Annotated[str, typer.Argument(metavar="VALUE", help="A text may have Telegram's HTML.")],
) -> None:
    """Change a setting. Running processes follow within seconds."""
    from orbit_entry.commands.shop_settings import set_setting

    raise typer.Exit(set_setting(name, value))


@setting.command("reset")
def reset_one_setting(name: Name) -> None:
    """Let the value of the environment hold again."""
    from orbit_entry.commands.shop_settings import reset_setting

    raise typer.Exit(reset_setting(name))
