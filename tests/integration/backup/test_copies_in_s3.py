"""Copies in a bucket: what is called copied is there, and a store that behaves badly harms nothing here."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from orbit_adapters.backup.copy_records import CopyRecords
from orbit_adapters.backup.copying import CopyingToS3
from orbit_adapters.backup.folder import BackupFolder
from orbit_adapters.backup.journal_copies import JournalsInS3
from orbit_adapters.backup.journal_folder import JournalFolder
from orbit_adapters.backup.s3_store import S3Copies
from orbit_domain.backup.backup import Backup, backup_name
from orbit_domain.backup.copies import CopyProblem, Destination, KnownCopies
from tests.support.backups import SHOP
from tests.support.clock import NOON, FakeClock
from tests.support.s3_store import SECRET, Bucket, running_bucket

HOUR = timedelta(hours=1)
ANOTHER_PROGRAMS = {
    "AWS_ENDPOINT_URL_S3": "http://127.0.0.1:9",
    "AWS_ACCESS_KEY_ID": "another",
    "AWS_SESSION_TOKEN": "another",
    "AWS_SKIP_SIGNATURE": "true",
}
"""What the environment says of S3 isn't about our copies."""

LARGE = 9 * 1024 * 1024
"""Two parts of an upload."""


@pytest.fixture
def bucket() -> Iterator[Bucket]:
    with running_bucket() as one:
        yield one


@dataclass(slots=True)
class Copied:
    """A folder of backups whose copies go to *bucket*."""

    path: Path
    bucket: Bucket
    clock: FakeClock = field(default_factory=FakeClock)

    @property
    def records(self) -> CopyRecords:
        return CopyRecords(self.path)

    def backup(self, age: timedelta = timedelta(), size: int = 100, *, verified: bool = True) -> Backup:
        """One that is there, of so many bytes."""
        taken_at = self.clock.now() - age
        data = (backup_name(taken_at, SHOP).encode() * (size // 20 + 1))[:size]
        one = Backup(
            taken_at, SHOP, size, hashlib.sha256(data).hexdigest(), 459, verified_at=taken_at if verified else None
        )
        self.path.mkdir(exist_ok=True)
        (self.path / one.name).write_bytes(data)
        BackupFolder(self.path).record(one)
        return one

    async def copy(self, store: S3Copies | None = None) -> KnownCopies:
        """One run."""
        with self.records.lock() as is_ours:
            assert is_ours
            copying = CopyingToS3(BackupFolder(self.path), SHOP, store or self.bucket.store(), self.records, self.clock)
            return await copying()


@pytest.fixture
def copied(tmp_path: Path, bucket: Bucket) -> Copied:
    return Copied(tmp_path / "backups", bucket)


async def test_a_backup_is_there_byte_for_byte(copied: Copied, monkeypatch: pytest.MonkeyPatch) -> None:
    """In one piece or in parts, and in a store with tags of its own. A second run sends nothing."""
    bucket = copied.bucket
    for name, value in ANOTHER_PROGRAMS.items():
        monkeypatch.setenv(name, value)
    small, large, unverified = copied.backup(2 * HOUR), copied.backup(HOUR, LARGE), copied.backup(verified=False)
    for own_tags in (False, True):
        bucket.own_tags = own_tags
        bucket.objects.clear()
        known = await copied.copy()
        assert (known.problem, set(known.copied)) == ("", {small.name, large.name})
        assert known.newest_taken_at == large.taken_at
        for one in (small, large):
            assert bucket.objects[f"orbit/{one.name}"] == (copied.path / one.name).read_bytes()
        assert unverified.name not in bucket.names()
    bucket.requests.clear()
    assert (await copied.copy()).problem == ""
    assert {call for call, _ in bucket.requests} == {"LIST"}
    assert copied.records.read(Destination.S3).copied.keys() == {small.name, large.name}
    assert SECRET not in (copied.path / "copies.json").read_text() + repr(bucket.place())


@pytest.mark.parametrize(
    ("habit", "value", "problem"),
    [
        ("answers", {"PUT": 503}, CopyProblem.UNREACHABLE),
        ("answers", {"PART": 500, "PUT": 500}, CopyProblem.UNREACHABLE),
        ("answers", {"PUT": 403}, CopyProblem.DENIED),
        ("answers", {"HEAD": 403}, CopyProblem.DENIED),
        ("answers", {"PUT": 400}, CopyProblem.REFUSED),
        ("cuts", True, CopyProblem.UNREACHABLE),
        ("silent", True, CopyProblem.UNREACHABLE),
        ("lies_by", 7, CopyProblem.WRONG_SIZE),
        ("spoils", True, CopyProblem.DIFFERENT),
    ],
)
async def test_a_store_that_behaves_badly(copied: Copied, habit: str, value: object, problem: CopyProblem) -> None:
    """Nothing is called copied, nothing here is touched, nothing there is deleted; the next run tries again."""
    one = copied.backup()
    bucket, before = copied.bucket, {file: file.read_bytes() for file in copied.path.iterdir()}
    others = [backup_name(NOON - number * HOUR, SHOP) for number in range(60, 100)]
    for name in others:
        bucket.put(name)
    setattr(bucket, habit, value)
    known = await copied.copy(bucket.store(answer=0.2))
    assert (known.problem, known.copied, known.tried_at) == (problem, {}, NOON)
    assert all(file.read_bytes() == data for file, data in before.items())
    assert set(others) <= set(bucket.names())
    setattr(bucket, habit, type(value)())
    known = await copied.copy()
    assert (known.problem, set(known.copied)) == ("", {one.name})
    assert bucket.objects[f"orbit/{one.name}"] == (copied.path / one.name).read_bytes()


async def test_a_moments_trouble_is_repeated_in_the_run(copied: Copied) -> None:
    """Two answers of 503 are nobody's worry; parts of an upload that dies in the middle are taken back."""
    copied.backup(size=LARGE)
    copied.bucket.answers = {"PART": 503}
    assert (await copied.copy()).problem == CopyProblem.UNREACHABLE
    assert copied.bucket.parts == {}
    copied.bucket.answers = {}
    copied.bucket.fails_first = 2
    assert (await copied.copy()).problem == ""


async def test_old_copies_go_by_the_rule_of_the_folder(copied: Copied) -> None:
    """Only archives of this shop go, whatever others are called. What vanished there is copied again."""
    bucket = copied.bucket
    newest = copied.backup()
    hours = [backup_name(NOON - number * HOUR, SHOP) for number in range(1, 60)]
    theirs = [
        backup_name(NOON - 99 * HOUR, "f" * 12),
        f"deeper/{hours[-1]}",
        f"{hours[-1]}.bak",
        f"orbit-20251121T120000Z-{SHOP}.journal.age",
        "notes & <pictures>.txt",
    ]
    for name in (*hours, *theirs):
        bucket.put(name)
    bucket.objects["elsewhere/" + hours[-1]] = b"x"
    assert (await copied.copy()).problem == ""
    kept = set(bucket.names())
    assert {newest.name, *theirs, *hours[:23]} <= kept
    yesterday = backup_name(NOON - 37 * HOUR, SHOP)
    assert kept - {newest.name, *theirs, *hours[:23]} == {yesterday, f"elsewhere/{hours[-1]}"}
    del bucket.objects[f"orbit/{newest.name}"]
    assert (await copied.copy()).copied.keys() == {newest.name}
    assert newest.name in bucket.names()


async def test_a_key_that_may_only_write(copied: Copied) -> None:
    """Such a key is a wise choice: what is new is there, what is old stays, and that is said."""
    one = copied.backup()
    copied.bucket.answers = {"LIST": 403}
    known = await copied.copy()
    assert (known.problem, set(known.copied)) == (CopyProblem.NOT_TIDIED, {one.name})


async def test_a_file_that_has_rotted_is_not_copied(copied: Copied) -> None:
    """What is copied is what was verified, or nothing. The others go."""
    rotten, fine = copied.backup(), copied.backup(HOUR)
    (copied.path / rotten.name).write_bytes(b"?" * rotten.size)
    known = await copied.copy()
    assert (known.problem, set(known.copied)) == (CopyProblem.SPOILT, {fine.name})
    assert copied.bucket.names() == [fine.name]


async def test_a_spoilt_record_is_found_out_again(copied: Copied) -> None:
    """It lies beside the backups, and may be lost with them."""
    one = copied.backup()
    await copied.copy()
    for text in (
        "",
        "[]",
        '{"s3": 7}',
        '{"s3": {"copied": {"x": 1}, "tried_at": "yesterday"}}',
        '{"s3": {"copied": []}}',
    ):
        (copied.path / "copies.json").write_text(text)
        assert copied.records.read(Destination.S3) == KnownCopies(Destination.S3)
        assert set((await copied.copy()).copied) == {one.name}
    with copied.records.lock() as first, copied.records.lock() as second:
        assert (first, second) == (True, False)


async def test_journals_are_copied_and_go_with_their_originals(copied: Copied, tmp_path: Path) -> None:
    """Each as soon as it is there; archives and other shops' journals stay; a store that is down is tried again."""
    bucket, folder = copied.bucket, JournalFolder(tmp_path / "backups", SHOP)

    def journals() -> JournalsInS3:
        return JournalsInS3(folder, SHOP, bucket.store())

    for age in (30, 1):
        folder.write(NOON - age * HOUR, lambda draft: draft.write(b"a sale"))
    old, new = (file.name for _, file in folder.all())
    bucket.put(theirs := old.replace(SHOP, "f" * 12))
    bucket.put(archive := backup_name(NOON - 90 * HOUR, SHOP))
    first = journals()
    assert [await first.copy_new(), await first.copy_new(), await journals().copy_new()] == [2, 0, 0]
    assert bucket.names() == sorted([old, new, theirs, archive])
    folder.remove_before(NOON - 24 * HOUR, NOON)
    assert await first.copy_new() == 0
    assert bucket.names() == sorted([new, theirs, archive])
    folder.write(NOON, lambda draft: draft.write(b"another"))
    bucket.answers = {"PUT": 503}
    assert await first.copy_new() == 0
    bucket.answers = {"LIST": 403}
    assert [await first.copy_new(), await journals().copy_new()] == [1, 2]
    assert len(bucket.names()) == 4
