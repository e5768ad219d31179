"""The part of the command line about promo codes.

As in `orbit_entry.cli`, each command imports what it needs when it runs.
"""

from typing import Annotated

import typer

promo = typer.Typer(help="Promo codes.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Code = Annotated[str, typer.Argument(metavar="CODE", help="Latin letters, digits, - and _; capitals don't matter.")]


def add_promos(app: typer.Typer) -> None:
    """Add these commands to *app*."""
    app.add_typer(promo, name="promo")


@promo.command("add")
def add_new_promo(
    code: Code,
    percent: Annotated[int | None, typer.Option(help="So many percent off one purchase, 1 to 100.")] = None,
    amount: Annotated[str | None, typer.Option(help="So much off one purchase, 50 for example.")] = None,
    days: Annotated[int | None, typer.Option(help="So many days, at once.")] = None,
    balance: Annotated[str | None, typer.Option(help="So much on the balance, at once.")] = None,
    begin: Annotated[str | None, typer.Option("--from", metavar="DAY", help="The first day, in UTC.")] = None,
    until: Annotated[str | None, typer.Option(metavar="DAY", help="The last day, in UTC.")] = None,
    uses: Annotated[int | None, typer.Option(help="How many customers may use it; each of them once.")] = None,
    plan: Annotated[list[str] | None, typer.Option(help="Only for this plan; may be repeated.")] = None,
    reason: Annotated[str, typer.Option(help="Why, recorded for ever.")] = "",
) -> None:
    """Offer a code that gives one thing: percent, a sum off, days, or money on the balance."""
    from orbit_entry.commands.promo import OfferedPromo, add_promo

    gifts = {"percent": percent, "amount": amount, "days": days, "balance": balance}
    given = {kind: f"{value}" for kind, value in gifts.items() if value is not None}
    if len(given) != 1:
        raise typer.BadParameter("a code gives one of --percent, --amount, --days and --balance")
    ((kind, value),) = given.items()
    raise typer.Exit(add_promo(OfferedPromo(code, kind, value, begin, until, uses, tuple(plan or ()), reason)))


@promo.command("list")
def list_offered_promos(json: AsJson = False) -> None:
    """Show the codes, the newest first: what they give, how often they were used, and whether they work now."""
    from orbit_entry.commands.promo import list_promos

    raise typer.Exit(list_promos(as_json=json))


@promo.command("show")
def show_one_promo(code: Code, json: AsJson = False) -> None:
    """Show one code with its link, and who added or stopped it."""
    from orbit_entry.commands.promo import show_promo

    raise typer.Exit(show_promo(code, as_json=json))


@promo.command("stop")
def stop_one_promo(code: Code, reason: Annotated[str, typer.Option(help="Why, recorded for ever.")]) -> None:
    """End a code at once, also for purchases that aren't paid yet. What it has given stays."""
    from orbit_entry.commands.promo import stop_promo

    raise typer.Exit(stop_promo(code, reason))
