"""Backups are made when they are due, and the owner hears of it when they can't be relied on."""

from datetime import timedelta

from orbit_domain.backup.backup import BackupProblem
from orbit_domain.backup.copies import CopyProblem, Destination, KnownCopies
from orbit_domain.use_cases.keep_backups import BackupPace, KeepBackups
from tests.support.backups import CopiesInMemory, KnownBackups, backup
from tests.support.shop import OWNER
from tests.support.world import World

HOURLY = BackupPace(timedelta(hours=1))


def _opened(
    world: World, backups: KnownBackups, every: BackupPace = HOURLY, copies: CopiesInMemory | None = None
) -> KeepBackups:
    return KeepBackups(world.storage, world.clock, world.ids, OWNER, backups, every, copies or CopiesInMemory())


async def _alerts(world: World) -> list[tuple[object, str]]:
    async with world.storage.transaction() as tx:
        messages = await tx.outbox.of_user(OWNER, 100)
    return [(one.notice.taken_at, one.notice.problem) for one in reversed(messages)]


async def test_a_backup_an_hour_and_no_word() -> None:
    """While each is verified nobody hears anything, and none is made too early."""
    world = World()
    backups = KnownBackups(world.clock)
    keep = _opened(world, backups)
    for _ in range(30):
        assert not await keep()
        world.clock.advance(minutes=10)
    assert backups.tries == 5
    assert await _alerts(world) == []


async def test_an_old_one_is_told_once_a_day() -> None:
    """From a day after the last verified one on, with what is in the way, until there is one again."""
    world = World()
    begin = world.clock.now()
    backups = KnownBackups(world.clock, kept=[backup(begin)], problem=BackupProblem.NO_ROOM)
    keep = _opened(world, backups)
    for _ in range(50):
        await keep()
        world.clock.advance(hours=1)
    assert await _alerts(world) == [(begin, "no_room"), (begin, "no_room")]
    assert await keep()
    backups.problem = None
    world.clock.advance(hours=1)
    assert not await keep()


async def test_none_that_is_verified_is_told_at_once() -> None:
    """The first backup couldn't be tried out: the owner of a new shop hears why."""
    world = World()
    assert await _opened(world, KnownBackups(world.clock, problem=BackupProblem.NO_SCRATCH))()
    assert await _alerts(world) == [(None, "no_scratch")]


async def test_a_shop_without_a_key_and_one_that_waits_have_no_alarm() -> None:
    """Nothing is promised there: the doctor says what to do. A pace of zero makes none, and still watches."""
    world = World()
    assert not await _opened(world, KnownBackups(world.clock, is_set_up=False))()
    backups = KnownBackups(world.clock)
    assert not await _opened(world, backups, BackupPace(timedelta()))()
    backups.kept = [backup(world.clock.now() - timedelta(days=2))]
    backups.busy = True
    assert not await _opened(world, backups, BackupPace(timedelta()))()
    backups.busy = False
    assert await _opened(world, backups, BackupPace(timedelta()))()
    assert backups.tries == 0


async def test_missing_copies_are_told_once_a_day_for_each_destination() -> None:
    """Backups that are fine don't hush it; once the newest is there, or nothing was tried, there is nothing to tell."""
    world = World()
    begin = world.clock.now()
    backups, copies = KnownBackups(world.clock, kept=[backup(begin)]), CopiesInMemory()
    keep = _opened(world, backups, BackupPace(timedelta()), copies)
    copies.of = [KnownCopies(Destination.S3), KnownCopies(Destination.TELEGRAM)]
    assert not await keep()
    copies.of = [one.tried(begin, CopyProblem.DENIED) for one in copies.of]
    for _ in range(3):
        assert await keep()
    async with world.storage.transaction() as tx:
        told = [one.notice for one in await tx.outbox.of_user(OWNER, 100)]
    day = begin.date().isoformat()
    assert {(one.destination, one.taken_at, one.problem, one.day) for one in told} == {
        ("s3", None, "denied", day),
        ("telegram", None, "denied", day),
    }
    assert len(told) == 2
    copies.of = [one.with_copy(backups.kept[0].name, begin) for one in copies.of]
    assert not await keep()
