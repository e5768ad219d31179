"""The part of the command line about plans.

As in `orbit_entry.cli`, each command imports what it needs when it runs.
"""

from typing import Annotated

import typer

plan = typer.Typer(help="What is sold.", no_args_is_help=True)


@plan.command("list")
def list_sold_plans(
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    hidden: Annotated[bool, typer.Option("--all", help="The hidden ones, too.")] = False,
) -> None:
    """Show the plans that are sold now, with how many keys each gives."""
    from orbit_entry.commands.plans import list_plans

    raise typer.Exit(list_plans(as_json=json, hidden=hidden))


@plan.command("set")
def set_plan(
    code: Annotated[str, typer.Argument(help="The plan, as `orbit plan list` shows it.")],
    price: Annotated[str | None, typer.Option(help="What it costs, 199 for example.")] = None,
    days: Annotated[int | None, typer.Option(help="How many days one order gives.")] = None,
    traffic: Annotated[int | None, typer.Option(help="Gigabytes for 30 days and key; 0: without a limit.")] = None,
    keys: Annotated[int | None, typer.Option(help="How many keys a customer may have.")] = None,
    position: Annotated[int | None, typer.Option(help="Its place in the list; the smallest comes first.")] = None,
    title: Annotated[list[str] | None, typer.Option(metavar="en=TITLE", help="Its title; may be repeated.")] = None,
    offer: Annotated[bool | None, typer.Option("--offer/--hide", help="Sell it, or sell it no more.")] = None,
    reason: Annotated[str, typer.Option(help="Why, recorded for ever.")] = "",
) -> None:
    """Sell a plan otherwise. Orders that are open or paid keep the terms and the price they were made with."""
    from orbit_entry.commands.plans import TypedEdit, change_plan

    typed = TypedEdit(price, days, traffic, keys, position, tuple(title or ()), offer)
    if typed == TypedEdit():
        raise typer.BadParameter("say what is to be otherwise: --price 199, --hide …")
    raise typer.Exit(change_plan(code, typed, reason))


def add_plans(app: typer.Typer) -> None:
    """Give *app* these commands."""
    app.add_typer(plan, name="plan")
