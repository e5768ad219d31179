"""A disk that is full, or a power cut, at every step: what has an archive's name is a whole archive."""

import json
import os
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from orbit_adapters.backup.age_keys import Identity
from orbit_adapters.backup.archive import OnTable, open_archive
from orbit_adapters.backup.folder import BackupFolder
from orbit_adapters.backup.refused import BackupRefused
from orbit_adapters.backup.verification import Verification, Verified
from orbit_domain.backup.backup import BackupProblem, FailedBackup, named_backup
from orbit_domain.backup.manifest import ArchiveHead, Manifest
from tests.integration.backup.backed_up_shop import BackedUpShop
from tests.integration.backup.counted_disk import CountedDisk, PowerCut
from tests.support.backups import SHOP, backup
from tests.support.clock import NOON

_STEPS = 60


class Trusting(Verification):
    """Restores nothing: that an archive can be restored is shown elsewhere."""

    async def __call__(
        self, file: Path, keys: Sequence[Identity], on_table: OnTable, sha256: str | None = None
    ) -> Verified:
        return Verified(ArchiveHead(SHOP, "sqlite", "0034", NOON), Manifest((), {}, {}), ())


def trusting(shop: BackedUpShop) -> Verification:
    own = shop.verification
    return Trusting(own.shop, own.scratch, own.base)


def put_old_ones(shop: BackedUpShop) -> None:
    """Two of one hour, long ago: one of them is kept no more after the next success."""
    folder = BackupFolder(shop.path)
    shop.path.mkdir()
    for minutes in (3, 7):
        old = backup(NOON - timedelta(days=3, minutes=minutes))
        (shop.path / old.name).write_bytes(b"x" * old.size)
        folder.record(old)


async def require_whole(shop: BackedUpShop) -> None:
    """Each new archive can be decrypted to its end, and its record is about it."""
    folder = BackupFolder(shop.path)
    for one in folder.all(SHOP):
        if one.taken_at < NOON:
            continue
        with (shop.path / one.name).open("rb") as file:
            async with open_archive(file, [shop.key]) as archive:
                assert archive.head().shop == SHOP
                while archive._reader.read(65_536):
                    pass
            assert archive.sha256 == one.sha256
        assert (one.size, one.rows) == ((shop.path / one.name).stat().st_size, 459)


async def _problem_of(shop: BackedUpShop, disk: CountedDisk) -> BackupProblem | None:
    try:
        await shop.back_up(disk, trusting(shop))
    except BackupRefused as refused:
        return refused.problem
    except PowerCut:
        pass
    return None


@pytest.mark.parametrize("cut", [False, True], ids=["full", "cut"])
async def test_at_every_step(cut: bool, shop: BackedUpShop) -> None:
    """No half has an archive's name, the next run removes what a cut has left, and then everything is in order."""
    put_old_ones(shop)
    for step in range(1, _STEPS):
        disk = CountedDisk(step, cut=cut)
        problem = await _problem_of(shop, disk)
        assert problem in (None, BackupProblem.NO_ROOM)
        assert cut or not [name for name in shop.archives() if name.endswith(".part")]
        await require_whole(shop)
        shop.clock.advance(minutes=61)
        if disk.left > 0:
            break
    assert step > 10
    made = await shop.back_up(verification=trusting(shop))
    assert made.refused is None
    names = set(shop.archives())
    assert {name for name in names if named_backup(name)} == {one.name for one in BackupFolder(shop.path).all(SHOP)}
    assert names == {name for one in BackupFolder(shop.path).all(SHOP) for name in (one.name, f"{one.name}.json")}
    assert sum(one.taken_at < NOON for one in BackupFolder(shop.path).all()) == 1


async def test_one_at_a_time(shop: BackedUpShop) -> None:
    """A second process is refused, and a link in place of the lock isn't followed."""
    folder = BackupFolder(shop.path)
    with folder.lock():
        assert folder.is_locked()
        with pytest.raises(BackupRefused) as refused:
            await shop.back_up()
        assert refused.value.problem is BackupProblem.RUNNING
    assert not folder.is_locked()
    (shop.path / ".lock").unlink()
    (shop.path / ".lock").symlink_to(shop.data_dir / "orbit.db")
    with pytest.raises(OSError, match="symbolic"):
        await shop.back_up()


def test_what_others_put_there_is_left_alone_and_not_believed(tmp_path: Path) -> None:
    """Files of other names stay; a record that isn't about its archive, or no record, makes nothing verified."""
    folder = BackupFolder(tmp_path)
    one, other, short, foreign = (
        backup(NOON - timedelta(hours=hours), shop=shop)
        for hours, shop in ((0, SHOP), (1, SHOP), (2, SHOP), (3, "ffffffffffff"))
    )
    for each in (one, other, short, foreign):
        (tmp_path / each.name).write_bytes(b"x" * each.size)
        folder.record(each)
    (tmp_path / f"{other.name}.json").write_text(json.dumps({"size": "many", "verified_at": "yesterday"}))
    (tmp_path / short.name).write_bytes(b"x")
    (tmp_path / "notes.part").write_text("mine")
    (tmp_path / f"{one.name}.json.part").write_text("half")
    (tmp_path / f"{backup(NOON - timedelta(hours=9)).name}.json").write_text("{}")
    folder.record_failure(FailedBackup(NOON, "no_room"))
    with folder.lock():
        pass
    assert folder.all(SHOP)[0] == one
    assert [each.verified_at for each in folder.all(SHOP)[1:]] == [None, None]
    assert folder.all(SHOP)[2].problem == "broken"
    assert len(folder.all()) == 4
    assert folder.failed() == FailedBackup(NOON, "no_room")
    assert sorted(name for name in os.listdir(tmp_path) if name.endswith(".part")) == ["notes.part"]
    assert len(os.listdir(tmp_path)) == 4 * 2 + 3
