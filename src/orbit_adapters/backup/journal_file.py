"""One journal of requests: the frames of an archive, with rows in the domain's own words."""

import hashlib
from collections.abc import Iterator, Sequence

from orbit_adapters.backup.age_keys import Identity, Recipient
from orbit_adapters.backup.encryption import DecryptedReader, EncryptedWriter, Input, Output
from orbit_adapters.backup.frames import FrameReader, FrameWriter
from orbit_adapters.backup.refused import BackupRefused, broken
from orbit_adapters.backup.request_lines import TABLES, Lines, requests_from
from orbit_adapters.sql.migrate import revisions
from orbit_domain.backup.backup import BackupProblem
from orbit_domain.backup.manifest import ArchiveHead, TableFacts
from orbit_domain.request_journal.requests import Requests

KIND = "requests"
_MAX_BYTES = 256 * 1024 * 1024


def write_journal(lines: Lines, head: ArchiveHead, output: Output, recipients: Sequence[Recipient]) -> None:
    """Write *lines* to *output*, encrypted. Raises OSError."""
    writer = EncryptedWriter(output, recipients)
    try:
        frames = FrameWriter(writer.write)
        frames.head(head)
        for table in TABLES:
            rows = b"".join(lines[table.name])
            frames.begin(table)
            frames.rows(rows)
            frames.end(TableFacts(table.name, len(lines[table.name]), hashlib.sha256(rows).hexdigest()))
        frames.manifest({}, {})
        writer.close()
    finally:
        writer.abort()


def read_journal(file: Input, keys: Sequence[Identity], shop: str) -> Requests:
    """What the journal in *file* holds, if *shop* has written it. Raises BackupRefused, OSError."""
    reader = DecryptedReader(file, keys)
    try:
        frames = FrameReader(reader.read)
        _require_ours(frames.head(), shop)
        lines = {}
        while table := frames.next_table():
            lines[table.name] = b"".join(_within_limit(frames.rows(table))).splitlines()
        frames.manifest()
        reader.finish()
    finally:
        reader.close()
    if lines.keys() != {table.name for table in TABLES}:
        raise broken("its parts aren't those of a journal")
    return requests_from(lines)


def _require_ours(head: ArchiveHead, shop: str) -> None:
    if head.kind != KIND:
        raise broken("it is no journal of requests")
    if head.shop != shop:
        what = "This journal is of another shop: its bot isn't the one of BOT_TOKEN."
        raise BackupRefused(BackupProblem.OTHER_SHOP, what, "take it out of the folder")
    if head.revision not in revisions():
        what = f"A newer version of Orbit has written this journal: its schema is {head.revision}."
        raise BackupRefused(BackupProblem.NEWER, what, "use that version, or a newer one")


def _within_limit(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """A few bytes may unpack to very many."""
    size = 0
    for piece in pieces:
        size += len(piece)
        if size > _MAX_BYTES:
            raise broken("it is larger than any that was written")
        yield piece
