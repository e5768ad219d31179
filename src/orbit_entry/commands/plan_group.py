"""The part of the command line about plans.

As in `orbit_entry.cli`, each command imports what it needs when it runs.
"""

from typing import Annotated

import typer

plan = typer.Typer(help="What is sold.", no_args_is_help=True)


@plan.command("list")
def list_sold_plans(json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """Show the plans that are sold now, with how many keys each gives."""
    from orbit_entry.commands.plans import list_plans

    raise typer.Exit(list_plans(as_json=json))


@plan.command("set")
def set_plan(
    code: Annotated[str, typer.Argument(help="The plan, as `orbit plan list` shows it.")],
    keys: Annotated[int, typer.Option(min=1, max=20, help="How many keys a customer may have.")],
    reason: Annotated[str, typer.Option(help="Why, recorded for ever.")] = "",
) -> None:
    """Let a plan give so many keys. Orders that are open or paid keep what they were made with."""
    from orbit_entry.commands.plans import change_plan

    raise typer.Exit(change_plan(code, keys, reason))


def add_plans(app: typer.Typer) -> None:
    """Give *app* these commands."""
    app.add_typer(plan, name="plan")
