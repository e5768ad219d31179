"""`orbit backup restore`."""

import asyncio
import sys
from datetime import timedelta
from pathlib import Path

from orbit_adapters.backup.age_keys import read_key_file
from orbit_adapters.backup.place import Unconfirmed
from orbit_adapters.backup.refused import BackupRefused
from orbit_adapters.backup.restoration import Proposal, Restored
from orbit_domain.backup.backup import BackupProblem, named_backup
from orbit_domain.backup.difference import DatabaseFigures, Difference
from orbit_domain.request_journal.requests import OVERLAP
from orbit_entry.commands.actor import this_actor
from orbit_entry.commands.amounts import amount, duration, moment
from orbit_entry.commands.backup_progress import shown_tables
from orbit_entry.commands.backup_run import run_backup
from orbit_entry.commands.terminal import one_line, show, show_json, show_table
from orbit_entry.config.backup import RestoreSettings
from orbit_entry.config.reading import read_settings
from orbit_entry.runtime.backup_tools import archive_file, folder_of, restoration_of, shop_of
from orbit_entry.runtime.fetched_copy import FROM_S3, fetched_journals
from orbit_entry.runtime.journal_tools import JournalsApplied
from orbit_entry.runtime.restored_shop import RestoredShop

_STALE = ("user:*", "fsm:{bot}:*", "slot:*")
"""What Redis knows of the database that was: customers, open dialogs, and which jobs have run."""
_SECOND = timedelta(seconds=1)


def restore_backup(name: str, key: Path | None, into: str | None, *, agreed: bool, as_json: bool) -> int:
    """Restore an archive, show the difference, ask, and put it in the live database's place. Raises BackupRefused."""
    settings = read_settings(RestoreSettings)
    key_file = key or settings.backup_secret_key_file
    if key_file is None:
        what = "An archive opens with your secret key alone, and none is named."
        raise BackupRefused(BackupProblem.BAD_KEY, what, "name its file with --key")
    try:
        restored = run_backup(_restore(settings, name, key_file, into, agreed=agreed, as_json=as_json))
    except Unconfirmed:
        raise
    except BackupRefused as refused:
        raise BackupRefused(refused.problem, f"{refused} The live database is as it was.", refused.next_step) from None
    forgotten = asyncio.run(_forget(settings))
    if as_json:
        show_json({**_facts(restored.proposal), "done": True, "kept": restored.kept.name if restored.kept else None})
    else:
        show("Restored: the shop's database is the archive's now.")
    _tell_rest(restored, settings, forgotten, into=into)
    return 0


async def _restore(
    settings: RestoreSettings, name: str, key_file: Path, into: str | None, *, agreed: bool, as_json: bool
) -> Restored:
    keys, shop = read_key_file(key_file), shop_of(settings)
    file = archive_file(settings, shop, name)
    taken_at, _ = named_backup(file.name) or (None, "")
    if name.startswith(FROM_S3) and taken_at is not None:
        fetched_journals(settings, shop, taken_at - OVERLAP)
    prepared = RestoredShop(settings, shop, keys, f"cli:{this_actor()}")

    async def agree(proposal: Proposal) -> bool:
        if not as_json:
            _show(file, proposal)
            show(*_recalled(prepared.journals))
        elif not agreed:
            show_json({**_facts(proposal), "done": False})
        return agreed or await is_agreed(str(settings.bot_id), can_ask=not as_json and sys.stdin.isatty())

    # No backup is made of a database that is about to be another one.
    with folder_of(settings).lock(), shown_tables(not as_json) as on_table:
        return await restoration_of(settings, shop, prepared, into)(file, keys, agree, on_table)


async def is_agreed(bot_id: str, *, can_ask: bool) -> bool:
    """Ask the person at the terminal; the bot's id is a yes. Raises BackupRefused where nobody can be asked."""
    if not can_ask:
        what = "Not restored: nobody is there to be asked."
        raise BackupRefused(BackupProblem.INTERRUPTED, what, "look at the difference, then the same command with --yes")
    show(f"Type the id of the shop's bot, {bot_id}, to put the restored database in its place:", error=True)
    return (await _typed_line()).strip() == bot_id


async def _typed_line() -> str:
    """The next line of the terminal. Unlike `input` it ends when the command is stopped."""
    loop = asyncio.get_running_loop()
    typed: asyncio.Future[str] = loop.create_future()

    def read() -> None:
        if not typed.done():
            typed.set_result(sys.stdin.readline())

    loop.add_reader(sys.stdin, read)
    try:
        return await typed
    finally:
        loop.remove_reader(sys.stdin)


def _show(file: Path, proposal: Proposal) -> None:
    head, difference = proposal.head, proposal.difference
    audited = f"{len(proposal.findings) or 'no'} findings of the ledger audit"
    old = duration(proposal.age // _SECOND).lstrip("+")
    show(
        f"{one_line(file.name)} is whole: {proposal.manifest.rows} rows, {audited}.",
        f"It was taken at {moment(head.taken_at)}, {old} ago.",
    )
    show(*proposal.findings)
    show(f"Newest order and payment in it: {_newest(difference.restored)}.")
    if difference.live is None:
        reason = f"can't be read: {difference.unreadable}" if difference.unreadable else "is empty, or there is none"
        show(f"The live database {reason}.".replace("..", "."))
        return
    show(f"Newest order and payment in the live database: {_newest(difference.live)}.")
    if difference.tables:
        rows = ((name, str(live), str(restored)) for name, live, restored in difference.tables)
        show_table(("table", "rows in the live database", "rows in the archive"), rows)
    else:
        show("Every table has as many rows in both.")
    for since in difference.live.since:
        show(f"Arrived after the archive was taken: {since.receipts} by {since.method}, {amount(since.total)}.")
    if not difference.live.since:
        show("No money arrived after the archive was taken.")


def _recalled(journals: JournalsApplied | None) -> tuple[str, ...]:
    """What the journals of requests have added."""
    if journals is None:
        return ()
    known = journals.recalled
    counts = f"{known.users} customers, {known.orders} orders, {known.payments} requests for money, {known.keys} keys"
    said = [f"Asked for after the archive was taken, as {journals.files} journals say: {counts}."]
    said += [f"The journal {one_line(name)} is left out: {reason}" for name, reason in journals.damaged]
    if known.left_out:
        said.append(f"{len(known.left_out)} rows of the journals contradict the archive, and are left out.")
    return tuple(said)


def _newest(figures: DatabaseFigures) -> str:
    both = (figures.newest_order, figures.newest_payment)
    return " and ".join(moment(one) if one else "none" for one in both)


def _tell_rest(restored: Restored, settings: RestoreSettings, forgotten: int | None, *, into: str | None) -> None:
    """What is left to do; not on the standard output, which may be JSON."""
    if restored.kept:
        kept = restored.kept
        show(f"The old database is kept as {kept.name}. When you need it no more: {kept.delete}", error=True)
    if forgotten is None:
        patterns = " ".join(_patterns(settings))
        show(
            "Redis can't be reached, and still knows the old database. Before the shop is started, delete there: "
            f"{patterns}",
            'For each: redis-cli -u "$REDIS_URL" --scan --pattern PATTERN | xargs -r redis-cli -u "$REDIS_URL" unlink',
            error=True,
        )
    if into is not None:
        show("Next: set DATABASE_URL to the database that you named with --into.", error=True)
    if settings.database.startswith("postgres"):
        show("If the shop runs with a role of its own: orbit migrate --for ROLE", error=True)
    show("Next: orbit doctor, then start the shop. It reads again what was paid since: orbit backup replay", error=True)


async def _forget(settings: RestoreSettings) -> int | None:
    if settings.redis_url is None:
        return 0
    from orbit_adapters.redis.forgetting import forget  # A shop without Redis loads none of it.

    return await forget(settings.redis_url.get_secret_value(), _patterns(settings))


def _patterns(settings: RestoreSettings) -> tuple[str, ...]:
    return tuple(pattern.format(bot=settings.bot_id) for pattern in _STALE)


def _facts(proposal: Proposal) -> dict[str, object]:
    head, difference = proposal.head, proposal.difference
    return {
        "shop": head.shop,
        "taken_at": head.taken_at.isoformat(),
        "schema": head.revision,
        "rows": proposal.manifest.rows,
        "findings": proposal.findings,
        "age_s": proposal.age // _SECOND,
        "restored": _figures(difference.restored),
        "live": _live(difference),
    }


def _live(difference: Difference) -> dict[str, object] | None:
    if difference.live is None:
        return {"unreadable": difference.unreadable} if difference.unreadable else None
    return _figures(difference.live)


def _figures(figures: DatabaseFigures) -> dict[str, object]:
    return {
        "rows": dict(figures.rows),
        "newest_order": figures.newest_order.isoformat() if figures.newest_order else None,
        "newest_payment": figures.newest_payment.isoformat() if figures.newest_payment else None,
        "arrived_since": [
            {
                "method": one.method,
                "receipts": one.receipts,
                "units": str(one.total.units),
                "asset": one.total.currency.code,
                "decimals": one.total.currency.decimals,
            }
            for one in figures.since
        ],
    }
