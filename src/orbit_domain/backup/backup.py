"""A backup in the shop's folder: its name, and what is known of it."""

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

_NAME = re.compile(r"orbit-(?P<at>[0-9]{8}T[0-9]{6}Z)-(?P<shop>[0-9a-f]{12})\.age", re.ASCII)
_MOMENT = "%Y%m%dT%H%M%SZ"
_PRINT_CHARS = 12


class BackupProblem(StrEnum):
    """Why there is no backup, why one isn't verified, or why an archive is refused."""

    NO_KEY = "no_key"
    BAD_KEY = "bad_key"
    NO_SHOP = "no_shop"
    NO_BACKUP = "no_backup"
    NO_ROOM = "no_room"
    FOLDER = "folder"
    RUNNING = "running"
    DATABASE = "database"
    NO_SCRATCH = "no_scratch"
    BROKEN = "broken"
    OTHER_SHOP = "other_shop"
    NEWER = "newer"
    DIFFERENT = "different"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True)
class Backup:
    """One archive that is there whole. *size* is in bytes, *sha256* that of the encrypted file.

    *verified_at*: when it was restored elsewhere and found equal; None: it wasn't, and *problem* may say why.
    *findings* is how many the ledger audit had in the restored copy: a true copy of a wrong ledger is verified too.
    """

    taken_at: datetime
    shop: str
    size: int
    sha256: str = ""
    rows: int = 0
    verified_at: datetime | None = None
    problem: str = ""
    findings: int = 0

    @property
    def name(self) -> str:
        """The name of its file."""
        return backup_name(self.taken_at, self.shop)


@dataclass(frozen=True, slots=True)
class FailedBackup:
    """The newest try that left no backup, if none was made since."""

    at: datetime
    problem: str


def shop_print(bot_id: int) -> str:
    """What tells the archives of shops apart: a shop is its bot, whose id is public."""
    return hashlib.sha256(f"orbit-shop:{bot_id}".encode()).hexdigest()[:_PRINT_CHARS]


def backup_name(taken_at: datetime, shop: str) -> str:
    """The name of the archive that *shop* took then."""
    return f"orbit-{taken_at.astimezone(UTC).strftime(_MOMENT)}-{shop}.age"


def named_backup(name: str) -> tuple[datetime, str] | None:
    """When and of which shop the archive *name* was taken. None: no archive has such a name."""
    found = _NAME.fullmatch(name)
    if found is None:
        return None
    try:
        return datetime.strptime(found["at"], _MOMENT).replace(tzinfo=UTC), found["shop"]
    except ValueError:
        return None
