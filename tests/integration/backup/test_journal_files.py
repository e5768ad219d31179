"""Journals of requests as files: on a disk that fails, read by who restores, and deleted when they are old."""

import io
import os
import random
from datetime import timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from orbit_adapters.backup.age_keys import Identity, throwaway_key
from orbit_adapters.backup.disk import Disk
from orbit_adapters.backup.folder import BackupFolder
from orbit_adapters.backup.journal_file import KIND, read_journal, write_journal
from orbit_adapters.backup.journal_folder import JournalFolder
from orbit_adapters.backup.request_journal import EncryptedRequestJournal
from orbit_adapters.backup.request_lines import request_lines
from orbit_adapters.sql.migrate import revisions
from orbit_domain.backup.manifest import ArchiveHead
from orbit_domain.money import RUB, BaseCurrency, rub
from orbit_domain.request_journal.journal_name import journal_name
from orbit_domain.request_journal.requests import AskedOrder, Requests
from orbit_domain.user.user import Role, User
from orbit_entry.runtime.journal_tools import apply_journals
from orbit_testing import samples
from tests.integration.backup.counted_disk import CountedDisk
from tests.support.backups import SHOP, backup
from tests.support.clock import NOON
from tests.support.empty_shop import put_empty_shop

MINUTE = timedelta(minutes=1)
ONE, TWO = (Requests(payments=(samples.payment(number),)) for number in (1, 2))
HEAD = ArchiveHead(SHOP, KIND, revisions()[-1], NOON)


@pytest.fixture
def journals(tmp_path: Path) -> JournalFolder:
    return JournalFolder(tmp_path / "backups", SHOP)


def journal_on(journals: JournalFolder, key: Identity, disk: Disk | None = None) -> EncryptedRequestJournal:
    return EncryptedRequestJournal(BackupFolder(journals.path), SHOP, [key.to_public()], disk)


def held(journals: JournalFolder, key: Identity) -> list[Requests]:
    return [read_journal(io.BytesIO(file.read_bytes()), [key], SHOP) for _, file in journals.all()]


def encrypted(key: Identity, requests: Requests = ONE, head: ArchiveHead = HEAD) -> bytes:
    output = io.BytesIO()
    write_journal(request_lines(requests), head, output, [key.to_public()])
    return output.getvalue()


def with_row(key: Identity, row: bytes) -> bytes:
    """A journal that is whole, and one of whose rows is none."""
    output = io.BytesIO()
    write_journal({**request_lines(ONE), "payments": [row]}, HEAD, output, [key.to_public()])
    return output.getvalue()


async def test_only_what_is_new_is_written(journals: JournalFolder, owner_key: Identity) -> None:
    """A run without news writes no file, a row that has changed is written again, and a process that has just started
    goes on where the newest file ends; files of one moment have names of their own. They are for this user alone.
    """
    journal = journal_on(journals, owner_key)
    both = Requests(payments=(*ONE.payments, *TWO.payments))
    changed = Requests((), (AskedOrder(samples.order()),), (samples.payment(1).cancel(NOON),))
    assert await journal.covered_until() is None
    counts = [await journal.write(one, NOON) for one in (Requests(), ONE, ONE, both, changed, changed)]
    assert counts == [0, 1, 0, 1, 2, 0]
    assert held(journals, owner_key) == [ONE, TWO, changed]
    assert {file.stat().st_mode & 0o777 for _, file in journals.all()} == {0o600}
    assert await journal.write(changed, NOON + MINUTE) == 0
    assert (journals.signed_at(), await journal.covered_until()) == (NOON + MINUTE, NOON + MINUTE)
    assert await journal_on(journals, owner_key).covered_until() == NOON + timedelta(milliseconds=2)


async def test_a_full_disk_is_told_and_loses_nothing(journals: JournalFolder, owner_key: Identity) -> None:
    """Whatever step fails, nothing half-made stays, the log says it once, and the next run writes the same rows."""
    for last in (1, 2, 3):
        disk = CountedDisk(last, cut=False)
        journal = journal_on(journals, owner_key, disk)
        requests = Requests(payments=(samples.payment(last),))
        with capture_logs() as logs:
            assert (await journal.write(requests, NOON), disk.left) == (0, 0)
            disk.left = 1
            assert await journal.write(requests, NOON) == 0
        assert [one["event"] for one in logs] == ["requests_not_journalled"]
        assert len(held(journals, owner_key)) == last - 1
        assert await journal.write(requests, NOON) == 1
        assert held(journals, owner_key)[-1] == requests
    assert not [name for name in os.listdir(journals.path) if name.endswith(".part")]


async def test_journals_go_a_day_before_the_newest_verified_backup(
    journals: JournalFolder, owner_key: Identity
) -> None:
    """What no backup needs any more is deleted with what a killed run has left; other files are left alone."""
    day = timedelta(days=1)
    for age in (3 * day, day + MINUTE, day - MINUTE):
        journals.write(NOON - age, lambda draft: draft.write(b"x"))
    strangers = [journal_name(NOON - 9 * day, "f" * 12), "notes.txt"]
    half = f"{journal_name(NOON - 2 * day, SHOP)}.part"
    for name in (*strangers, half):
        (journals.path / name).write_bytes(b"x")
    await journal_on(journals, owner_key).write(ONE, NOON)
    assert len(journals.all()) == 4  # Without a verified backup nothing is.
    folder = BackupFolder(journals.path)
    (journals.path / backup(NOON).name).write_bytes(b"x" * backup(NOON).size)
    folder.record(backup(NOON))
    await journal_on(journals, owner_key).write(TWO, NOON + MINUTE)
    assert [at for at, _ in journals.all()] == [NOON - day + MINUTE, NOON, NOON + MINUTE]
    left = set(os.listdir(journals.path))
    assert (set(strangers) <= left, half in left) == (True, False)


async def test_a_wrong_file_is_named_and_stops_nothing(
    journals: JournalFolder, owner_key: Identity, tmp_path: Path
) -> None:
    """Cut, flipped, exchanged, empty, to another key, of another shop or a newer version, an archive, a link, a folder:
    each is named with its reason, and what the other files hold is recorded again.
    """
    address = await put_empty_shop(tmp_path / "orbit.db")
    good, luck = encrypted(owner_key), random.Random(20_261_123)
    at = luck.randrange(200, len(good))
    wrong = [
        b"",
        b"text",
        good[: len(good) // 2],
        good[:at] + bytes([good[at] ^ 1]) + good[at + 1 :],
        good + b"x",
        encrypted(throwaway_key()),
        encrypted(owner_key, head=ArchiveHead("f" * 12, KIND, HEAD.revision, NOON)),
        encrypted(owner_key, head=ArchiveHead(SHOP, "sqlite", HEAD.revision, NOON)),
        encrypted(owner_key, head=ArchiveHead(SHOP, KIND, "9999", NOON)),
        with_row(owner_key, b'{"id": 1}\n'),
        with_row(owner_key, b"[" * 10_000 + b"\n"),
    ]
    for content in wrong:
        journals.write(NOON, lambda draft, content=content: draft.write(content))
    (journals.path / journal_name(NOON + MINUTE, SHOP)).symlink_to("/dev/zero")
    (journals.path / journal_name(NOON + 2 * MINUTE, SHOP)).mkdir()
    journals.write(NOON - timedelta(hours=1), lambda draft: draft.write(b"older than the dump"))
    user = User(samples.ALICE, "alice", "ru", rub(5), Role.OWNER, None, None, None, NOON)
    fine = Requests((user,), (), (samples.payment(3),))
    journals.write(NOON, lambda draft: draft.write(encrypted(owner_key, fine)))
    with capture_logs() as logs:
        made = await apply_journals(address, journals.path, [owner_key], NOON, shop=SHOP, base=BaseCurrency(RUB))
    assert (made.files, len(made.damaged)) == (1, len(wrong) + 2)
    assert (made.recalled.users, made.recalled.payments, made.recalled.left_out) == (1, 1, ())
    assert len({one["file"] for one in logs if one["event"] == "journal_not_read"}) == len(wrong) + 2
    assert all(str(owner_key) not in reason for _, reason in made.damaged)
