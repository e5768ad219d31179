"""What a command prints when it can't do its work: one line, and the next step."""

import errno
from typing import NamedTuple

from orbit_domain.errors import Refusal
from orbit_domain.storage import StorageError
from orbit_entry.commands.refusals import in_words
from orbit_entry.runtime.failures import CannotStart
from orbit_entry.runtime.scrubbing import scrubbed

_CHECK_DATABASE = (
    "check DATABASE_URL or ORBIT_DATA_DIR, that the server is up and that this user may write there; `orbit doctor` "
    "looks at all of it"
)


class Failure(NamedTuple):
    """What went wrong, and the next step. Both hold no secret."""

    what: str
    next_step: str


def failure_of(error: Exception) -> Failure | None:
    """What to print for *error*. None: nobody has foreseen it, so its traceback is worth more than a line."""
    if isinstance(error, CannotStart):
        return Failure(str(error), error.next_step)
    if isinstance(error, Refusal):
        return Failure(f"Refused, nothing was changed: {in_words(error)}", "correct the arguments.")
    if isinstance(error, StorageError):
        what = str(error)
        return Failure(f"{what[:1].upper()}{what[1:]}.", f"{_CHECK_DATABASE}.")
    return _of_libraries(error) or (_of_system(error) if isinstance(error, OSError) else None)


def _of_libraries(error: Exception) -> Failure | None:
    # Whoever raised one of these has loaded its module; a command that ended well never comes here.
    from alembic.util import CommandError
    from sqlalchemy.exc import DBAPIError

    from orbit_adapters.backup.refused import BackupRefused
    from orbit_adapters.sql.engine import UnusableDatabase
    from orbit_adapters.sql.schema_check import SchemaError

    if isinstance(error, BackupRefused):
        return Failure(str(error), error.next_step)
    if isinstance(error, UnusableDatabase):
        return Failure(f"This database can't be used: {error}.", f"{_CHECK_DATABASE}.")
    if isinstance(error, SchemaError):
        what, _, next_step = str(error).partition("\nNext: ")
        return Failure(what, next_step)
    if isinstance(error, CommandError):
        return Failure(f"The schema wasn't changed: {error}.", "name a revision that this version has, or none.")
    if isinstance(error, DBAPIError):
        code = getattr(error.orig, "sqlstate", None) or getattr(error.orig, "sqlite_errorname", None)
        what = f"The database refused a statement ({code or type(error.orig).__name__})."
        return Failure(what, "check what its user may do: the owner of the tables runs `orbit migrate --for USER`.")
    return _of_telegram(error)


def _of_telegram(error: Exception) -> Failure | None:
    if not type(error).__module__.startswith("aiogram."):  # Loading it takes seconds.
        return None
    from aiogram.exceptions import TelegramAPIError, TelegramNetworkError

    if isinstance(error, TelegramNetworkError):
        return Failure("Telegram can't be reached.", "check the network and ORBIT_TELEGRAM_API_URL.")
    if isinstance(error, TelegramAPIError):
        return Failure(f"Telegram refused: {scrubbed(error.message)}.", "orbit doctor")
    return None


def _of_system(error: OSError) -> Failure:
    if error.errno in (errno.EADDRINUSE, errno.EADDRNOTAVAIL):
        what = "The web server can't listen: its address is in use, or isn't this machine's."
        return Failure(what, "set ORBIT_WEB_HOST and ORBIT_WEB_PORT, and for metrics ORBIT_METRICS_HOST and _PORT.")
    name = f" ({error.filename})" if error.filename else ""
    what = f"The system refused: {error.strerror or type(error).__name__}{name}."
    return Failure(what, "check that the path is there and that this user may use it.")
