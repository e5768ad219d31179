"""The journal of requests as encrypted files, written by the worker itself: it is a few milliseconds of work."""

import asyncio
import hashlib
import time
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta

import structlog

from orbit_adapters.backup.age_keys import Recipient
from orbit_adapters.backup.disk import Disk
from orbit_adapters.backup.folder import BackupFolder
from orbit_adapters.backup.journal_file import KIND, write_journal
from orbit_adapters.backup.journal_folder import JournalFolder
from orbit_adapters.backup.request_lines import Lines, request_lines
from orbit_adapters.sql.migrate import revisions
from orbit_domain.backup.manifest import ArchiveHead
from orbit_domain.backup.retention import newest_verified
from orbit_domain.request_journal.requests import Requests, kept_from

_SAY_AGAIN_S = 3_600
_TIDY_UP_AFTER = timedelta(minutes=10)

log = structlog.get_logger()


class EncryptedRequestJournal:
    """The port `RequestJournal` for whoever has the secret keys of *recipients*.

    It remembers what it has written of the time that is looked at again; a process that has just started writes that
    once more, which does no harm.
    """

    is_set_up = True

    def __init__(
        self, backups: BackupFolder, shop: str, recipients: Sequence[Recipient], disk: Disk | None = None
    ) -> None:
        self._backups = backups
        self._journals = JournalFolder(backups.path, shop, disk)
        self._shop = shop
        self._recipients = recipients
        self._covered_until: datetime | None = None
        self._written: frozenset[bytes] = frozenset()
        self._tidied_at: datetime | None = None
        self._said_at = -float(_SAY_AGAIN_S)

    async def covered_until(self) -> datetime | None:
        """The last run of this process, or the newest file."""
        if self._covered_until is None:
            return await asyncio.to_thread(self._newest_file)
        return self._covered_until

    async def write(self, requests: Requests, at: datetime) -> int:
        """Put what is new into a file, in a thread: no tap waits for it."""
        try:
            return await asyncio.to_thread(self._write, requests, at)
        except OSError as error:
            self._say_that_it_failed(error)
            return 0

    def _write(self, requests: Requests, at: datetime) -> int:
        lines = request_lines(requests)
        digests = {line: hashlib.sha256(line).digest() for rows in lines.values() for line in rows}
        new = {name: [row for row in rows if digests[row] not in self._written] for name, rows in lines.items()}
        count = sum(map(len, new.values()))
        self._put(new if count else None, at)
        self._written, self._covered_until = frozenset(digests.values()), at
        return count

    def _newest_file(self) -> datetime | None:
        with suppress(OSError):  # Writing will say it.
            verified = newest_verified(self._backups.all(self._shop))
            moments = [at for at, _ in self._journals.all()[-1:]] + ([verified.taken_at] if verified else [])
            return max(moments, default=None)
        return None

    def _put(self, lines: Lines | None, at: datetime) -> None:
        if lines is not None:
            head = ArchiveHead(self._shop, KIND, revisions()[-1], at)
            self._journals.write(at, lambda draft: write_journal(lines, head, draft, self._recipients))
        self._journals.sign(at)
        if self._tidied_at is None or at - self._tidied_at >= _TIDY_UP_AFTER:
            self._tidied_at = at
            verified = newest_verified(self._backups.all(self._shop))
            if verified is not None:
                self._journals.remove_before(kept_from(verified.taken_at), at)

    def _say_that_it_failed(self, error: OSError) -> None:
        """Once an hour. The alarm to the owner is that of backups, which need the same folder."""
        if time.monotonic() - self._said_at >= _SAY_AGAIN_S:
            self._said_at = time.monotonic()
            log.warning("requests_not_journalled", reason=error.strerror, next="orbit doctor")
