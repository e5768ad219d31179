"""`orbit backup` as an owner runs it, the worker's process, and what the doctor says of it."""

import asyncio
import json
import os
import shutil
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from orbit_adapters.backup.copy_records import CopyRecords
from orbit_adapters.backup.folder import BackupFolder
from orbit_adapters.backup.journal_folder import JournalFolder
from orbit_adapters.backup.progress_file import ProgressFile
from orbit_domain.backup.backup import Backup, BackupProblem, FailedBackup, shop_print
from orbit_domain.backup.copies import CopyProblem, Destination, KnownCopies
from orbit_domain.backup.ports import BackupPlace
from orbit_domain.backup.progress import BackupPhase, BackupProgress
from orbit_entry.config.reading import shop_settings
from orbit_entry.doctor.backup_copies import check_backup_copies
from orbit_entry.doctor.backups import check_backups
from orbit_entry.runtime.backup_process import ASKED_FOR, NOT_COPIED, SCHEDULED, BackupProcess
from tests.integration.backup.backed_up_shop import BackedUpShop
from tests.integration.entry.command import UNREACHABLE, orbit
from tests.support.clock import NOON, FakeClock
from tests.support.s3_store import ACCESS, BUCKET, PREFIX, SECRET, running_bucket

SHOP = shop_print(123456789)
PROGRESS = BackupProgress(BackupPhase.WRITING, "users", 3, 45, 3_500_000, NOON)


def lines(shop: BackedUpShop, *arguments: str, **more: str) -> tuple[int, str, str]:
    """Exit code and output of `orbit backup`. The database is where the settings expect it."""
    settings = {**UNREACHABLE, "ORBIT_DATA_DIR": str(shop.data_dir), **more}
    done = orbit(shop.data_dir, "backup", *arguments, **settings)
    return done.returncode, done.stdout, done.stderr


def test_from_the_key_to_the_proof(shop: BackedUpShop) -> None:
    """Without a key nothing is written; with one a backup is made, verified, listed, and opens with the secret key."""
    code, _, said = lines(shop, "create")
    assert code == 1
    assert "Nothing is backed up: no public key is set" in said
    assert "Next: orbit backup key" in said
    assert not shop.path.exists()

    key_file = shop.data_dir / "mine.key"
    code, printed, said = lines(shop, "key", "--out", str(key_file))
    public = said.strip().rpartition("=")[2]
    assert (code, printed, key_file.stat().st_mode & 0o777) == (0, "", 0o600)
    assert public.startswith("age1")
    assert "AGE-SECRET-KEY" not in said

    keyed = {"ORBIT_BACKUP_PUBLIC_KEY": public}
    code, printed, said = lines(shop, *ASKED_FOR[3:], "--json", **keyed)
    assert (code, [line for line in said.splitlines() if line.endswith(" …")]) == (0, [])
    made = json.loads(printed)
    assert (made["rows"], made["problem"], made["findings"]) == (459, "", 0)
    assert lines(shop, *SCHEDULED[3:], **keyed)[1] == "No backup is due.\n"
    code, printed, _ = lines(shop, "list", "--json")
    assert (code, [one["backup"] for one in json.loads(printed)]) == (0, [made["backup"]])

    code, printed, said = lines(shop, "verify", "--key", str(key_file))
    assert code == 0
    begun = [line for line in said.splitlines() if line.endswith(" …")]
    assert begun == ["Restores it into a database of its own …", "Compares both, and audits the ledger …"]
    assert shop.archives() == [made["backup"], f"{made['backup']}.json"]
    assert printed == f"{made['backup']} is whole: 459 rows restored and equal, no findings of the ledger audit.\n"
    secret = key_file.read_text().splitlines()[-1]
    for name in shop.archives():
        assert secret.encode() not in (shop.path / name).read_bytes()
        assert b"user:1001" not in (shop.path / name).read_bytes()


def test_refusals_are_one_line_and_the_next_step(shop: BackedUpShop) -> None:
    """A key that isn't one, an archive that isn't there, a database of another version, no shop: never a traceback."""
    key_file = shop.data_dir / "mine.key"
    _, _, said = lines(shop, "key", "--out", str(key_file))
    public = said.strip().rpartition("=")[2]
    (shop.data_dir / "empty.key").write_text("# nothing\n")
    (shop.data_dir / "given.age").write_bytes(b"age-encryption.org/v1\nnonsense")
    for arguments, more, words in (
        (("create",), {"ORBIT_BACKUP_PUBLIC_KEY": "age1typo"}, "isn't a list of public keys"),
        (("create",), {"ORBIT_BACKUP_PUBLIC_KEY": public, "BOT_TOKEN": ""}, "BOT_TOKEN isn't set"),
        (("verify", "--key", "missing.key"), {}, "There is no backup yet"),
        (("verify", "nowhere.age", "--key", str(key_file)), {}, "There is no archive nowhere.age"),
        (("verify", "given.age", "--key", "empty.key"), {}, "holds no secret key"),
        (("verify", "given.age", "--key", str(key_file)), {}, "The archive is damaged"),
    ):
        code, printed, said = lines(shop, *arguments, **more)
        assert (code, printed, "Traceback" in said) == (1, "", False), arguments
        assert words in " ".join(said.split())


async def test_the_worker_asks_another_process(tmp_path: Path) -> None:
    """What is there is read from the folder. A process that fails is in the log, and the worker goes on."""
    folder, made = BackupFolder(tmp_path / "backups"), tmp_path / "made"

    def process(script: str, *, has_key: bool = True) -> BackupProcess:
        return BackupProcess(folder, SHOP, has_key=has_key, command=("-c", script))

    touch = f"open({str(made)!r}, 'x').close()"
    await process(touch, has_key=False).make()
    assert not process("", has_key=False).is_set_up
    assert await process("").place() == BackupPlace.UNSEEN
    with folder.lock():
        assert await process("").is_busy()
        assert not await process(touch).make()
        assert await process("").progress() is None
        ProgressFile(folder.path).keep(PROGRESS)
        assert await process("").progress() == PROGRESS
    # What a killed process has left there isn't believed.
    assert await process("").progress() is None
    assert not made.exists()
    assert await process(touch).make(is_asked_for=True)
    assert made.exists()
    assert await process("").place() == BackupPlace.DATA
    with capture_logs() as logs:
        await process("import sys; sys.exit('no room')").make()
        await process(f"import sys; sys.stderr.write('no chat'); sys.exit({NOT_COPIED})").make()
    assert [(line["event"], line["said"]) for line in logs] == [
        ("backup_failed", "no room"),
        ("backup_not_copied", "no chat"),
    ]
    assert (await process("").all(), await process("").failed()) == ((), None)


async def test_a_stopped_worker_stops_its_process(tmp_path: Path) -> None:
    """The process is asked to end, so that it tidies up; nobody is left behind."""
    started, ended = tmp_path / "started", tmp_path / "ended"
    os.mkfifo(started)
    script = (
        "import signal, sys\n"
        f"def end(*_): open({str(ended)!r}, 'w').close(); sys.exit()\n"
        f"signal.signal(signal.SIGTERM, end); open({str(started)!r}, 'w').close(); signal.pause()"
    )
    task = asyncio.create_task(BackupProcess(BackupFolder(tmp_path), SHOP, has_key=True, command=("-c", script)).make())
    await asyncio.to_thread(started.read_bytes)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert ended.exists()


async def test_the_doctor_speaks_of_backups(tmp_path: Path) -> None:
    """No key, none yet, a fresh one, an old one, none that is verified, one of a wrong ledger: each in its words.

    So when requests aren't journalled.
    """
    values = {**UNREACHABLE, "ORBIT_DATA_DIR": str(tmp_path), "ORBIT_TELEGRAM_API_URL": "https://api.telegram.org"}
    folder = BackupFolder(tmp_path / "backups")
    clock = FakeClock()

    async def seen(key: str = "") -> tuple[bool, bool, str]:
        (result,) = await check_backups(shop_settings({**values, "ORBIT_BACKUP_PUBLIC_KEY": key}), clock)
        return result.ok, result.is_warning, result.seen

    public = "age1w6324azeaqd2gs47x6e5lphue86h3dz228gv35hxvglw30fe4pms8x2psz"
    assert await seen() == (True, True, "nothing is backed up: no public key is set")
    assert await seen(public) == (True, True, "none yet; the worker makes the first one")
    with folder.lock():
        folder.record_failure(FailedBackup(NOON, BackupProblem.NO_ROOM))
    assert await seen(public) == (False, False, "none is verified; the last try: the disk is full")
    one = Backup(NOON, SHOP, 3_500_000, "5f" * 32, 459, verified_at=NOON)
    (folder.path / one.name).write_bytes(b"x" * one.size)
    folder.record(one)
    (folder.path / "failed.json").unlink()
    fine = "the last verified one is of 2026-11-21T12:00:00+00:00, 3.3 MiB; 1 in all"
    assert await seen(public) == (True, False, fine)
    JournalFolder(folder.path, SHOP).sign(NOON)
    assert await seen(public) == (True, False, fine)
    clock.advance(minutes=6)
    late = f"{fine}; requests aren't journalled since 2026-11-21T12:00:00+00:00"
    assert await seen(public) == (True, True, late)
    values["ORBIT_BACKUP_JOURNAL_S"] = "0"
    off = "requests since aren't journalled: ORBIT_BACKUP_JOURNAL_S is 0"
    assert await seen(public) == (True, True, f"{fine}; {off}")
    values["ORBIT_BACKUP_JOURNAL_S"] = "15"
    clock.at = NOON
    (folder.path / ".journal").unlink()
    clock.advance(hours=25)
    assert await seen(public) == (False, False, fine)
    clock.advance(hours=-2)
    folder.record(Backup(NOON, SHOP, 3_500_000, "5f" * 32, 459, verified_at=NOON, findings=2))
    assert await seen(public) == (True, True, f"{fine}; the ledger audit had 2 findings in it")


def test_copies_from_the_command_to_a_new_machine(shop: BackedUpShop) -> None:
    """Made, copied and listed; on a machine that has lost everything the copy is found, fetched, and proven."""
    key_file = shop.data_dir / "mine.key"
    public = lines(shop, "key", "--out", str(key_file))[2].strip().rpartition("=")[2]
    (shop.data_dir / "secret").write_text(SECRET)
    with running_bucket() as bucket:
        settings = {
            "ORBIT_BACKUP_PUBLIC_KEY": public,
            "ORBIT_BACKUP_S3_URL": f"s3://{BUCKET}/{PREFIX}",
            "ORBIT_BACKUP_S3_ENDPOINT": bucket.url,
            "ORBIT_BACKUP_S3_ACCESS_KEY": ACCESS,
            "ORBIT_BACKUP_S3_SECRET_KEY_FILE": str(shop.data_dir / "secret"),
            "ORBIT_BACKUP_TELEGRAM": "owner",
            "ORBIT_OWNER_ID": "7",
        }
        code, printed, said = lines(shop, "create", "--json", **settings)
        name = json.loads(printed)["backup"]
        assert (code, bucket.names()) == (NOT_COPIED, [name])
        refused = "copies in Telegram: it couldn't be reached; the next run tries again"
        assert refused in said.splitlines()
        assert refused in lines(shop, "list", **settings)[1].splitlines()
        (listed,) = json.loads(lines(shop, "list", "--json", **settings)[1])
        assert (listed["backup"], listed["copies"]) == (name, ["s3"])

        shutil.rmtree(shop.path)
        assert json.loads(lines(shop, "list", "--s3", "--json", **settings)[1]) == [
            {"backup": f"s3:{name}", "size": len(bucket.objects[f"{PREFIX}/{name}"])}
        ]
        code, printed, _ = lines(shop, "verify", f"s3:{name}", "--key", str(key_file), **settings)
        assert (code, printed.startswith(f"{name} is whole: 459 rows restored and equal")) == (0, True)
        assert (shop.path / "fetched" / name).stat().st_mode & 0o077 == 0
        assert lines(shop, "list", **settings)[0] == 1

        bucket.put(name, b"somebody's own words")
        for asked, answers, words in (
            ("s3:", {}, "The archive is damaged"),
            ("s3:../etc/passwd", {}, "There is no copy ../etc/passwd in the bucket"),
            (f"s3:{name}", {"GET": 403}, "The bucket of copies can't be used: denied"),
        ):
            bucket.answers = answers
            code, printed, said = lines(shop, "verify", asked, "--key", str(key_file), **settings)
            assert (code, printed, words in " ".join(said.split())) == (1, "", True), said
            assert SECRET not in said


async def test_the_doctor_speaks_of_copies(tmp_path: Path) -> None:
    """Nothing set, nothing tried, a refusal, a copy that is there, one that is late: each destination on its own."""
    values = {**UNREACHABLE, "ORBIT_DATA_DIR": str(tmp_path), "ORBIT_TELEGRAM_API_URL": "https://api.telegram.org"}
    values["ORBIT_BACKUP_PUBLIC_KEY"] = "age1w6324azeaqd2gs47x6e5lphue86h3dz228gv35hxvglw30fe4pms8x2psz"
    folder, records, clock = BackupFolder(tmp_path / "backups"), CopyRecords(tmp_path / "backups"), FakeClock()

    async def seen(**more: str) -> list[tuple[str, bool, bool, str]]:
        results = await check_backup_copies(shop_settings({**values, **more}), clock)
        return [(one.about, one.ok, one.is_warning, one.seen) for one in results]

    chat = {"ORBIT_BACKUP_TELEGRAM": "-1001234"}
    assert await seen() == []
    assert await seen(**chat) == [("copies in Telegram", True, True, "none yet; the next backup is copied there")]
    one = Backup(NOON, SHOP, 7, "5f" * 32, 459, verified_at=NOON)
    with folder.lock(), records.lock():
        (folder.path / one.name).write_bytes(b"x" * one.size)
        folder.record(one)
        records.write(KnownCopies(Destination.TELEGRAM).tried(NOON, CopyProblem.NO_CHAT))
        refused = "none; the last try: the bot may not write to that chat"
        assert await seen(**chat) == [("copies in Telegram", False, False, refused)]
        records.write(KnownCopies(Destination.TELEGRAM).with_copy(one.name, NOON))
        fine = "the newest is of 2026-11-21T12:00:00+00:00"
        assert await seen(**chat) == [("copies in Telegram", True, False, fine)]
        for problem, ok in ((CopyProblem.NOT_TIDIED, True), (CopyProblem.UNREACHABLE, True)):
            records.write(KnownCopies(Destination.TELEGRAM, {one.name: NOON}, NOON, problem))
            ((_, is_ok, is_warning, _),) = await seen(**chat)
            assert (is_ok, is_warning) == (ok, True)
