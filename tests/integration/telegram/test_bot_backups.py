"""Backups in Telegram: asked for by a tap, followed by a screen that changes by itself; and the process's figures."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from orbit_domain.backup.progress import BackupPhase, BackupProgress
from orbit_domain.process_metrics import ProcessMetrics
from orbit_domain.user.user import Role
from orbit_entry.bot.live_screens import LiveScreens
from tests.integration.telegram.bot_harness import BotHarness, ChatUser
from tests.support.backups import KnownBackups
from tests.support.shop import OWNER, Shop
from tests.support.world import World


class Ticks:
    """Lets a followed screen be drawn when the test says so."""

    def __init__(self) -> None:
        self._waits = asyncio.Event()
        self._goes = asyncio.Event()

    async def pause(self) -> None:
        self._waits.set()
        await self._goes.wait()
        self._goes.clear()

    async def tick(self, screens: LiveScreens) -> bool:
        """Draw once; whether it is followed still."""
        await self._waits.wait()
        self._waits.clear()
        (task,) = screens._drawing.values()
        self._goes.set()
        waits = asyncio.ensure_future(self._waits.wait())
        await asyncio.wait([waits, task], return_when=asyncio.FIRST_COMPLETED)
        waits.cancel()
        return not task.done()


@pytest.fixture
async def owner() -> ChatUser:
    """The owner of a shop, who has come to the bot."""
    world = World()
    shop = Shop(world.ports())
    await shop.open()
    user = BotHarness(shop, world).new_user("en")
    await user.write("/start")
    await shop.change_role(OWNER, user.buyer.tg_id, Role.OWNER)
    return user


@pytest.fixture
def ticks(owner: ChatUser) -> Ticks:
    """They move the owner's screens."""
    ticks = Ticks()
    owner.bot_harness.dispatcher["live_screens"] = LiveScreens(ticks.pause)
    return ticks


async def tick(owner: ChatUser, ticks: Ticks) -> bool:
    return await ticks.tick(owner.bot_harness.dispatcher["live_screens"])


async def test_a_backup_is_asked_for_and_followed_to_its_end(owner: ChatUser, ticks: Ticks) -> None:
    """From `/admin` in three taps: the screen says by itself how far it is, and in the end what came of it."""
    harness, shop = owner.bot_harness, owner.bot_harness.shop
    backups: KnownBackups = shop.carry_out_backup.backups
    await owner.write("/admin")
    await owner.tap("backups")
    assert "There are none yet" in owner.text
    shown = await owner.tap("backup_go")
    assert "The worker will begin" in owner.text
    await owner.tap("backup_go", shown)
    assert owner.toasts == ["A backup is already on its way"]
    now = harness.world.clock.now()
    backups.busy, backups.now_at = True, BackupProgress(BackupPhase.RESTORING, "users", 3, 45, 3_500_000, now)
    harness.world.clock.advance(seconds=65)
    assert await tick(owner, ticks)
    assert "2 of 3" in owner.text
    assert "3.3 MB · 1:05 so far" in owner.text
    backups.busy, backups.now_at = False, None
    await shop.carry_out_backup()
    assert not await tick(owner, ticks)
    assert "Backed up and verified" in owner.text
    assert "backup_go" in [button.data for button in owner.buttons]
    assert owner.newest.id == shown.id
    assert backups.tries == 1


@pytest.mark.parametrize("leave", ["admin", "/balance", "hello", "/broadcast"])
async def test_what_was_opened_meanwhile_is_never_drawn_over(owner: ChatUser, ticks: Ticks, leave: str) -> None:
    """A tap, a command, typed words: the screen is followed no more, and each is answered as ever."""
    await owner.write("/backup")
    await owner.tap("backup_go")
    before = owner.text
    await (owner.tap(leave) if leave == "admin" else owner.write(leave))
    after = owner.text
    assert after != before
    assert not await tick(owner, ticks)
    assert owner.text == after
    assert len([one for one in owner.messages if one.content.keyboard]) == 1


async def test_a_screen_that_cannot_be_drawn_is_left_alone(owner: ChatUser, ticks: Ticks) -> None:
    """Whose role is taken away, whose message is deleted: nothing more is drawn, and nothing breaks."""
    harness = owner.bot_harness
    await owner.write("/backup")
    await owner.tap("backup_go")
    await harness.shop.change_role(OWNER, owner.buyer.tg_id, Role.ADMIN)
    before = owner.text
    assert not await tick(owner, ticks)
    assert owner.text == before
    await owner.write("/backup")
    assert "backup_go" not in [button.data for button in owner.buttons]


async def test_the_figures_of_the_process(owner: ChatUser) -> None:
    """Staff sees them by command or button; a customer sees home, as if there were no such command."""
    shop = owner.bot_harness.shop
    shop.show_metrics.metrics.metrics = ProcessMetrics(timedelta(hours=2), succeeded=99, failed=1, cache_hits=3)
    await owner.write("/metrics")
    assert "<b>" not in owner.text
    assert "Requests: 100" in owner.text
    assert "99.0%" in owner.text
    await owner.tap("metrics")
    assert "Requests: 100" in owner.text
    stranger = replace(owner, user_id=owner.bot_harness.new_user("en").user_id)
    home = (await stranger.write("/start")).content.words.text
    assert (await stranger.write("/metrics")).content.words.text == home
