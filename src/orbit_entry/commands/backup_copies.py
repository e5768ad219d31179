"""The part of `orbit backup` that copies: to the bucket and into the chat, each on its own."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress

from orbit_adapters.backup.copy_records import CopyRecords
from orbit_adapters.sql.storage import SqlStorage
from orbit_adapters.system.clock import SystemClock
from orbit_domain.backup.backup import named_backup
from orbit_domain.backup.copies import CopyProblem, Destination, KnownCopies
from orbit_domain.clock import Clock
from orbit_domain.ids import TelegramId
from orbit_domain.storage import StorageError
from orbit_entry.commands.terminal import show
from orbit_entry.config.backup import BackupCommandSettings
from orbit_entry.config.backup_copies import OWNER
from orbit_entry.doctor.backup_copies import copy_problem_in_words, destination_in_words
from orbit_entry.runtime.backup_process import NOT_COPIED
from orbit_entry.runtime.backup_tools import folder_of

_OF_NO_OWNER = "en"
_FINE = ("", CopyProblem.NOT_TIDIED)

Copying = Callable[[], Awaitable[KnownCopies]]


async def copy_backups(settings: BackupCommandSettings, shop: str) -> Sequence[KnownCopies]:
    """Copy what should be elsewhere; what is known afterwards. Never raises for what goes wrong at one destination."""
    records, done = CopyRecords(settings.backups), []
    with records.lock() as is_ours:
        if not is_ours:
            return ()  # Another run copies, and takes this backup along or leaves it to the next one.
        for destination in settings.backup_destinations:
            try:
                async with _copying(destination, settings, shop, records) as copy:
                    known = await copy()
            except Exception as error:  # One destination harms neither the others nor the backup.
                show(f"{destination_in_words(destination)}: {type(error).__name__}", error=True)
                problem = CopyProblem.FOLDER if isinstance(error, OSError) else CopyProblem.REFUSED
                known = records.read(destination).tried(SystemClock().now(), problem)
                with suppress(OSError):
                    records.write(known)
            done.append(known)
    return done


def tell_of_copies(copies: Sequence[KnownCopies], *, is_shown: bool) -> int:
    """Say where copies are; 0, or NOT_COPIED. What is wrong is said in any case."""
    for known in copies:
        if known.problem:
            show(_said(known), error=True)
        elif is_shown:
            show(f"{destination_in_words(known.destination)}: {len(known.copied)} in all")
    return 0 if all(known.problem in _FINE for known in copies) else NOT_COPIED


def copies_by_name(settings: BackupCommandSettings) -> Mapping[str, Sequence[str]]:
    """Where each archive is copied to, by its name, as far as it is recorded."""
    found: dict[str, list[str]] = {}
    for destination in settings.backup_destinations:
        for name in CopyRecords(settings.backups).read(destination).copied:
            found.setdefault(name, []).append(destination.value)
    return found


def missing_copies(settings: BackupCommandSettings) -> Sequence[str]:
    """A line for each destination where the last try went wrong."""
    known = map(CopyRecords(settings.backups).read, settings.backup_destinations)
    return [_said(one) for one in known if one.problem]


async def archives_in_s3(settings: BackupCommandSettings) -> Mapping[str, int]:
    """The archives that the bucket has now, whosever they are, newest first, with their sizes. Raises CopyFailed."""
    from orbit_entry.runtime.backup_copies import store_of

    sizes = await store_of(settings).sizes(lambda name: named_backup(name) is not None)
    return {name: sizes[name] for name in sorted(sizes, reverse=True)}


def _said(known: KnownCopies) -> str:
    return f"{destination_in_words(known.destination)}: {copy_problem_in_words(known.problem)}"


@asynccontextmanager
async def _copying(
    destination: Destination, settings: BackupCommandSettings, shop: str, records: CopyRecords
) -> AsyncIterator[Copying]:
    # Each library is loaded where its destination is set.
    from orbit_adapters.backup.copying import CopyingToChat, CopyingToS3

    folder, clock = folder_of(settings), SystemClock()
    if destination is Destination.S3:
        from orbit_entry.runtime.backup_copies import store_of

        yield CopyingToS3(folder, shop, store_of(settings), records, clock)
        return
    chat_id = _chat_of(settings)
    if chat_id is None or settings.bot_token is None:
        yield _nowhere(records, clock)
        return
    from orbit_adapters.telegram.backup_chat import BackupChat, largest_document
    from orbit_entry.bot.telegram_bot import telegram_bot

    bot = telegram_bot(settings.bot_token.get_secret_value(), settings.telegram_api_url)
    try:
        chat = BackupChat(bot, chat_id, await _language(settings))
        yield CopyingToChat(folder, shop, chat, largest_document(settings.telegram_api_url), records, clock)
    finally:
        await bot.session.close()


def _chat_of(settings: BackupCommandSettings) -> int | None:
    return settings.owner_id if settings.backup_telegram == OWNER else int(settings.backup_telegram)


def _nowhere(records: CopyRecords, clock: Clock) -> Copying:
    """No id of the owner is set, so there is no chat."""

    async def copy() -> KnownCopies:
        known = records.read(Destination.TELEGRAM).tried(clock.now(), CopyProblem.NO_CHAT)
        records.write(known)
        return known

    return copy


async def _language(settings: BackupCommandSettings) -> str:
    """The language that the owner has chosen in the bot."""
    if settings.owner_id is None:
        return _OF_NO_OWNER
    from orbit_adapters.backup.patience import open_patiently

    storage = SqlStorage(open_patiently(settings.database), base=settings.base)
    user = None
    try:
        with suppress(StorageError):
            async with storage.transaction() as tx:
                user = await tx.users.get(TelegramId(settings.owner_id))
    finally:
        await storage.close()
    return user.language if user is not None else _OF_NO_OWNER
