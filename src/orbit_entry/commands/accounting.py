"""The part of the command line that compares, corrects and tells what is recorded.

As in `orbit_entry.cli`, each command imports what it needs when it runs.
"""

from pathlib import Path
from typing import Annotated

import typer

adjust = typer.Typer(help="Balances moved by hand.", no_args_is_help=True)
receipts = typer.Typer(help="What has arrived.", no_args_is_help=True)
keys = typer.Typer(help="Customers' keys.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Reason = Annotated[str, typer.Option(help="The reason, recorded for ever; the customer reads it.")]
AskedId = Annotated[str, typer.Argument(help="The id, as `orbit adjust list` shows it.")]
RequestId = Annotated[
    str | None, typer.Option("--id", help="An id of your own: the same command again changes nothing.")
]


@adjust.command("credit")
def credit_balance(
    user: Annotated[int, typer.Argument(help="The customer's Telegram id.")],
    amount: Annotated[str, typer.Argument(help="How much, 450.50 for example.")],
    reason: Reason,
    request: RequestId = None,
) -> None:
    """Put money on a customer's balance; above the limit a second admin has to confirm it."""
    from orbit_entry.commands.adjust import adjust

    raise typer.Exit(adjust(user, amount, reason, request, sign=1))


@adjust.command("debit")
def debit_balance(
    user: Annotated[int, typer.Argument(help="The customer's Telegram id.")],
    amount: Annotated[str, typer.Argument(help="How much, 450.50 for example.")],
    reason: Reason,
    request: RequestId = None,
) -> None:
    """Take money off a customer's balance, never below zero; above the limit a second admin has to confirm it."""
    from orbit_entry.commands.adjust import adjust

    raise typer.Exit(adjust(user, amount, reason, request, sign=-1))


@adjust.command("list")
def list_requested_adjustments(json: AsJson = False) -> None:
    """Show what waits for a second admin."""
    from orbit_entry.commands.adjust import list_adjustments

    raise typer.Exit(list_adjustments(as_json=json))


@adjust.command("confirm")
def confirm_adjustment(request: AskedId) -> None:
    """Confirm what another admin has asked for."""
    from orbit_entry.commands.adjust import confirm

    raise typer.Exit(confirm(request))


@adjust.command("reject")
def reject_adjustment(
    request: AskedId,
    reason: Annotated[str, typer.Option(help="The reason, recorded for ever.")],
) -> None:
    """Reject what was asked for; whoever asked may take it back so."""
    from orbit_entry.commands.adjust import reject

    raise typer.Exit(reject(request, reason))


def reconcile(
    since: Annotated[str | None, typer.Option("--from", help="A day of UTC, 2026-11-01; else 31 days ago.")] = None,
    until: Annotated[str | None, typer.Option("--to", help="A day of UTC, which isn't read any more.")] = None,
    json: AsJson = False,
) -> None:
    """Compare providers, ledger, orders, time and keys; exit 1 when they differ, else 3 when one couldn't be asked."""
    from orbit_entry.commands.period import day_of_option
    from orbit_entry.commands.reconcile import reconcile

    days = day_of_option(since, "--from"), day_of_option(until, "--to")
    raise typer.Exit(reconcile(*days, as_json=json))


def export(
    kind: Annotated[str, typer.Argument(help="entries, receipts or orders.")],
    since: Annotated[str, typer.Option("--from", help="The first day of UTC, 2026-11-01.")],
    until: Annotated[str, typer.Option("--to", help="A day of UTC, which isn't in it any more.")],
    form: Annotated[str, typer.Option("--format", help="csv or json.")] = "csv",
    out: Annotated[Path | None, typer.Option(help="A file that only you can read; else the standard output.")] = None,
) -> None:
    """Write what was recorded in a period, for an accountant or a program."""
    from orbit_entry.commands.export import FORMATS, KINDS, export
    from orbit_entry.commands.period import required_day

    for value, known, option in ((kind, KINDS, "KIND"), (form, FORMATS, "--format")):
        if value not in known:
            raise typer.BadParameter(f"must be one of {', '.join(known)}", param_hint=option)
    begin, end = required_day(since, "--from"), required_day(until, "--to")
    if end <= begin:
        raise typer.BadParameter("must be later than --from", param_hint="--to")
    raise typer.Exit(export(kind, begin, end, form, out))


def closing(
    day: Annotated[str | None, typer.Option(help="A day of UTC that is over, 2026-11-05; else yesterday.")] = None,
    json: AsJson = False,
) -> None:
    """Show what each account opened and closed with on a day, and prove it; exit 1 when it isn't proved."""
    from orbit_entry.commands.export import show_closing
    from orbit_entry.commands.period import day_of_option

    raise typer.Exit(show_closing(day_of_option(day, "--day"), as_json=json))


def slo(
    days: Annotated[int, typer.Option(min=1, max=366, help="How many days back.")] = 30,
    json: AsJson = False,
) -> None:
    """Show how many paid orders were delivered within a minute, and the late ones; exit 1 below 99.9 %."""
    from orbit_entry.commands.delivery_level import show_delivery_level

    raise typer.Exit(show_delivery_level(days, as_json=json))


@receipts.command("book")
def book_left_out_record(
    ref: Annotated[str, typer.Argument(help="The record, as `orbit reconcile` shows it.")],
    reason: Annotated[str, typer.Option(help="The reason, recorded for ever.")],
) -> None:
    """Book a record that its source shows and that reading has left out, once."""
    from orbit_entry.commands.reconcile import book_record

    raise typer.Exit(book_record(ref, reason))


@keys.command("mend")
def mend_customers_keys(
    user: Annotated[int, typer.Argument(help="The customer's Telegram id.")],
    reason: Annotated[str, typer.Option(help="The reason, recorded for ever.")],
) -> None:
    """Let a customer's keys follow the time that the customer was given."""
    from orbit_entry.commands.reconcile import mend_keys

    raise typer.Exit(mend_keys(user, reason))


def add_accounting(app: typer.Typer) -> None:
    """Give *app* these commands."""
    for command in (reconcile, export, closing, slo):
        app.command()(command)
    for group, name in ((receipts, "receipts"), (keys, "keys"), (adjust, "adjust")):
        app.add_typer(group, name=name)
