"""The owner has a backup made now: one at a time, whoever is killed meanwhile, and the log says what came of it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from orbit_domain.backup.asked import BACKUP, BackupOutcome
from orbit_domain.backup.backup import BackupProblem, FailedBackup
from orbit_domain.backup.ports import BackupPlace
from orbit_domain.ids import TelegramId
from orbit_domain.steps.require_permission import NotPermitted
from orbit_domain.use_cases.keep_backups import BackupPace
from orbit_domain.user.user import Role
from tests.support.backups import KnownBackups, backup
from tests.support.shop import OWNER, Shop
from tests.support.world import World

VERA = TelegramId(1_000)


@pytest.fixture
async def shop(world: World) -> Shop:
    """A shop with an admin beside its owner."""
    shop = Shop(world.ports())
    await shop.open()
    await shop.register_user(VERA, None, "en")
    await shop.change_role(OWNER, VERA, Role.ADMIN)
    return shop


@pytest.fixture
def backups(shop: Shop) -> KnownBackups:
    """What the shop's use cases share."""
    return shop.carry_out_backup.backups


async def log(world: World) -> list[tuple[str, str, str]]:
    async with world.storage.transaction() as tx:
        newest = await tx.admin_log.of_subject(BACKUP, 20)
    return [(one.action, one.actor, BackupOutcome.read(one.reason)) for one in reversed(newest)]


async def test_one_tap_is_one_backup(world: World, shop: Shop, backups: KnownBackups) -> None:
    """The worker makes it though none is due; a second tap begins none; the page and the log say what came of it."""
    assert await shop.carry_out_backup() is None
    world.clock.advance(seconds=0.4)
    assert [await shop.start_backup(OWNER) for _ in range(2)] == [True, False]
    page = await shop.show_backups(OWNER)
    assert (page.runs, page.outcome, page.next_at) == (True, None, None)
    outcome = await shop.carry_out_backup()
    assert await shop.carry_out_backup() is None
    page = await shop.show_backups(OWNER)
    assert (backups.tries, page.runs, page.backups, page.outcome) == (1, False, tuple(backups.kept), outcome)
    assert (outcome.problem, outcome.taken_at, outcome.size, outcome.rows) == (
        "",
        backups.kept[0].taken_at,
        11_762,
        459,
    )
    assert await log(world) == [("start_backup", f"telegram:{OWNER}", None), ("end_backup", "worker", outcome)]


async def test_every_try_has_an_end(world: World, shop: Shop, backups: KnownBackups) -> None:
    """Not verified, nothing left, not a word, no key: none is tried for ever."""
    for problem in (BackupProblem.NO_SCRATCH, BackupProblem.NO_ROOM):
        backups.problem = problem
        world.clock.advance(minutes=1)
        assert await shop.start_backup(OWNER)
        assert (await shop.carry_out_backup()).problem == problem

    async def say_nothing(**_: object) -> bool:
        return True

    backups.last_failed = None
    world.clock.advance(minutes=1)
    assert await shop.start_backup(OWNER)
    backups.make = say_nothing
    assert await shop.carry_out_backup() == BackupOutcome("other")
    world.clock.advance(minutes=1)
    assert await shop.start_backup(OWNER)
    backups.is_set_up = False
    assert await shop.carry_out_backup() == BackupOutcome(BackupProblem.NO_KEY)
    assert not await shop.start_backup(OWNER)
    assert await shop.carry_out_backup() is None


async def test_a_wish_waits_for_another_run_and_outlives_a_killed_one(
    world: World, shop: Shop, backups: KnownBackups
) -> None:
    """While one is made nothing begins. What a killed worker has left undone is done by the next one, once."""
    backups.busy = True
    assert not await shop.start_backup(OWNER)
    backups.busy = False
    assert await shop.start_backup(OWNER)
    backups.busy = True
    assert await shop.carry_out_backup() is None
    backups.busy = False

    async def be_killed(**_: object) -> bool:
        backups.last_failed = FailedBackup(world.clock.now(), BackupProblem.INTERRUPTED)
        raise InterruptedError

    make, backups.make = backups.make, be_killed
    with pytest.raises(InterruptedError):
        await shop.carry_out_backup()
    backups.make = make
    # What was made after the wish, by another worker, is what was wished for; one that took minutes says so.
    made = backup(world.clock.now().replace(microsecond=0))
    backups.kept = [replace(made, verified_at=made.taken_at + timedelta(seconds=75))]
    outcome = await shop.carry_out_backup()
    assert (backups.tries, outcome.seconds, outcome.problem) == (0, 75, "")
    assert (await shop.show_backups(OWNER)).runs is False


async def test_two_workers_end_a_wish_once(world: World, shop: Shop, backups: KnownBackups) -> None:
    """Whoever is second records nothing."""
    assert await shop.start_backup(OWNER)
    make = backups.make

    async def made_by_another(**how: object) -> bool:
        backups.make = make
        await shop.carry_out_backup()
        return await make(**how)

    backups.make = made_by_another
    await shop.carry_out_backup()
    assert [action for action, _, _ in await log(world)] == ["start_backup", "end_backup"]


async def test_what_the_page_knows(world: World, shop: Shop, backups: KnownBackups) -> None:
    """When the next one is due; that the last one lies elsewhere; no failure while a try goes on. The owner's alone."""
    hourly = replace(shop.show_backups, every=BackupPace(timedelta(hours=1)))
    now = world.clock.now()
    backups.kept, backups.last_failed = [backup(now - timedelta(minutes=50))], FailedBackup(now, "folder")
    page = await hourly(OWNER)
    assert (page.next_at, page.failed, page.is_elsewhere) == (now + timedelta(minutes=10), backups.last_failed, False)
    backups.busy = True
    assert (await hourly(OWNER)).failed is None
    backups.busy = False
    world.clock.advance(seconds=1)
    assert await shop.start_backup(OWNER)
    await shop.carry_out_backup()
    backups.kept = backups.kept[1:]
    assert (await hourly(OWNER)).is_elsewhere
    backups.lies_in = BackupPlace.UNSEEN
    page = await hourly(OWNER)
    assert (page.backups, page.is_elsewhere) == ((), True)
    for attempt in (shop.show_backups(VERA), shop.start_backup(VERA)):
        with pytest.raises(NotPermitted):
            await attempt
