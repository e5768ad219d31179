"""The command line. Each command imports what it needs when it runs, so that `--help` is quick."""

import sys
import traceback
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer

from orbit_entry.commands.accounting import add_accounting
from orbit_entry.commands.backup_group import add_backups
from orbit_entry.commands.care_group import add_care
from orbit_entry.commands.first_hour_group import add_first_hour
from orbit_entry.commands.panel_group import add_panels
from orbit_entry.commands.plan_group import add_plans
from orbit_entry.commands.promo_group import add_promos
from orbit_entry.commands.setting_group import add_settings
from orbit_entry.config.bad_settings import BadSettings
from orbit_entry.runtime.logs import start_logging
from orbit_entry.runtime.private_files import keep_files_private
from orbit_entry.runtime.scrubbing import scrubbed

app = typer.Typer(
    name="orbit",
    help="A VPN shop in Telegram.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # They show the values of variables, secrets among them.
)
ledger = typer.Typer(help="The ledger.", no_args_is_help=True)
refund = typer.Typer(help="Money that goes back.", no_args_is_help=True)
unmatched = typer.Typer(help="Receipts that match no payment.", no_args_is_help=True)
app.add_typer(ledger, name="ledger")
app.add_typer(refund, name="refund")
app.add_typer(unmatched, name="unmatched")
payouts = typer.Typer(help="Refunds that you send by hand.", no_args_is_help=True)
app.add_typer(payouts, name="payouts")
chain = typer.Typer(help="How far the chain was read.", no_args_is_help=True)
app.add_typer(chain, name="chain")
imports = typer.Typer(help="Imports from another database.", no_args_is_help=True)
app.add_typer(imports, name="import")

DryRun = Annotated[bool, typer.Option("--dry-run", help="Only show what would happen.")]
OfUsdt = Annotated[bool, typer.Option("--usdt", help="The wallet's USDT, in place of its coins.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.callback()
def orbit(
    _version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=lambda on: on and _show_version(), help="Show it.")
    ] = False,
) -> None:
    """A VPN shop in Telegram."""


def _show_version() -> None:
    from orbit_entry.commands.terminal import show

    show(f"orbit {version('orbit-vpn')}")
    raise typer.Exit


@app.command()
def demo(
    headless: Annotated[bool, typer.Option(help="Play one purchase without a page, then exit.")] = False,
    json: AsJson = False,
    broken: Annotated[str | None, typer.Option("--break", help="panel or chain: fails at first, then works.")] = None,
    port: Annotated[int, typer.Option(min=0, max=65535, help="The page's port; 0 takes a free one.")] = 8090,
) -> None:
    """Try the whole shop on this machine: no token, no Docker, no database."""
    if broken not in (None, "panel", "chain"):
        raise typer.BadParameter("must be panel or chain", param_hint="--break")
    # Loading takes seconds, in which nobody should wonder whether anything happens.
    typer.echo("Opening a shop with a simulated Telegram, TON chain and VPN panel …", err=True)
    from orbit_entry.commands.still_at_work import still_at_work

    with still_at_work("loading"):
        from orbit_entry.commands.demo import run_headless, serve_page

    if headless:
        with still_at_work("playing one purchase"):
            code = run_headless(as_json=json, broken=broken)
        raise typer.Exit(code)
    raise typer.Exit(serve_page(port))


@app.command()
def run() -> None:
    """Run the shop: bot, worker and web server in one process."""
    _run_process(None)


@app.command()
def bot() -> None:
    """Run the bot only: any number of processes with a webhook, one with polling."""
    _run_process("bot")


@app.command()
def worker() -> None:
    """Run the background jobs only; any number of processes share the work."""
    _run_process("worker")


@app.command()
def web() -> None:
    """Serve the health of the shop only."""
    _run_process("web")


def _run_process(role: str | None) -> None:
    """Run a process. What only its owner can mend ends it with a code after which systemd doesn't start it again."""
    from orbit_entry.commands.run import run_shop
    from orbit_entry.config.process import ALL_ROLES, NEEDS_OWNER, ProcessRole
    from orbit_entry.runtime.failures import CannotStart

    try:
        code = run_shop(ALL_ROLES if role is None else frozenset({ProcessRole(role)}))
    except BadSettings as error:
        show_problems(error)
        code = NEEDS_OWNER
    except CannotStart as error:
        _shown(error)
        code = NEEDS_OWNER
    raise typer.Exit(code)


@app.command()
def migrate(
    to: Annotated[str, typer.Option(help="The target revision.")] = "head",
    down: Annotated[bool, typer.Option(help="Downgrade to that revision.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Going down, delete data without asking.")] = False,
    role: Annotated[
        str | None,
        typer.Option("--for", metavar="ROLE", help="Then grant this PostgreSQL role only what the shop needs."),
    ] = None,
) -> None:
    """Migrate the schema of the database to this version."""
    from orbit_entry.commands.migrate import migrate_database

    raise typer.Exit(migrate_database(to, down=down, confirmed=yes, role=role))


@app.command()
def doctor(json: AsJson = False) -> None:
    """Check settings, database, Redis, Telegram, panel, chain and rates; every error comes with a remedy."""
    from orbit_entry.commands.doctor import run_doctor

    raise typer.Exit(run_doctor(as_json=json))


@app.command()
def explain(user: Annotated[int, typer.Argument(help="The user's Telegram id.")], json: AsJson = False) -> None:
    """Show everything that happened to one user, in order."""
    from orbit_entry.commands.reports import show_timeline

    raise typer.Exit(show_timeline(user, as_json=json))


@ledger.command()
def audit(json: AsJson = False) -> None:
    """Audit the ledger; exit 1 when it doesn't balance. For the panels: orbit panels audit."""
    from orbit_entry.commands.reports import audit_ledger

    raise typer.Exit(audit_ledger(as_json=json))


@refund.command("order")
def refund_paid_order(
    order: Annotated[str, typer.Argument(help="The order's id, as `orbit explain` shows it.")],
    reason: Annotated[str, typer.Option(help="The reason, recorded for ever.")],
) -> None:
    """Give an order's price back to its customer's balance, and take its time back, once."""
    from orbit_entry.commands.refund import refund_order

    raise typer.Exit(refund_order(order, reason))


@refund.command("payment")
def refund_received_payment(
    payment: Annotated[str, typer.Argument(help="The payment's id, as `orbit explain` shows it.")],
    reason: Annotated[str, typer.Option(help="The reason, recorded for ever.")],
    to: Annotated[str, typer.Option(help="For coins and USDT: the address that the customer has named for it.")] = "",
    memo: Annotated[str, typer.Option(help="The comment that an exchange demands there.")] = "",
    ask: Annotated[bool, typer.Option("--ask", help="Ask the customer for it in Telegram, in place of --to.")] = False,
) -> None:
    """Send what a payment has brought from the balance back to whoever paid: through its provider, or by your wallet.

    Coins and USDT can't be sent by Orbit: with --to it shows what your wallet has to send, and sees when it was sent.
    With --ask the bot asks the customer for the address; the same command shows what to send once there is one.
    """
    if ask and not to.strip():
        from orbit_entry.commands.payouts import ask_for_address

        raise typer.Exit(ask_for_address(payment, reason))
    if to.strip():
        from orbit_entry.commands.payouts import request_payout

        raise typer.Exit(request_payout(payment, to, memo, reason))
    from orbit_entry.commands.refund import refund_payment

    raise typer.Exit(refund_payment(payment, reason))


@payouts.command("list")
def list_payouts(json: AsJson = False) -> None:
    """Show the refunds that wait for a transfer of yours, each with a link for your wallet."""
    from orbit_entry.commands.payouts import list_payouts

    raise typer.Exit(list_payouts(as_json=json))


@payouts.command("cancel")
def cancel_waiting_payout(
    payout: Annotated[str, typer.Argument(help="The payout's id, as `orbit payouts list` shows it.")],
    reason: Annotated[str, typer.Option(help="The reason, recorded for ever.")],
) -> None:
    """Put the money of a payout that wasn't sent back on the balance."""
    from orbit_entry.commands.payouts import cancel_payout

    raise typer.Exit(cancel_payout(payout, reason))


@unmatched.command("list")
def list_unmatched(json: AsJson = False) -> None:
    """Show unmatched receipts, each with the comment that was probably meant."""
    from orbit_entry.commands.reports import show_unmatched

    raise typer.Exit(show_unmatched(as_json=json))


@unmatched.command("assign")
def assign_unmatched(
    ref: Annotated[str, typer.Argument(help="The receipt, as `orbit unmatched list` shows it.")],
    user: Annotated[int, typer.Argument(help="The Telegram id of the user who paid.")],
    reason: Annotated[str, typer.Option(help="The reason, recorded for ever.")],
) -> None:
    """Credit a receipt to a user, once."""
    from orbit_entry.commands.assign import assign_receipt

    raise typer.Exit(assign_receipt(ref, user, reason))


Account = Annotated[str, typer.Option(help="A former wallet, as `orbit chain list` shows it.")]


@chain.command("list")
def list_watched_wallets(json: AsJson = False) -> None:
    """Show every wallet that is watched: the one that customers pay to, and those that it has replaced."""
    from orbit_entry.commands.chain_list import list_wallets

    raise typer.Exit(list_wallets(as_json=json))


@chain.command("show")
def show_chain_position(json: AsJson = False, account: Account = "", usdt: OfUsdt = False) -> None:
    """Show how far the chain was read, what its scanner sees now, and why it stands still; exit 1 when it does."""
    from orbit_entry.commands.chain import show_chain

    raise typer.Exit(show_chain(as_json=json, account=account, usdt=usdt))


@chain.command("reset")
def reset_chain_position(
    lt: Annotated[int | None, typer.Option(min=0, max=2**63 - 1, help="Continue at this transaction.")] = None,
    reason: Annotated[str, typer.Option(help="The reason, recorded for ever.")] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Do it. Without it, only show what would happen.")] = False,
    usdt: OfUsdt = False,
    account: Account = "",
) -> None:
    """Continue reading at the newest transaction that was read and is shown alike now, or at another one."""
    from orbit_entry.commands.chain import reset_chain

    if yes and not reason.strip():
        raise typer.BadParameter("must say why", param_hint="--reason")
    raise typer.Exit(reset_chain(lt, reason.strip(), confirmed=yes, account=account, usdt=usdt))


@imports.command("sqlite")
def import_sqlite(
    file: Annotated[Path, typer.Argument(help="The file of the embedded database, of a stopped shop.")],
    dry_run: DryRun = False,
) -> None:
    """Copy a whole shop from its embedded database to the one in DATABASE_URL; safe to repeat."""
    from orbit_entry.commands.imports import import_sqlite_file

    raise typer.Exit(import_sqlite_file(file, dry_run=dry_run))


@imports.command("orbitvpn")
def import_orbitvpn(
    url: Annotated[str, typer.Argument(envvar="ORBITVPN_URL", help="The old database, postgresql://…")],
    zone: Annotated[
        str, typer.Option(help="The time zone of the old machine's clock, Europe/Moscow for example.")
    ] = "UTC",
    dry_run: DryRun = False,
) -> None:
    """Import users, balances, subscriptions, keys and payments of an OrbitVPN v2 database; safe to repeat."""
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    from orbit_entry.commands.imports import import_orbitvpn

    try:
        old_zone = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise typer.BadParameter("isn't a time zone, Europe/Moscow for example", param_hint="--zone") from None
    raise typer.Exit(import_orbitvpn(url, old_zone, dry_run=dry_run))


add_accounting(app)
add_care(app)
add_backups(app)
add_first_hour(app)
add_panels(app)
add_plans(app)
add_promos(app)
add_settings(app)


def main() -> None:
    """Run the command line. A failure that somebody has foreseen is one line and the next step, never a traceback."""
    start_logging("warning")
    keep_files_private()
    try:
        app()
    except BadSettings as error:
        show_problems(error)
        sys.exit(1)
    except Exception as error:
        if not _shown(error):
            # Not raised: what Python prints of it isn't scrubbed.
            sys.stderr.write(scrubbed("".join(traceback.format_exception(error))))
        sys.exit(1)


def _shown(error: Exception) -> bool:
    """Whether *error* is foreseen, and printed."""
    from orbit_entry.commands.failure import failure_of
    from orbit_entry.commands.terminal import one_line, show

    failure = failure_of(error)
    if failure is None:
        return False
    show(one_line(failure.what), f"Next: {one_line(failure.next_step)}", error=True)
    return True


def show_problems(error: BadSettings) -> None:
    """Print every problem with its remedy, never a value."""
    from orbit_entry.commands.terminal import show, show_table

    show(f"{len(error.problems)} settings need attention:", error=True)
    rows = [(problem.variable, problem.what, problem.remedy) for problem in error.problems]
    show_table(("setting", "what is wrong", "what to do"), rows, error=True)
